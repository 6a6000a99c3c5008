"""Long jobs in the worker: a slice at a time, so that letters and publications leave meanwhile."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import Session

from catalog import cases, schedule
from catalog.engine import Engine
from catalog.health import examined
from catalog.health.record import written
from catalog.model import Family
from catalog.tree import TooWide
from webapp import clock
from webapp.catalogues import document, published, task
from webapp.catalogues.task import Kind, State, Task
from webapp.database import Database
from webapp.sales import rehearsed
from webapp.sales.rehearsal import Rehearsal

log = logging.getLogger(__name__)

SLICE = 1.0  # seconds of work between two looks at everything else
TOLD_EVERY = 0.3  # seconds


class Told(NamedTuple):
    """How far a job is: columns of its task, and what is to be written with them."""

    news: dict[str, Any]
    write: Callable[[Session], None] | None = None


class CannotBe(Exception):
    """A job that no worker can do, in words for whoever asked."""


class Labour:
    """What one worker is at, if anything."""

    def __init__(self, database: Database, time_zone: str) -> None:
        self.database, self.time_zone = database, time_zone
        self.mine: Task | None = None
        self._steps: Iterator[Told] = iter(())

    def turn(self, at: datetime) -> bool:
        """Goes on for a slice with what it is at, or takes up the next task; whether there may be more to do."""
        if self.mine is None and not self._take_up(at):
            return False
        assert self.mine is not None
        began = told_at = time.monotonic()
        waiting: dict[str, Any] = {}
        try:
            while time.monotonic() - began < SLICE:
                told = next(self._steps)
                waiting |= told.news
                if told.write is not None or time.monotonic() - told_at > TOLD_EVERY:
                    if not self._tell(waiting, told.write):
                        return self._drop()
                    waiting, told_at = {}, time.monotonic()
        except StopIteration:
            return self._end(State.DONE, waiting)
        except CannotBe as error:
            return self._end(State.FAILED, {"trouble": str(error)})
        except Exception as error:
            log.exception("task %s failed", self.mine.id)
            return self._end(State.FAILED, {"trouble": type(error).__name__})
        return True if self._tell(waiting) else self._drop()

    def stop(self) -> None:
        """Leaves what it is at to the next worker, which goes on where the last one told."""
        if self.mine is not None:
            with self.database.writing() as session:
                task.let_go(session, self.mine)
            self._drop()

    def _take_up(self, at: datetime) -> bool:
        with self.database.reading() as session:
            if not task.has_open(session, at=at):
                return False
        with self.database.writing() as session:
            self.mine = task.take(session, at=at)
        if self.mine is None:
            return False
        work = {Kind.PROOF: self._proof, Kind.REHEARSAL: self._rehearsal}[Kind(self.mine.kind)]
        self._steps = work(self.mine, at)
        return True

    def _tell(self, news: dict[str, Any], write: Callable[[Session], None] | None = None) -> bool:
        assert self.mine is not None
        with self.database.writing() as session:
            if not task.tell(session, self.mine, at=clock.now(), **news):
                return False
            if write is not None:
                write(session)
        return True

    def _end(self, state: State, news: dict[str, Any]) -> bool:
        assert self.mine is not None
        with self.database.writing() as session:
            task.end(session, self.mine, state, at=clock.now(), **news)
        return self._drop()

    def _drop(self) -> bool:
        self.mine, self._steps = None, iter(())
        return True

    def _proof(self, mine: Task, at: datetime) -> Iterator[Told]:
        family = schedule.in_force(self._document(mine), clock.day_of(at, self.time_zone))
        for health in examined(family, cases.trials(family)):
            # The chapters before the rules weigh as much as a tenth of them each.
            weight = max(1, health.of_rules // 10)
            news = {
                "done": len(health.done) * weight + health.rules,
                "total": 7 * weight + health.of_rules,
                "result": written(health),
            }
            yield Told(news)

    def _rehearsal(self, mine: Task, at: datetime) -> Iterator[Told]:
        today = clock.day_of(at, self.time_zone)
        family = schedule.in_force(self._document(mine), today)
        with self.database.reading() as session:
            on_sale = published.version(session.connection(), mine.family_code, mine.beside)
        try:
            draft = Engine(family)
        except (TooWide, ValueError, KeyError):
            raise CannotBe("the document is not sound enough to be rehearsed") from None
        task_id = mine.id or 0
        rehearsal = Rehearsal(mine.family_code, draft, on_sale.engine if on_sale else None, today)
        for piece in rehearsal.pieces(self.database.reading, dict(mine.cursor), mine.done):
            news = {"done": piece.done, "total": piece.total, "cursor": piece.cursor}
            yield Told(news, partial(rehearsed.add, task_id=task_id, found=piece.findings))

    def _document(self, mine: Task) -> Family:
        with self.database.reading() as session:
            family = document.of(session, mine.family_code, mine.sha256)
        if family is None:
            raise CannotBe("nobody keeps this document any more")
        return family
