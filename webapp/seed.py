"""`flask seed`: made-up shoppers who click through a family as people do, for trying the demand pages."""

import random
import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import click
from flask.cli import with_appcontext

from catalog.choices import Choices, read
from catalog.configuration import Configuration, Conflict
from catalog.expression import OptionKey
from catalog.pricing import price
from catalog.terms import NO_TERMS
from webapp import clock, demo_levels, settings
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.customers.visitor import new_visitor
from webapp.database import here, reading_rows, writing
from webapp.demand_worker import DemandWorker, count_touchpoints, pack_parts
from webapp.sales import build, order
from webapp.sales.delivery import METHOD_BY_CODE, Delivery
from webapp.sales.key import new_code
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_number import new_number
from webapp.sales.specification import specified
from webapp.sales.terms_of_sale import EDITION
from webapp.shop.click_detail import detail_of

LONGEST = 600.0  # seconds for the counting afterwards


@click.command("seed")
@with_appcontext
@click.option("--shoppers", default=150, show_default=True, help="How many of them.")
@click.option("--days", default=90, show_default=True, help="Over how many days until today.")
@click.option("--family", default="", help="Of which family; all that are on sale without it.")
@click.option(
    "--chance", type=int, default=1, show_default=True, help="The same number makes the same shoppers."
)
def seed(shoppers: int, days: int, family: str, chance: int) -> None:
    """Adds clicks, builds and orders of shoppers who never were, for trying the pages; not for a real shop."""
    families = [each for each in published.families(reading_rows()) if family in ("", each.family.code)]
    if not families:
        raise click.ClickException("no such family on sale")
    rng, now = random.Random(chance), clock.now()
    began = time.monotonic()
    # One after the other, as they would have come: lists go by the order in which rows were written.
    starts = sorted(
        now - timedelta(minutes=rng.randint(60, max(61, days * 24 * 60))) for _ in range(shoppers)
    )
    for number, start in enumerate(starts):
        Walk(families[number % len(families)], rng, start).go()
        if time.monotonic() - began > 5:
            click.echo(f"{number + 1} of {shoppers} shoppers")
            began = time.monotonic()
    count_touchpoints(here(), clock.now() + timedelta(minutes=2), seconds=LONGEST)
    pack_parts(here(), clock.now(), settings.current().time_zone, seconds=LONGEST)
    DemandWorker(settings.current().time_zone).answer(here(), seconds=LONGEST)
    demo_levels.make_regulars(families, now)
    click.echo(f"{shoppers} made-up shoppers have been here")


class Walk:
    """One made-up shopper: what they click, whether they pay for a repair, how far they come."""

    def __init__(self, sold: Published, rng: random.Random, at: datetime) -> None:
        self.sold, self.rng, self.at = sold, rng, at
        self.visitor = new_visitor()
        self.choices = Choices()
        self.configuration = sold.engine.configure(self.choices)

    def go(self) -> None:
        for group in self._interests():
            if not self._click(group):
                return
        if self.rng.random() < 0.45:
            self._buy(saves=self.rng.random() < 0.7)

    def _interests(self) -> Iterator[str]:
        """The groups that they look at, mostly in the order of the page; some people look at few."""
        groups = [group.code for group in self.sold.family.groups]
        patience = self.rng.uniform(0.25, 0.95)
        for code in groups[: self.rng.randint(2, len(groups))]:
            if self.rng.random() < patience:
                yield code

    def _click(self, group: str) -> bool:
        """Clicks on an option of a group; False where that ends the visit."""
        key = self._wish(group)
        if key is None or key in self.choices:
            return True
        reading = read(self.sold.family, [*self.choices.parameters(), (key.group, key.option)], str(key))
        found = self.sold.engine.answer(reading)
        if found.conflict is None:
            self.choices, self.configuration = found.choices, found
            self._record(Kind.REFUSAL if key.option == "none" else Kind.PICK, key)
            return True
        self._record(Kind.BLOCKED, key, found)
        return self._decide(found, found.conflict)

    def _wish(self, group: str) -> OptionKey | None:
        """The dearer an option, the fewer want it; some are simply liked."""
        cards = [key for key in self.configuration.cards if key.group == group and key.option != "none"]
        if not cards:
            return None
        weights = [self._liking(key) for key in cards]
        return self.rng.choices(cards, weights)[0]

    def _liking(self, key: OptionKey) -> float:
        own = random.Random(str(key)).lognormvariate(0, 0.8)
        return own / (1 + self.sold.family.option_by_key[key].price / max(1, self.configuration.total) * 4)

    def _decide(self, found: Configuration, conflict: Conflict) -> bool:
        for repair in conflict.repairs:
            share = max(0.0, repair.delta / max(1, found.total))
            if self.rng.random() < 0.6 / (1 + 15 * share):
                self.choices = repair.after
                self.configuration = self.sold.engine.configure(self.choices)
                self._record(Kind.REPAIR, conflict.key, self.configuration)
                return True
        fate = self.rng.random()
        if fate < 0.5:
            self._record(Kind.UNDO, None)
        return fate < 0.85

    def _buy(self, *, saves: bool) -> None:
        configuration = self.configuration
        specification = specified(
            configuration, price(configuration, NO_TERMS), NO_TERMS, self.sold.number, self.sold.sha256
        )
        if saves:
            self._pause()
            with writing() as session:
                build.save(
                    session,
                    token=secrets.token_urlsafe(16),
                    owner=self.visitor,
                    name="Demo",
                    specification=specification,
                    at=self.at,
                )
            self._record(Kind.SAVE, None)
        if self.rng.random() < 0.5:
            self._record(Kind.CART, None)
            if self.rng.random() < 0.7:
                self._record(Kind.CHECKOUT, None)
                if self.rng.random() < 0.6:
                    self._order(OrderLine(**specification))

    def _order(self, line: OrderLine) -> None:
        self._record(Kind.ORDER, None)
        method = METHOD_BY_CODE["carrier"]
        delivery = method.price(line.currency) or 0
        ready = (self.at + timedelta(days=line.lead_days + 3)).date()
        with writing() as session:
            order.place(
                session,
                Order(
                    number=new_number(),
                    code=new_code(),
                    token=secrets.token_urlsafe(16),
                    language="en",
                    name="Demo shopper",
                    email="nobody@lekalo.example",
                    currency=line.currency,
                    total=line.total + delivery,
                    tax=line.tax,
                    tax_percent=line.tax_percent,
                    terms_of_sale=EDITION,
                    placed_at=self.at,
                    lines=[line],
                    delivery=Delivery(
                        method=method.code,
                        method_title=dict(method.title.root),
                        price=delivery,
                        first_day=ready,
                        last_day=ready + timedelta(days=4),
                    ),
                ),
            )

    def _record(self, kind: Kind, key: OptionKey | None, about: Configuration | None = None) -> None:
        self._pause()
        with writing() as session:
            touchpoint.record(
                session.connection(),
                visitor=self.visitor,
                kind=kind,
                family=self.sold.family.code,
                version=self.sold.number,
                at=self.at,
                pick=key,
                detail=detail_of(about, kind) if about is not None else None,
            )

    def _pause(self) -> None:
        self.at += timedelta(seconds=self.rng.lognormvariate(3, 0.8))
