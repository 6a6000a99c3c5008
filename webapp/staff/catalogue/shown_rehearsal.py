"""A rehearsal as the desk shows it: how everybody's builds stand before and after, and who is to be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flask_babel import lazy_gettext
from sqlmodel import col, select

from catalog.reopen import Standing
from webapp.catalogues import publishing_limit
from webapp.catalogues.publishing_limit import PublishingLimit
from webapp.catalogues.task import Task
from webapp.customers.customer import Customer
from webapp.database import reading
from webapp.sales import rehearsed
from webapp.sales.order import Order
from webapp.sales.rehearsed import Rehearsed, Tally, Thing, money_at_stake
from webapp.staff.catalogue.subject import Subject

STANDINGS = {
    Standing.UNCHANGED.value: lazy_gettext("untouched"),
    Standing.REPRICED.value: lazy_gettext("at another price"),
    Standing.REPLACEABLE.value: lazy_gettext("to be repaired"),
    Standing.IMPOSSIBLE.value: lazy_gettext("impossible"),
}
THINGS = {
    Thing.BUILD: lazy_gettext("Kept builds"),
    Thing.QUOTE: lazy_gettext("Promised prices"),
    Thing.ORDER: lazy_gettext("Open orders"),
    Thing.CURRENT: lazy_gettext("Being made just now"),
}


class Person(NamedTuple):
    """Somebody to whom something happens. `name` is empty of whom never told it."""

    name: str
    email: str


class ShownRow(NamedTuple):
    """One thing with whose it is; a guest's has no person."""

    row: Rehearsed
    person: Person | None

    @property
    def before(self) -> str:
        return str(STANDINGS[self.row.before])

    @property
    def after(self) -> str:
        return str(STANDINGS[self.row.after])


@dataclass(frozen=True)
class ShownRehearsal:
    """A rehearsal as far as it is."""

    about: Subject
    task: Task | None

    @cached_property
    def tallies(self) -> dict[Thing, Tally]:
        number = self.task.id if self.task else None
        return rehearsed.tallies(reading(), number or 0, self.about.family.currency)

    @property
    def is_done(self) -> bool:
        return self.task is not None and self.task.is_done

    @property
    def at_stake(self) -> int:
        return money_at_stake(self.tallies)

    @cached_property
    def limit(self) -> PublishingLimit | None:
        return publishing_limit.of(reading(), self.about.code)

    @property
    def passed(self) -> list[str]:
        """The limits beyond which it takes an owner to publish this."""
        builds = self.tallies[Thing.BUILD]
        return publishing_limit.passed(
            self.limit, broken=builds.broken, builds=builds.count, money=self.at_stake
        )


def masked(email: str) -> str:
    """Enough of an address to tell people apart, for those whose work asks for no more: "v•••@example.com"."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}•••{at}{domain}"


def with_people(rows: Iterable[Rehearsed]) -> list[ShownRow]:
    """Rows with their people: of builds whoever is signed in as their owner, of orders who placed them."""
    rows = list(rows)
    owners = {row.owner for row in rows if row.owner}
    known = {
        each.owner: Person(each.name, each.email)
        for each in reading().exec(select(Customer).where(col(Customer.owner).in_(owners)))
    }
    numbers = {row.ref for row in rows if row.thing == Thing.ORDER}
    placed = {
        number: Person(name, email)
        for number, name, email in reading().exec(
            select(Order.number, Order.name, Order.email).where(col(Order.number).in_(numbers))
        )
    }
    return [ShownRow(row, placed.get(row.ref) or known.get(row.owner or "")) for row in rows]
