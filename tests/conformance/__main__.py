"""`python -m tests.conformance FOLDER`: sizes, agreement and times of every UVL file in a folder."""

import argparse
import sys
from pathlib import Path

from catalog.loader import Faults
from catalog.money import decimal_text
from tests.conformance.session import Findings, examine, files

HEADINGS = (
    "model", "features", "groups", "rules", "dead", "always", "solutions", "cheapest", "load ms",
    "domains p50/p95 ms", "configure p50/p95 ms", "conflict p50/p95 ms", "reference p50 ms",
    "clicks", "agree",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sessions", type=int, default=5)
    parser.add_argument("--clicks", type=int, default=20)
    arguments = parser.parse_args()
    rows: list[tuple[str, ...]] = [HEADINGS]
    wrong: list[str] = []
    for path, prices in files(arguments.folder):
        try:
            findings = examine(path, arguments.sessions, arguments.clicks, prices)
        except Faults as faults:
            wrong += map(str, faults.faults)
            continue
        rows.append(row(findings))
        wrong += [f"{path.name}: {said}" for said in findings.disagreements]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        print(
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
        )
    if len(rows) == 1 and not wrong:
        wrong = [f"no UVL file in {arguments.folder}"]
    for said in wrong:
        print(said, file=sys.stderr)
    return 1 if wrong else 0


def row(findings: Findings) -> tuple[str, ...]:
    """One line of the table."""
    family = findings.family
    return (
        findings.model,
        str(len(family.option_by_key)),
        str(len(family.groups)),
        str(len(family.rules)),
        str(findings.dead),
        str(findings.always),
        findings.solutions,
        decimal_text(findings.cheapest, family.currency),
        f"{findings.load * 1000:.0f}",
        f"{percentile(findings.domains, 50)} / {percentile(findings.domains, 95)}",
        f"{percentile(findings.configurations, 50)} / {percentile(findings.configurations, 95)}",
        f"{percentile(findings.conflicts, 50)} / {percentile(findings.conflicts, 95)}",
        percentile(findings.reference, 50),
        str(len(findings.domains)),
        "no" if findings.disagreements else "yes",
    )


def percentile(seconds: list[float], share: int) -> str:
    """The time below which so many of a hundred lie, in milliseconds."""
    if not seconds:
        return "-"
    return f"{sorted(seconds)[min(len(seconds) - 1, len(seconds) * share // 100)] * 1000:.2f}"


if __name__ == "__main__":
    sys.exit(main())
