"""`python -m tests.bench [click] [page] [growth] [account] [orders] [demand] [engine] [made] [segments] [desk] …`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench import (
    account,
    click,
    customers,
    demand,
    desk,
    engine,
    growth,
    host,
    letters,
    made,
    orders,
    page,
    segments,
)
from tests.bench.line import MISSED, Line, markdown, plain
from tests.bench.walk import Recorder
from webapp import translations
from webapp.settings import Settings

PARTS = (
    "click",
    "page",
    "growth",
    "account",
    "orders",
    "demand",
    "engine",
    "made",
    "segments",
    "desk",
    "customers",
    "letters",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all without any")
    parser.add_argument(
        "--uvl", type=Path, metavar="FILE", help="the domains of this feature model (with the parts named)"
    )
    parser.add_argument("--markdown", action="store_true", help="as the README's table")
    arguments = parser.parse_args()
    parts = arguments.parts or (() if arguments.uvl else PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    began = time.perf_counter()
    lines: list[Line] = []
    for line in measured(parts, arguments.uvl):
        print(
            f"{time.perf_counter() - began:4.0f} s  {line.thing}: {line.cells[1]}",
            file=sys.stderr,
            flush=True,
        )
        lines.append(line)
    print(markdown(lines) if arguments.markdown else plain(lines))
    missed = sum(line.verdict.startswith(MISSED) for line in lines)
    failed = [line for line in lines if line.value is None]
    seconds = time.perf_counter() - began
    print(
        f"\n{conditions()}; {len(lines)} lines in {seconds:.0f} s, {missed} missed, {len(failed)} not measured"
    )
    return 1 if failed else 0


def measured(parts: Iterable[str], uvl_file: Path | None) -> Iterator[Line]:
    translations.compile_stale()
    if {"click", "page", "growth"} & set(parts):
        yield from _on_a_site(set(parts))
    if "account" in parts:
        yield from account.lines()
    if "orders" in parts:
        yield from orders.lines()
    if "segments" in parts:
        yield from segments.lines()
    if "demand" in parts:
        yield from demand.lines()
    if "engine" in parts:
        yield from engine.lines()
    if "made" in parts:
        yield from made.lines()
    if "desk" in parts:
        yield from desk.lines()
    if "customers" in parts:
        yield from customers.lines()
    if "letters" in parts:
        yield from letters.lines()
    if uvl_file is not None:
        yield from engine.of_a_file(uvl_file)


def _on_a_site(parts: set[str]) -> Iterator[Line]:
    recorder = Recorder()
    with tempfile.TemporaryDirectory(prefix="lekalo-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        instance, other = folder / "site", folder / "hello"
        instance.mkdir()
        other.mkdir()
        with host.site(instance) as site:
            if "click" in parts:
                with host.hello(other) as hello:
                    yield from click.lines(recorder, site, hello)
                    yield click.memory(site, hello)
            if "page" in parts:
                yield from page.lines(site)
        if "click" in parts:
            yield from click.starts(instance, other)
        if "growth" in parts:
            yield from growth.lines(recorder, instance, folder)


def conditions() -> str:
    """What the figures were measured on."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder))
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"{os.cpu_count()} cores, {load}, Python {python}, Granian with {settings.workers} web process and "
        f"{settings.threads} threads, SQLite with synchronous=FULL"
    )


if __name__ == "__main__":
    sys.exit(main())
