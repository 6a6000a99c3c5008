"""A line of the benchmarks: what was measured, against what, and whether that is good enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEADINGS = ("measured", "figure", "reference in the same run", "ratio", "aim", "at the most", "verdict")
MET, WITHIN, MISSED = "met", "within limit", "missed"


@dataclass(frozen=True, slots=True)
class Line:
    """`value` is what counts, in `unit`, held against `aim` and `limit`; None where it could not be measured.

    Without an aim a line is there to be read beside the others. `more`: whether more is better.
    """

    thing: str
    value: float | None
    unit: str
    aim: float | None = None
    limit: float | None = None
    figure: str = ""
    reference: str = "–"
    ratio: str = "–"
    more: bool = False
    trouble: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return f"NOT MEASURED: {self.trouble}"
        if self.aim is None or self.limit is None:
            return self.trouble or "–"
        sign = -1 if self.more else 1
        if sign * self.value <= sign * self.aim:
            found = MET
        else:
            found = WITHIN if sign * self.value <= sign * self.limit else MISSED
        return f"{found} ({self.trouble})" if self.trouble else found

    @property
    def cells(self) -> tuple[str, ...]:
        figure = self.figure or ("–" if self.value is None else f"{shown(self.value)} {self.unit}".strip())
        bounds = (
            "–" if bound is None else f"{bound:g} {self.unit}".strip() for bound in (self.aim, self.limit)
        )
        return (self.thing, figure, self.reference, self.ratio, *bounds, self.verdict)


def shown(value: float) -> str:
    """Three digits that count."""
    if value and abs(value) < 0.01:
        return f"{value:.2g}"
    if abs(value) < 10:
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"


def times(value: float, reference: float, unit: str = "×") -> str:
    """How many of the reference a figure is."""
    return f"{shown(value / reference)} {unit}" if reference else "–"


def plain(lines: Sequence[Line]) -> str:
    """The lines in columns."""
    rows = [HEADINGS, *(line.cells for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in rows
    )


def markdown(lines: Sequence[Line]) -> str:
    """The lines as the README's table."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(line.cells for line in lines)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which so many of a hundred lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def middle(values: Sequence[float]) -> float:
    return median(values)
