"""Promises as the page of a build shows them: what holds, until when, and what would be asked today."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

from flask import url_for

from webapp import clock, settings
from webapp.account.build_form import new_token
from webapp.account.promise_form import PromiseForm
from webapp.account.wanted import today
from webapp.catalogues.published import Published
from webapp.database import reading
from webapp.sales import as_it_was, quote
from webapp.sales.build import Build
from webapp.sales.key import Purpose, key_for
from webapp.sales.quote import Quote
from webapp.shop.privileges import privileges

MOST_OTHERS = 10  # earlier versions whose promises are told of


class ShownPromise:
    """What is promised about one build. `form`: as it was sent, where it was."""

    def __init__(self, build: Build, form: PromiseForm | None = None) -> None:
        assert build.id is not None
        self.build, self.kept = build, build.latest
        self.form = form or PromiseForm(formdata=None)
        self.new_token = new_token()
        self.today = clock.today(settings.current().time_zone)
        self.days = privileges().days_promised(settings.current().promise_days)
        self.given: Sequence[Quote] = quote.holding(reading(), build.id, self.today)

    @cached_property
    def on_sale(self) -> Published | None:
        return today(self.kept.family)

    @cached_property
    def total_today(self) -> int | None:
        """What the same parts cost today; None where they cannot be had, or are counted in other money."""
        return as_it_was.total_today(self.kept, self.on_sale)

    @cached_property
    def standing(self) -> Quote | None:
        """The promise that holds for the build as it is now."""
        return self._best(self.build.latest_number)

    @cached_property
    def of_other_versions(self) -> list[Quote]:
        """The promises that hold for the build as it was before, the latest version first."""
        numbers = {each.build_number for each in self.given}
        others = sorted(numbers - {self.build.latest_number}, reverse=True)
        return [best for number in others[:MOST_OTHERS] if (best := self._best(number))]

    @cached_property
    def ended(self) -> Quote | None:
        """The promise that ended last, where none holds for the build as it is now."""
        if self.standing is not None:
            return None
        return quote.ended_last(reading(), self.build.id or 0, self.build.latest_number, self.today)

    @property
    def is_lower_today(self) -> bool:
        """Whether the price has fallen below what is promised."""
        if self.standing is None or self.total_today is None:
            return False
        return self.total_today < self.standing.total

    @property
    def counts(self) -> bool:
        """Whether the promise is what an order costs, and not today's price, which is another one or none."""
        standing = self.standing
        return standing is not None and (self.total_today is None or self.total_today > standing.total)

    @property
    def until(self) -> date:
        """The last day of a promise that is given today."""
        return self.today + timedelta(days=self.days)

    @property
    def can_be_given(self) -> bool:
        """Whether a promise of today's price would say more than the one that holds."""
        if self.total_today is None:
            return False
        return self.standing is None or self.until > self.standing.until or self.is_lower_today

    @property
    def differs(self) -> bool:
        """Whether the page that was sent said something else."""
        said = (self.form.shown_number.data, self.form.shown_total.data)
        return said != (self.build.latest_number, self.total_today)

    @cached_property
    def key(self) -> str:
        return key_for(Purpose.EDIT, self.build.edit_lock, settings.current().secret_key)

    def checkout(self, promised: Quote) -> str:
        """Where it is ordered at the promised price."""
        return url_for("account.promised_checkout", key=self.key, code=promised.code)

    def _best(self, number: int) -> Quote | None:
        return next((each for each in self.given if each.build_number == number), None)
