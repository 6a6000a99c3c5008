"""What was picked: shares of builds and of orders, group by group, over time, and what goes together."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask_babel import format_date
from flask_babel import gettext as _

from catalog.expression import OptionKey
from webapp.database import reading
from webapp.sales.demand.parts_counted import PartsCounted, Source, Together
from webapp.staff.demand.chart import MOST_SERIES, Chart, bars, lines
from webapp.staff.demand.filters import Filters
from webapp.staff.demand.table import Cell, Table, factor, number, share, words

MOST_PAIRS = 60
DRAWN_PAIRS = 10


@dataclass
class Picked:
    """The builds and orders of a family in a period, and what is shown of them."""

    filters: Filters

    @cached_property
    def builds(self) -> PartsCounted:
        return PartsCounted(reading(), self.filters.scope, Source.BUILDS)

    @cached_property
    def orders(self) -> PartsCounted:
        return PartsCounted(reading(), self.filters.scope, Source.ORDERS)

    @property
    def is_empty(self) -> bool:
        return not (self.builds.ids or self.orders.ids)

    @property
    def group(self) -> str:
        """The group that is shown in detail: the first one unless the address says which."""
        return self.filters.group or self.filters.family.groups[0].code

    @property
    def shares_chart(self) -> Chart:
        keys = self._keys(self.group)
        title = _("“%(group)s”: share of builds and of orders", group=self.filters.group_name(self.group))
        return bars(
            title,
            [self.filters.name(key) for key in keys],
            [
                (_("Builds"), [_percent(self.builds.having.get(key, 0), self.builds.count) for key in keys]),
                (_("Orders"), [_percent(self.orders.having.get(key, 0), self.orders.count) for key in keys]),
            ],
            " %",
        )

    @property
    def time_chart(self) -> Chart:
        rows, keys = self._over_time, self._leading
        return lines(
            self.time_title,
            [self._bucket(day) for day, _, _ in rows],
            [
                (
                    self.filters.name(key),
                    [_percent(each[place], all_) if all_ else None for _, all_, each in rows],
                )
                for place, key in enumerate(keys)
            ],
            " %",
        )

    @property
    def time_title(self) -> str:
        group = self.filters.group_name(self.group)
        if self.filters.scope.by_weeks:
            return _("“%(group)s”: share of the builds of each week", group=group)
        return _("“%(group)s”: share of the builds of each month", group=group)

    @property
    def shares(self) -> Table:
        """The options of the group that is shown."""
        return self._shares("options", self.filters.group_name(self.group), [self.group])

    @property
    def everything(self) -> Table:
        """The options of all groups."""
        return self._shares(
            "all-options", _("All groups"), [each.code for each in self.filters.family.groups]
        )

    @property
    def time(self) -> Table:
        keys = self._leading
        columns = [
            (_("From the day"), False),
            (_("Builds"), True),
            *((self.filters.name(key), True) for key in keys),
        ]
        rows = [
            [
                Cell(self._bucket(day), day.isoformat()),
                number(all_, self._rows_of(day, None)),
                *(number(count, self._rows_of(day, key)) for key, count in zip(keys, each, strict=True)),
            ]
            for day, all_, each in self._over_time
        ]
        return Table("over-time", self.time_title, columns, rows)

    @cached_property
    def _together(self) -> list[Together]:
        return self.builds.together(least=self.filters.least)

    @property
    def pairs(self) -> Table:
        found = self._together[:MOST_PAIRS]
        said = lambda *keys: self.filters.rows("builds", said=[str(key) for key in keys])  # noqa: E731
        rows = [
            [
                words(self._full(each.one), code=str(each.one)),
                words(self._full(each.other), code=str(each.other)),
                factor(each.lift),
                number(each.both, said(each.one, each.other)),
                factor(each.expected),
                number(each.of_one, said(each.one)),
                number(each.of_other, said(each.other)),
            ]
            for each in found
        ]
        columns = [
            (_("One option"), False),
            (_("The other option"), False),
            (_("Lift"), True),
            (_("Times together"), True),
            (_("By chance"), True),
            (_("One in all"), True),
            (_("Other in all"), True),
        ]
        return Table("pairs", _("Chosen together"), columns, rows)

    @property
    def pairs_chart(self) -> Chart:
        found = self._together[:DRAWN_PAIRS]
        return bars(
            _("The highest lifts"),
            [f"{self.filters.name(each.one)} + {self.filters.name(each.other)}" for each in found],
            [(_("Lift"), [round(each.lift, 2) for each in found])],
            wide=True,
        )

    def _shares(self, code: str, title: str, groups: list[str]) -> Table:
        several = len(groups) > 1
        columns = [
            *([(_("Group"), False)] if several else []),
            (_("Option"), False),
            (_("Builds"), True),
            (_("Share of builds"), True),
            (_("Chosen by the shopper"), True),
            (_("Ordered, pieces"), True),
            (_("Share of orders"), True),
        ]
        rows = [self._share(group, key, several) for group in groups for key in self._keys(group)]
        return Table(code, title, columns, rows)

    def _share(self, group: str, key: OptionKey, several: bool) -> list[Cell]:
        builds, orders, option = self.builds, self.orders, str(key)
        having, choosing, ordered = (
            counted.get(key, 0) for counted in (builds.having, builds.choosing, orders.having)
        )
        return [
            *([words(self.filters.group_name(group), code=group)] if several else []),
            words(self.filters.name(key), code=key.option),
            number(having, self.filters.rows("builds", has=option)),
            share(having, builds.count),
            number(choosing, self.filters.rows("builds", said=option)),
            number(ordered, self.filters.rows("orders", has=option)),
            share(ordered, orders.count),
        ]

    def _keys(self, group: str) -> list[OptionKey]:
        """The group's options as they are sold, then those that are gone and were in something."""
        sold = list(self.filters.family.group_by_code[group].keys)
        counted = (*self.builds.keys, *self.orders.keys)
        gone = dict.fromkeys(key for key in counted if key.group == group and key not in sold)
        return sold + [key for key in gone if self.builds.having.get(key) or self.orders.having.get(key)]

    @cached_property
    def _leading(self) -> list[OptionKey]:
        """The options drawn over time: those that most builds have, in the document's order."""
        keys = self._keys(self.group)
        most = sorted(keys, key=lambda key: -self.builds.having.get(key, 0))[:MOST_SERIES]
        return [key for key in keys if key in most]

    @cached_property
    def _over_time(self) -> list[tuple[date, int, list[int]]]:
        return self.builds.over_time(self._leading)

    def _rows_of(self, day: date, key: OptionKey | None) -> str:
        """The address of the rows of one week or month."""
        first, last = self.filters.scope.span(day)
        more = {"has": str(key)} if key else {}
        return self.filters.rows("builds", **({"from": first.isoformat(), "until": last.isoformat()} | more))

    def _bucket(self, day: date) -> str:
        pattern = "d MMM" if self.filters.scope.by_weeks else "LLL yy"
        return format_date(day, pattern)

    def _full(self, key: OptionKey) -> str:
        return f"{self.filters.group_name(key.group)}: {self.filters.name(key)}"


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
