"""The checkout of a promise: its price until its last day, today's where that is lower or the day has passed."""

from datetime import datetime
from typing import Any

from flask import url_for

from webapp import clock, settings
from webapp.account.review import Review, ReviewedLine
from webapp.account.wanted import today
from webapp.sales import as_it_was
from webapp.sales.build import copied
from webapp.sales.order_line import OrderLine
from webapp.sales.price_change import PriceChange, price_changes
from webapp.sales.quote import Quote


class Ended(Exception):
    """The promise holds no more, and what it was about cannot be had today."""


class PromisedReview(Review):
    """What was promised, at the price that is asked for it at a moment. Raises Ended."""

    def __init__(self, promised: Quote, key: str, at: datetime) -> None:
        self.key = key
        self.holds = promised.holds_on(clock.day_of(at, settings.current().time_zone))
        self.total_today, asked_for = asked(promised, self.holds)
        code = promised.code if self.holds else None
        line = OrderLine(position=1, quantity=1, quote_code=code, **asked_for)
        super().__init__([ReviewedLine(line)], at)
        self.promise: Quote = promised

    @property
    def action(self) -> str:
        return url_for("account.promised_checkout", key=self.key, code=self.promise.code)

    @property
    def origin(self) -> str:
        return url_for("account.kept_build", key=self.key)

    @property
    def is_lower_today(self) -> bool:
        """Whether the price has fallen below what was promised."""
        return self.line.total < self.promise.total

    def changes_since(self, goods: str) -> list[PriceChange]:
        if goods != str(self.promise.version):
            return []
        return price_changes(self.promise.priced, self.line.priced)


def asked(promised: Quote, holds: bool) -> tuple[int | None, dict[str, Any]]:
    """What the same parts cost today, where they can be had, and the specification that is asked for. Raises Ended."""
    version = today(promised.family)
    if version is None or (holds and version.family.currency != promised.currency):
        total = None
    else:
        total = as_it_was.total(promised.picked, version.family)
    if holds and (total is None or total >= promised.total):
        return total, copied(promised)
    specification = as_it_was.specification(promised, version) if version and total is not None else None
    if specification is not None:
        return total, specification
    if holds:
        return total, copied(promised)
    raise Ended
