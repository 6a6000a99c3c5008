"""What a demand page is asked about: the family and the period in its address."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import request, url_for

from catalog.expression import OptionKey
from catalog.model import Family, Rule
from webapp import clock, settings
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading_rows
from webapp.languages import language
from webapp.sales.demand.scope import Scope

USUAL = timedelta(days=89)  # before today
LONGEST = timedelta(days=3660)
PRESETS = (30, 90, 365)  # days, today included
LEAST = 5  # times that two options were chosen together


class Filters(NamedTuple):
    """The family as it is sold now, all families to choose from, and the days asked for."""

    families: Sequence[Published]
    sold: Published
    scope: Scope
    today: date
    group: str = ""
    rule: str = ""
    least: int = LEAST

    @property
    def family(self) -> Family:
        return self.sold.family

    @property
    def said(self) -> dict[str, Any]:
        """As parameters of an address."""
        more = {"group": self.group, "rule": self.rule, "least": "" if self.least == LEAST else self.least}
        return {
            "family": self.family.code,
            "from": self.scope.first.isoformat(),
            "until": self.scope.last.isoformat(),
        } | {name: value for name, value in more.items() if value}

    def to(self, endpoint: str, **more: Any) -> str:
        """The address of another page of the same family and days."""
        kept = {name: value for name, value in self.said.items() if name in ("family", "from", "until")}
        return url_for(f"staff.{endpoint}", **(kept | more))

    def rows(self, of: str, **more: Any) -> str:
        """The address of the rows behind a figure."""
        return self.to("demand_rows", of=of, **more)

    @property
    def presets(self) -> list[tuple[int, str, bool]]:
        """Usual periods up to today: days, address, and whether it is this one."""
        found = []
        for days in PRESETS:
            first = self.today - timedelta(days=days - 1)
            here = self.said | {"from": first.isoformat(), "until": self.today.isoformat()}
            address = url_for(request.endpoint or "", **((request.view_args or {}) | here))
            found.append((days, address, (self.scope.first, self.scope.last) == (first, self.today)))
        return found

    def name(self, key: OptionKey) -> str:
        """An option as the catalogue calls it now, else by its code."""
        option = self.family.option_by_key.get(key)
        return option.title.in_(language()) if option else key.option

    def group_name(self, code: str) -> str:
        group = self.family.group_by_code.get(code)
        return group.title.in_(language()) if group else code

    @property
    def rules(self) -> dict[str, Rule]:
        return {rule.code: rule for rule in (*self.family.rules, *self.family.resources)}


def asked() -> Filters | None:
    """The filters in the address; what makes no sense there is the usual. None where nothing is on sale yet."""
    families = published.families(reading_rows())
    if not families:
        return None
    code = request.args.get("family", "")
    sold = next((each for each in families if each.family.code == code), families[0])
    zone = settings.current().time_zone
    today = clock.today(zone)
    last = _day("until") or today
    first = _day("from") or last - USUAL
    if first > last:
        first, last = last, first
    first = max(first, last - LONGEST)
    group = request.args.get("group", "")
    return Filters(
        families,
        sold,
        Scope(sold.family.code, first, last, zone),
        today,
        group if group in sold.family.group_by_code else "",
        request.args.get("rule", "")[:70],
        max(1, min(request.args.get("least", LEAST, type=int), 1_000_000)),
    )


def _day(name: str) -> date | None:
    """A day of the address, if it is one that has a day before and after it."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
