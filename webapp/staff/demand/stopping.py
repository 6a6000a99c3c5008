"""Where shoppers stop: how far they came, how long it took to save, and what the last click was about."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask_babel import format_decimal, format_timedelta
from flask_babel import gettext as _

from webapp.database import reading
from webapp.sales.demand import furthest
from webapp.sales.demand.furthest import Stop, ToSave
from webapp.staff.demand.chart import Chart, bars
from webapp.staff.demand.filters import Filters
from webapp.staff.demand.table import Table, number, share, words
from webapp.staff.demand.words import STAGES

DRAWN_GROUPS = 12


@dataclass
class Stopping:
    """The journeys of a family that began in a period."""

    filters: Filters

    @cached_property
    def stops(self) -> list[Stop]:
        return furthest.stops(reading(), self.filters.scope)

    @cached_property
    def to_save(self) -> ToSave:
        return furthest.to_save(reading(), self.filters.scope)

    @cached_property
    def last_groups(self) -> list[tuple[str, int]]:
        return list(furthest.last_groups(reading(), self.filters.scope))

    @property
    def journeys(self) -> int:
        return self.stops[0].reached

    @property
    def is_empty(self) -> bool:
        return not self.journeys

    @property
    def clicks(self) -> str:
        """The median of clicks until the first save."""
        return "–" if self.to_save.clicks is None else format_decimal(self.to_save.clicks, "0.#")

    @property
    def time(self) -> str:
        """The median of the time until the first save."""
        if self.to_save.seconds is None:
            return "–"
        return format_timedelta(timedelta(seconds=self.to_save.seconds), granularity="second", threshold=1.5)

    @property
    def chart(self) -> Chart:
        return bars(
            _("How far journeys came"),
            [str(STAGES[stop.stage]) for stop in self.stops],
            [(_("Journeys"), [stop.reached for stop in self.stops])],
        )

    @property
    def stages(self) -> Table:
        rows = [
            [
                words(str(STAGES[stop.stage]), code=stop.stage.name.lower()),
                number(stop.reached, self.filters.rows("journeys", reached=stop.stage.name.lower())),
                share(stop.reached, self.journeys),
                number(stop.ended, self.filters.rows("journeys", ended=stop.stage.name.lower())),
                share(stop.ended, self.journeys),
            ]
            for stop in self.stops
        ]
        columns = [
            (_("Step reached"), False),
            (_("Took it"), True),
            (_("Share of all"), True),
            (_("Came no further"), True),
            (_("Share of all"), True),
        ]
        return Table("steps", _("How far journeys came"), columns, rows)

    @property
    def groups_chart(self) -> Chart:
        shown = self.last_groups[:DRAWN_GROUPS]
        return bars(
            _("What the last click was about"),
            [self.filters.group_name(group) for group, _count in shown],
            [(_("Journeys"), [count for _group, count in shown])],
        )

    @property
    def groups(self) -> Table:
        ended = self.stops[0].ended
        rows = [
            [
                words(self.filters.group_name(group), code=group),
                number(count, self.filters.rows("journeys", group=group)),
                share(count, ended),
            ]
            for group, count in self.last_groups
        ]
        columns = [(_("Group"), False), (_("Journeys"), True), (_("Share of all"), True)]
        return Table("last-groups", _("What the last click was about"), columns, rows)
