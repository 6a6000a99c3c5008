"""What the worker does about levels: finds out what becomes of them, keeps it, and writes before anything is lost."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from webapp import clock, mail
from webapp.account import level_words
from webapp.database import Database
from webapp.languages import language
from webapp.outbox import Letter
from webapp.relations.levels import levelling
from webapp.relations.levels.customer_level import Event
from webapp.relations.levels.levelling import BATCH, Look
from webapp.relations.levels.service_level import ServiceLevel
from webapp.settings import Settings

log = logging.getLogger(__name__)


class ShownFall:
    """A fall in words, in the language of the letter that tells it."""

    def __init__(self, look: Look, usual_days: int) -> None:
        self.look, self.usual_days = look, usual_days
        self.is_ahead = look.news is Event.ANNOUNCED
        self.day = look.verdict.falls_on

    @property
    def title(self) -> str:
        return _title(self.look.before)

    @property
    def becomes(self) -> str:
        """The level from then on; "" for none."""
        return _title(self.look.becomes if self.is_ahead else self.look.after)

    @property
    def rule(self) -> str:
        return level_words.rule_words(self.look.before, self.currency) if self.look.before else ""

    @property
    def sums(self) -> str:
        """What counts on the day of the fall."""
        before = self.look.before
        if before is None or self.day is None:
            sums = self.look.sums
        else:
            sums = self.look.standing.sums(before.months, self.day)
        return level_words.goal_words(sums, self.currency)

    @property
    def currency(self) -> str:
        return self.look.standing.currency

    @property
    def gifts(self) -> Sequence[str]:
        """What ends with it."""
        return level_words.gifts(self.look.before, self.usual_days) if self.look.before else ()


def _title(level: ServiceLevel | None) -> str:
    return level.texts.in_(language()) if level else ""


def follow(settings: Settings, database: Database, at: datetime) -> None:
    """Brings levels up to date; letters need the application's context.

    A letter is rendered before the transaction that keeps the fall; both are kept, or neither.
    """
    today, after = clock.day_of(at, settings.time_zone), 0
    day_of = partial(clock.day_of, zone=settings.time_zone)
    while True:
        with database.reading() as session:
            notes = levelling.due(session, today, after=after)
            seen = levelling.looks(session, list(notes), at=at, today=today, day_of=day_of)
            letters = {each.customer.id or 0: letter(each, settings) for each in seen if each.is_told}
            known = {each.customer.id for each in seen}
        if notes:
            with database.writing() as session:
                done = levelling.keep(session, seen, letters, at=at, today=today, day_of=day_of)
                gone = [number for number in notes if number not in known]  # erased meanwhile
                levelling.strike(session, {number: notes[number] for number in (*done, *gone)})
        if len(notes) < BATCH:
            return
        after = max(notes)


def letter(look: Look, settings: Settings) -> Letter:
    """Tells of a fall: ahead of it, or that it came with money that went back."""
    who, shown = look.customer, ShownFall(look, settings.promise_days)
    return mail.rendered("level_falls", who.email, who.language, shown=shown)
