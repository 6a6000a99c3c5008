"""Waiting longer and longer with what fails again and again: it neither keeps a worker busy nor fills its log."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import NamedTuple

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))


class Failure(NamedTuple):
    """What failed, under which circumstances, how often in a row, and when it is worth another try."""

    circumstances: Hashable
    times: int
    again_at: datetime


class Backoff:
    """What failed lately in this process. Other circumstances are a reason to try at once."""

    def __init__(self) -> None:
        self._failures: dict[Hashable, Failure] = {}

    def is_waiting(self, what: Hashable, circumstances: Hashable, at: datetime) -> bool:
        """Whether it is too early to try this again."""
        failure = self._failures.get(what)
        return failure is not None and failure.circumstances == circumstances and at < failure.again_at

    def failed(self, what: Hashable, circumstances: Hashable, at: datetime) -> bool:
        """Notes a failure; whether it is the first under these circumstances, and so worth a line in the log."""
        before = self._failures.get(what)
        times = before.times if before is not None and before.circumstances == circumstances else 0
        self._failures[what] = Failure(circumstances, times + 1, at + PAUSES[min(times, len(PAUSES) - 1)])
        return times == 0

    def worked(self, what: Hashable) -> None:
        """Forgets what failed before."""
        self._failures.pop(what, None)
