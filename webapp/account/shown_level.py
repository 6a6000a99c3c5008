"""A customer's level as their page shows it: what they have, why, what is next, and what time will do."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property, partial
from typing import NamedTuple

from flask_babel import format_date
from flask_babel import gettext as _
from sqlmodel import Session

from webapp import clock, settings
from webapp.account import level_words
from webapp.languages import language
from webapp.relations.levels import customer_level, levelling, service_level
from webapp.relations.levels.customer_level import Event, LevelChange
from webapp.relations.levels.level_rule import Goal
from webapp.relations.levels.level_standing import Counted, Rung, leaves_on, within
from webapp.relations.levels.levelling import NOTICE
from webapp.relations.levels.service_level import ServiceLevel

MOST_CHANGES = 20


class Row(NamedTuple):
    """An order in the window. `until`: the day from which it counts no more."""

    order: Counted
    until: date

    @property
    def placed(self) -> str:
        """Short enough for a column on a telephone."""
        return format_date(self.order.day, "medium")

    @property
    def ends(self) -> str:
        return format_date(self.until, "medium")

    @property
    def why_not(self) -> str:
        """Why it is no order towards a level; "" where it is one."""
        if self.order.counts:
            return ""
        if self.order.cancelled_at is not None:
            return _("cancelled")
        if self.order.received <= 0:
            return _("not paid yet")
        if self.order.kept <= 0:
            return _("given back")
        return _("not paid in full yet")


class ShownLevel:
    """Where one customer stands. It is worked out anew from their orders; the level itself is as it is kept."""

    def __init__(self, session: Session, customer_id: int, at: datetime) -> None:
        self.session, self.customer_id, self.at = session, customer_id, at
        zone = settings.current().time_zone
        self.today = clock.day_of(at, zone)
        day_of = partial(clock.day_of, zone=zone)
        (self.look,) = levelling.looks(session, [customer_id], at=at, today=self.today, day_of=day_of)
        self.row = customer_level.row_of(session, customer_id)
        self.usual_days = settings.current().promise_days

    @cached_property
    def levels(self) -> dict[int, ServiceLevel]:
        return {each.id or 0: each for each in service_level.ladder(self.session, with_closed=True)}

    @property
    def has_ladder(self) -> bool:
        return bool(self.look.standing.rungs)

    @property
    def level(self) -> ServiceLevel | None:
        """What they have now."""
        return self.levels.get(self.row.level_id or 0) if self.row else None

    @property
    def title(self) -> str:
        return self.level.texts.in_(language()) if self.level else ""

    @property
    def gifts(self) -> Sequence[str]:
        return level_words.gifts(self.level, self.usual_days) if self.level else ()

    @property
    def currency(self) -> str:
        return self.look.standing.currency

    @property
    def months(self) -> int:
        """How far back is looked: as the level says that is had, else the next one, else the longest."""
        about = self.level or self.next_level
        return about.months if about else max((rung.months for rung in self.look.standing.rungs), default=0)

    @property
    def sums(self) -> Goal:
        return self.look.standing.sums(self.months, self.today)

    @cached_property
    def rows(self) -> list[Row]:
        """The orders that lie in the window, the latest first."""
        inside = within(self.look.standing.orders, self.months, self.today)
        return [Row(each, leaves_on(each.day, self.months)) for each in inside]

    @property
    def rule(self) -> str:
        return level_words.rule_words(self.level, self.currency) if self.level else ""

    @property
    def _next(self) -> Rung | None:
        return self.look.standing.next_rung(self.row.level_id if self.row else None)

    @property
    def next_level(self) -> ServiceLevel | None:
        return self.levels.get(self._next.id) if self._next else None

    @property
    def next_title(self) -> str:
        return self.next_level.texts.in_(language()) if self.next_level else ""

    @property
    def next_rule(self) -> str:
        return level_words.rule_words(self.next_level, self.currency) if self.next_level else ""

    @property
    def next_gifts(self) -> Sequence[str]:
        return level_words.gifts(self.next_level, self.usual_days) if self.next_level else ()

    @property
    def lacking(self) -> list[str]:
        """How far the next one is, by each way to it; none where it has just been reached."""
        above = self._next
        if above is None:
            return []
        sums = self.look.standing.sums(above.months, self.today)
        left = [goal.lacking(sums) for goal in above.goals]
        return [level_words.lacking_words(each, self.currency) for each in left if any(each)]

    @property
    def falls_on(self) -> date | None:
        """The day of a fall that was announced."""
        return self.row.falls_on if self.row else None

    @property
    def falls_to(self) -> str:
        """What they have from then on; "" for none."""
        becomes = self.levels.get(self.row.falls_to or 0) if self.row else None
        return becomes.texts.in_(language()) if becomes else ""

    @property
    def keeps(self) -> list[str]:
        """What would keep the level beyond that day, by each way to it."""
        return self._short_on(self.falls_on)

    @property
    def holds_until(self) -> date | None:
        """The day until which it stands if nothing more is ordered; None where no order leaves soon enough to say."""
        if self.level is None or self.falls_on:
            return None
        return self.look.standing.falls_below(self.level.rank, self.today)

    def _short_on(self, day: date | None) -> list[str]:
        rung = next(
            (each for each in self.look.standing.rungs if self.level and each.id == self.level.id), None
        )
        if rung is None or day is None:
            return []
        sums = self.look.standing.sums(rung.months, day)
        left = [goal.lacking(sums) for goal in rung.goals]
        return [level_words.lacking_words(each, self.currency) for each in left if any(each)]

    @cached_property
    def history(self) -> list[tuple[LevelChange, str]]:
        """What became of the level, the latest first, in words."""
        changes = customer_level.history(self.session, self.customer_id, limit=MOST_CHANGES)
        return [(each, change_words(each)) for each in changes]

    @property
    def notice_days(self) -> int:
        return NOTICE.days


def change_words(change: LevelChange) -> str:
    """One thing that became of a level."""
    title = change.title.get(language()) or next(iter(change.title.values()), "")
    match Event(change.event):
        case Event.REACHED:
            return _("“%(level)s” reached", level=title)
        case Event.ANNOUNCED if title:
            return _("announced: “%(level)s” from then on", level=title)
        case Event.ANNOUNCED:
            return _("announced: no level from then on")
        case Event.KEPT:
            return _("“%(level)s” stays", level=title)
        case Event.FELL if title:
            return _("“%(level)s” from then on", level=title)
    return _("no level from then on")
