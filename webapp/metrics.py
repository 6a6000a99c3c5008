"""Figures of this process for Prometheus, in its text format.

Each process counts for itself: files shared between processes would end all of them on a full disk.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Figure(NamedTuple):
    """One figure with what tells it from others of its name."""

    name: str
    value: float
    labels: Mapping[str, str] = {}

    def __str__(self) -> str:
        said = ",".join(f'{name}="{_escaped(value)}"' for name, value in self.labels.items())
        return f"{self.name}{{{said}}} {self.value:.10g}" if said else f"{self.name} {self.value:.10g}"


class Family(NamedTuple):
    """All figures of one name. `kind`: counter, gauge or histogram."""

    name: str
    kind: str
    meaning: str
    figures: Iterable[Figure]


class Requests:
    """How many requests there were, of which kind, and how long they took."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count: Counter[tuple[str, str, int]] = Counter()
        self.seconds: Counter[tuple[str, str]] = Counter()
        self.within: Counter[tuple[str, str, float]] = Counter()

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        with self.lock:
            self.count[route, method, status] += 1
            self.seconds[route, method] += seconds  # type: ignore[assignment]
            for bound in BOUNDS:
                if seconds <= bound:
                    self.within[route, method, bound] += 1

    def families(self) -> Iterator[Family]:
        with self.lock:
            count, seconds, within = self.count.copy(), self.seconds.copy(), self.within.copy()
        yield Family(
            "lekalo_requests_total",
            "counter",
            "Requests answered, by route, method and status.",
            [
                Figure("lekalo_requests_total", n, {"route": route, "method": method, "status": str(status)})
                for (route, method, status), n in sorted(count.items())
            ],
        )
        name = "lekalo_request_seconds"
        figures: list[Figure] = []
        for route, method in sorted(seconds):
            labels = {"route": route, "method": method}
            total = sum(n for (r, m, _), n in count.items() if (r, m) == (route, method))
            figures += [
                Figure(f"{name}_bucket", within[route, method, bound], labels | {"le": f"{bound:g}"})
                for bound in BOUNDS
            ]
            figures.append(Figure(f"{name}_bucket", total, labels | {"le": "+Inf"}))
            figures.append(Figure(f"{name}_sum", seconds[route, method], labels))
            figures.append(Figure(f"{name}_count", total, labels))
        yield Family(name, "histogram", "Seconds from a request to its answer.", figures)


requests = Requests()


def written(families: Iterable[Family]) -> str:
    """The figures as Prometheus reads them."""
    lines: list[str] = []
    for family in families:
        lines += [f"# HELP {family.name} {family.meaning}", f"# TYPE {family.name} {family.kind}"]
        lines += map(str, family.figures)
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
