"""Laps of a stopwatch: what a question took by the wall clock, and by the processor where others use it too."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.line import middle, percentile, shown


class Laps:
    """Milliseconds of one kind of question."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    @contextmanager
    def lap(self) -> Iterator[None]:
        began, worked = time.perf_counter(), time.thread_time()
        yield
        self.wall.append((time.perf_counter() - began) * 1000)
        self.cpu.append((time.thread_time() - worked) * 1000)

    def repeat(self, other: "Laps") -> None:
        """Takes over the last lap of another."""
        self.wall.append(other.wall[-1])
        self.cpu.append(other.cpu[-1])

    def add(self, other: "Laps") -> None:
        self.wall += other.wall
        self.cpu += other.cpu

    @property
    def p50(self) -> float:
        return middle(self.wall)

    @property
    def p95(self) -> float:
        return percentile(self.wall, 95)

    def __str__(self) -> str:
        return f"p50 {shown(self.p50)} / p95 {shown(self.p95)} ms (CPU {shown(percentile(self.cpu, 95))})"
