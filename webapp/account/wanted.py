"""What an address asks for: a family, choices, and what they come to today."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort

from catalog import pricing
from catalog.choices import Choices, Reading, read
from catalog.configuration import Configuration
from catalog.engine import Impossible
from catalog.terms import NO_TERMS, Price
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading_rows
from webapp.sales.specification import specified
from webapp.shop import addresses


@dataclass(frozen=True)
class Wanted:
    """Choices under the version that is on sale now."""

    published: Published
    reading: Reading

    @property
    def choices(self) -> Choices:
        return self.reading.choices

    @cached_property
    def configuration(self) -> Configuration | None:
        """All that follows from the choices, or None where they do not fit together."""
        try:
            return self.published.engine.configure(self.choices)
        except Impossible:
            return None

    @cached_property
    def completion(self) -> Configuration | None:
        """The same without knowing what was the only one left: enough for a price, and quicker."""
        try:
            return self.published.engine.complete(self.choices)
        except Impossible:
            return None

    @cached_property
    def price(self) -> Price | None:
        return pricing.price(self.completion, NO_TERMS) if self.completion else None

    @property
    def address(self) -> str:
        """The choices as a query string, without what we do not know."""
        return addresses.query(self.choices)

    @property
    def configurator(self) -> str:
        """Where to go on changing it."""
        return addresses.configurator(self.published.family.code, self.choices)

    def specification(self) -> dict[str, Any]:
        """The columns of its specification. Only of choices that fit together."""
        assert self.configuration is not None
        price = pricing.price(
            self.configuration, NO_TERMS
        )  # the same as `price`, and not completed once more
        return specified(self.configuration, price, NO_TERMS, self.published.number, self.published.sha256)


def by_address(code: str) -> Wanted:
    """What the request's address asks for; 404 where no such family is on sale."""
    return wanted_by(today(code) or abort(404), addresses.asked().parameters)


def wanted_by(version: Published, parameters: list[tuple[str, str]]) -> Wanted:
    return Wanted(version, read(version.family, parameters))


def today(code: str) -> Published | None:
    """The family as it is sold now."""
    return published.current(reading_rows(), code)
