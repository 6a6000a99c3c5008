"""Every total ever shown, reckoned again from what is stored with it."""

import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from catalog import pricing
from catalog.choices import Choices
from catalog.configuration import Configuration, PriceLine
from catalog.engine import Impossible
from catalog.model import Family
from catalog.money import tax_within
from catalog.search import Unproven
from catalog.terms import Terms, lines_total
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.catalogues.version import PublishedVersion
from webapp.sales import line_tax, order_revision, tax
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.order import Order
from webapp.sales.proposal import Proposal
from webapp.sales.quote import Quote
from webapp.sales.reckoning import Reduction, Sold, reckon
from webapp.sales.specification import Specification
from webapp.sales.tax import TaxedShare

BATCH = 200


class Discrepancy(NamedTuple):
    """Something stored that does not come out again. Amounts are in minor units."""

    place: str
    what: str
    stored: object
    again: object

    def __str__(self) -> str:
        return f"{self.place}: {self.what} is {self.stored}, comes to {self.again}"


class Recomputation:
    """One reckoning of everything a database holds; `counted` says how many totals it has looked at."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.counted = 0
        self._sound: dict[tuple[str, int], str] = {}
        self._latest: tuple[tuple[str, int, Choices], Configuration] | None = None

    def differences(self) -> Iterator[Discrepancy]:
        """What does not come out again: of versions of builds, of promises, of proposals, of orders."""
        versions = (
            select(BuildVersion, Build.code)
            .join(Build, col(Build.id) == BuildVersion.build_id)
            .order_by(col(BuildVersion.family), col(BuildVersion.version), col(BuildVersion.id))
        )
        for kept, code in self.session.exec(versions.execution_options(yield_per=BATCH)):
            yield from self._of_specification(f"build {code}, version {kept.number}", kept)
        quotes = select(Quote).order_by(col(Quote.family), col(Quote.version), col(Quote.id))
        for quote in self.session.exec(quotes.execution_options(yield_per=BATCH)):
            yield from self._of_specification(f"promise {quote.code}", quote)
        proposals = select(Proposal).order_by(col(Proposal.family), col(Proposal.version), col(Proposal.id))
        for proposal in self.session.exec(proposals.execution_options(yield_per=BATCH)):
            yield from self._of_specification(f"proposal {proposal.code}", proposal)
        orders = select(Order).order_by(col(Order.id))
        for order in self.session.exec(orders.execution_options(yield_per=BATCH)):
            yield from self._of_order(order)

    def _of_order(self, order: Order) -> Iterator[Discrepancy]:
        place = f"order {order.number}"
        for line in order_revision.lines(self.session, order.id or 0):
            yield from self._of_specification(f"{place}, line {line.position}", line)
            yield from _differing(place, [("currency", order.currency, line.currency)])
        self.counted += 1
        yield from _differing(
            place, _sums(self.session.connection(), order) if order.taxed else _old_sums(order)
        )

    def _of_specification(self, place: str, stored: Specification) -> Iterator[Discrepancy]:
        """The price of the parts as they are stored, and whether the choices still lead to these parts."""
        self.counted += 1
        version = published.version(self.session.connection(), stored.family, stored.version)
        if version is None:
            yield Discrepancy(place, "document", f"{stored.family} {stored.version}", "nothing")
            return
        document = self._hash_of_document(stored.family, stored.version)
        yield from _differing(place, [("document", stored.version_sha256, document)])
        family = version.family
        lost = [str(key) for key in stored.picked if key not in family.option_by_key]
        if lost:
            yield Discrepancy(place, "parts", ", ".join(lost), "nothing")
            return
        yield from _differing(place, _amounts(stored, family))
        yield from self._of_configuration(place, stored, version)

    def _of_configuration(
        self, place: str, stored: Specification, version: Published
    ) -> Iterator[Discrepancy]:
        try:
            configuration = self._configuration(stored.said, version)
        except (Impossible, Unproven) as error:
            yield Discrepancy(place, "configuration", "possible", type(error).__name__.lower())
            return
        origins = {part.code: part.origin.value for part in stored.listed}
        again = {str(key): configuration.origins[key].value for key in configuration.picked}
        yield from _differing(
            place,
            [
                ("parts", " ".join(origins), " ".join(again)),
                *(
                    (f"origin of {code}", origin, again[code])
                    for code, origin in origins.items()
                    if code in again
                ),
            ],
        )

    def _configuration(self, choices: Choices, version: Published) -> Configuration:
        """Kept for the next one: a build, its promise and its order often say the same."""
        key = (version.sha256, version.number, choices)
        if self._latest is None or self._latest[0] != key:
            self._latest = key, version.engine.configure(choices)
        return self._latest[1]

    def _hash_of_document(self, code: str, number: int) -> str:
        """Of the stored text itself, not of what was noted of it."""
        if (code, number) not in self._sound:
            document = self.session.exec(
                select(PublishedVersion.document).where(
                    PublishedVersion.family_code == code, PublishedVersion.number == number
                )
            ).one()
            self._sound[code, number] = hashlib.sha256(document.encode()).hexdigest()
        return self._sound[code, number]


def _sums(rows: Connection, order: Order) -> list[tuple[str, object, object]]:
    """What the order comes to by the terms and rates stored with it, and whether those were the country's rates."""
    off = [each.reduction for each in order.reductions]
    terms = Terms(tuple({each.term.code: each.term for each in off}.values()))
    country = order.delivery.country or tax.HOME
    day = order.placed_at.date()  # no rate changes at noon
    rates = {line.position: line_tax.percent(rows, line, country, day) for line in order.lines}
    takes_terms = {each.position for each in off}
    sold = [
        Sold(line.position, line.amount, rates[line.position], line.position in takes_terms)
        for line in order.lines
    ]
    again = reckon(sold, order.delivery.price, terms)
    return [
        ("reductions", _reduced(off), _reduced(again.reductions)),
        ("total", order.total, again.total),
        ("taxes", _taxed(each.share for each in order.taxed), _taxed(again.taxed)),
        ("tax", order.tax, again.tax),
    ]


def _old_sums(order: Order) -> list[tuple[str, object, object]]:
    """The same of an order whose tax was reckoned in one sum, before it was by line."""
    total = sum(line.amount for line in order.lines) + order.delivery.price
    return [
        ("total", order.total, total),
        ("tax", order.tax, tax_within(total, Decimal(order.tax_percent))),
    ]


def _reduced(reductions: Iterable[Reduction]) -> str:
    return " ".join(sorted(f"{each.position}:{each.term.code}={each.amount}" for each in reductions))


def _taxed(shares: Iterable[TaxedShare]) -> str:
    return " ".join(
        sorted(f"{each.position}:{each.percent.normalize():f}%={each.tax}/{each.gross}" for each in shares)
    )


def _amounts(stored: Specification, family: Family) -> list[tuple[str, object, object]]:
    lines = list(pricing.price_lines(family, stored.picked))
    lines += stored.agreed.lines(lines_total(lines))
    total = lines_total(lines)
    days = family.lead.days([family.option_by_key[key].lead_days for key in stored.picked])
    return [
        ("currency", stored.currency, family.currency),
        ("tax rate", Decimal(stored.tax_percent), family.tax_percent),
        ("price steps", _written(stored.priced), _written(lines)),
        ("total", stored.total, total),
        ("tax", stored.tax, tax_within(total, family.tax_percent)),
        ("lead time", stored.lead_days, days),
    ]


def _written(lines: Iterable[PriceLine]) -> str:
    return " ".join(f"{line.code}={line.amount}" for line in lines)


def _differing(place: str, pairs: Iterable[tuple[str, object, object]]) -> Iterator[Discrepancy]:
    return (Discrepancy(place, what, stored, again) for what, stored, again in pairs if stored != again)
