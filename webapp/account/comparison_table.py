"""Builds side by side, as rows: what they are, what they consist of, how their prices come about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from catalog.expression import OptionKey
from catalog.model import LEAD_DAYS, NONE, Attribute
from webapp.account.comparable import Comparable
from webapp.formats import money
from webapp.languages import language
from webapp.sales.specification import Part
from webapp.shop.measures import measure


class Cell(NamedTuple):
    """What one build says in a row; `text` is empty where it has nothing there.

    `take`: the option that stands here and in the build that options are taken into not.
    """

    text: str = ""
    amount: int | None = None
    take: OptionKey | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is compared. `differs` where the builds do not all say the same."""

    code: str
    title: str
    cells: Sequence[Cell]
    differs: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading. `of`: the family they belong to, where builds of several are compared."""

    code: str
    title: str
    rows: Sequence[Row]
    of: str = ""

    def shown(self, everything: bool) -> Sequence[Row]:
        return [row for row in self.rows if everything or row.differs]


class Table:
    """The comparison. `into`: the place of the build that options of the others can be taken into."""

    def __init__(self, builds: Sequence[Comparable], into: int | None) -> None:
        self.builds, self.into = builds, into
        self.families = list(dict.fromkeys(each.family for each in builds))

    @property
    def sections(self) -> list[Section]:
        """What they are like, then options and prices, by family where there are several."""
        found = [Section("facts", _("At a glance"), self._facts())]
        for family in self.families:
            found.append(
                Section(f"options-{family}", _("Options"), self._options(family), self._title(family))
            )
        for family in self.families:
            rows = self._prices(family)
            if rows:
                found.append(
                    Section(f"price-{family}", _("How the price comes about"), rows, self._title(family))
                )
        return found

    def _title(self, family: str) -> str:
        if len(self.families) == 1:
            return ""
        one = next(each for each in self.builds if each.family == family)
        return one.specification.title.in_(language())

    def _facts(self) -> list[Row]:
        rows = []
        today = [each.total_today for each in self.builds]
        if any(total != each.specification.total for total, each in zip(today, self.builds, strict=True)):
            cells = [self._today(each) for each in self.builds]
            rows.append(_row("today", _("Today"), cells))
        days = [each.specification.lead_days for each in self.builds]
        written = [Cell(ngettext("%(num)d day", "%(num)d days", number), number) for number in days]
        rows.append(_row("lead-days", _("Lead time"), written))
        for (code, title), attribute in self._attributes().items():
            cells = [self._sum(each, code, title, attribute) for each in self.builds]
            if any(cell.amount for cell in cells):
                rows.append(_row(code, title, cells))
        return rows

    @staticmethod
    def _today(one: Comparable) -> Cell:
        total = one.total_today
        if total is None:
            return Cell(_("cannot be had like this today"))
        return Cell(money(total, one.specification.currency), total)

    def _attributes(self) -> dict[tuple[str, str], Attribute]:
        """Attributes by code and title: two families may mean different things by one code."""
        found: dict[tuple[str, str], Attribute] = {}
        for one in self.builds:
            if one.on_sale is None:
                continue
            family = one.on_sale.family
            for code, attribute in family.attributes.items():
                if code != LEAD_DAYS and code not in family.measuring:
                    found.setdefault((code, attribute.title.in_(language())), attribute)
        return found

    @staticmethod
    def _sum(one: Comparable, code: str, title: str, attribute: Attribute) -> Cell:
        known = one.on_sale.family.attributes.get(code) if one.on_sale else None
        if known is None or known.title.in_(language()) != title:
            return Cell()
        amount = sum(part.attributes.get(code, 0) for inside in one.parts.values() for part in inside)
        return Cell(measure(amount, attribute.unit), amount) if amount else Cell("", 0)

    def _options(self, family: str) -> list[Row]:
        rows = []
        for group, title in self._groups(family).items():
            parts = [self._parts(each, family, group) for each in self.builds]
            cells = []
            for place, inside in enumerate(parts):
                if inside is None:
                    cells.append(Cell())
                    continue
                text = "; ".join(part.title.in_(language()) for part in inside) or _("without")
                cells.append(Cell(text, take=self._take(group, place, parts)))
            rows.append(_row(group, title, cells, self._belonging(family)))
        return rows

    def _take(self, group: str, place: int, parts: Sequence[Sequence[Part] | None]) -> OptionKey | None:
        """What of a cell can be taken into the build that options are taken into."""
        mine = parts[self.into] if self.into is not None else None
        theirs = parts[place]
        if self.into in (None, place) or mine is None or theirs is None:
            return None
        had = {part.code for part in mine}
        fresh = [part for part in theirs if part.code not in had]
        if fresh:
            return OptionKey(group, fresh[0].option)
        return OptionKey(group, NONE) if mine and not theirs else None

    def _prices(self, family: str) -> list[Row]:
        costs = [each.steps if each.family == family else {} for each in self.builds]
        rows = []
        for group, title in self._groups(family).items():
            codes = [[part.code for part in self._parts(each, family, group) or ()] for each in self.builds]
            amounts = [
                [cost[code].amount for code in inside if code in cost]
                for cost, inside in zip(costs, codes, strict=True)
            ]
            if any(amounts):
                rows.append(self._price_row(family, group, title, amounts))
        options = {part.code for each in self.builds for inside in each.parts.values() for part in inside}
        other = {code: line.label for cost in costs for code, line in cost.items() if code not in options}
        for code, label in other.items():
            amounts = [[cost[code].amount] if code in cost else [] for cost in costs]
            rows.append(self._price_row(family, code, label.in_(language()), amounts))
        return rows

    def _price_row(self, family: str, code: str, title: str, amounts: Sequence[Sequence[int]]) -> Row:
        cells = [
            Cell(money(sum(inside), one.specification.currency), sum(inside)) if inside else Cell()
            for one, inside in zip(self.builds, amounts, strict=True)
        ]
        return _row(code, title, cells, self._belonging(family))

    def _groups(self, family: str) -> dict[str, str]:
        """The groups of a family in its document's order, behind them those that it has no more."""
        found: dict[str, str] = {}
        inside = [each for each in self.builds if each.family == family]
        used = {group: parts[0].group_title for each in inside for group, parts in each.parts.items()}
        on_sale = inside[0].on_sale
        for group in on_sale.family.groups if on_sale else ():
            if group.code in used:
                found[group.code] = group.title.in_(language())
        for code, title in used.items():
            found.setdefault(code, title.in_(language()))
        return found

    def _belonging(self, family: str) -> list[bool]:
        return [each.family == family for each in self.builds]

    @staticmethod
    def _parts(one: Comparable, family: str, group: str) -> Sequence[Part] | None:
        """What a build has of a group; None where it is of another family."""
        if one.family != family:
            return None
        return one.parts.get(group, [])


def _row(code: str, title: str, cells: Sequence[Cell], belonging: Sequence[bool] | None = None) -> Row:
    """A row; of a family that only one build is of there is nothing to compare it with, and it differs."""
    said = [cell for cell, own in zip(cells, belonging or [True] * len(cells), strict=True) if own]
    return Row(code, title, cells, len(said) < 2 or len({(cell.text, cell.amount) for cell in said}) > 1)
