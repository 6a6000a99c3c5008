"""Whom a rehearsed document concerns, and by what right each of them may be written to about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from webapp.customers.consent import Consent, Purpose
from webapp.customers.customer import Customer, normal
from webapp.sales import rehearsed
from webapp.sales.order import Order
from webapp.sales.rehearsed import Rehearsed, Thing

BATCH = 500  # names in one question to the database


@dataclass
class Concerned:
    """One person with everything of theirs that would be different. `name`: empty of whom never told it.

    `allows_letters`: they agreed to letters about their builds, and have not withdrawn it. `orders`: their open
    orders among it; of these they may be written to as of any order.
    """

    email: str
    name: str
    language: str
    allows_letters: bool = False
    orders: list[str] = field(default_factory=list)
    rows: list[Rehearsed] = field(default_factory=list)

    @property
    def may_be_told(self) -> bool:
        return self.allows_letters or bool(self.orders)

    @property
    def told_about(self) -> list[Rehearsed]:
        """What a letter may be about: everything, or the orders alone."""
        return [row for row in self.rows if self.allows_letters or row.thing == Thing.ORDER]

    @property
    def is_broken(self) -> bool:
        """Whether something of theirs cannot be had any more as it is."""
        return any(row.is_broken for row in self.rows)


@dataclass
class Circle:
    """Everybody whom a document concerns; `guests`: those of whom we know no address."""

    people: list[Concerned]
    guests: int


def circle(session: Session, task_id: int) -> Circle:
    """All who keep, were promised or have ordered what would be different; whose things break come first.

    What somebody is making just now is not counted: they see it on their next click.
    """
    found: dict[str, Concerned] = {}
    guests: set[str] = set()
    moved = [
        row
        for thing in (Thing.BUILD, Thing.QUOTE, Thing.ORDER)
        for row in rehearsed.rows(session, task_id, thing, moved=True, limit=None)
    ]
    customers = _customers(session, {row.owner for row in moved if row.owner and row.thing != Thing.ORDER})
    placed = _placed(session, {row.ref for row in moved if row.thing == Thing.ORDER})
    for row in moved:
        person = placed.get(row.ref) if row.thing == Thing.ORDER else customers.get(row.owner or "")
        if person is None or not person.email:
            guests.add(row.owner or row.ref)
            continue
        one = found.setdefault(normal(person.email), person)
        one.allows_letters |= person.allows_letters
        one.rows.append(row)
        if row.thing == Thing.ORDER and row.ref not in one.orders:
            one.orders.append(row.ref)
    people = sorted(found.values(), key=lambda one: (not one.is_broken, one.email))
    return Circle(people, len(guests))


def _customers(session: Session, owners: Iterable[str]) -> dict[str, Concerned]:
    """Customers by the name under which they keep things, with whether they allow letters about builds now."""
    known = {}
    for some in _batches(owners):
        held = (
            select(Customer, Consent.id)
            .outerjoin(
                Consent,
                (col(Consent.customer_id) == Customer.id)
                & (col(Consent.purpose) == Purpose.BUILD_LETTERS.value)
                & col(Consent.withdrawn_at).is_(None),
            )
            .where(col(Customer.owner).in_(some))
        )
        for each, consent in session.exec(held):
            allows = consent is not None
            known[each.owner] = Concerned(each.email, each.name, each.language, allows)
    return known


def _placed(session: Session, numbers: Iterable[str]) -> dict[str, Concerned]:
    known = {}
    for some in _batches(numbers):
        query = select(Order.number, Order.email, Order.name, Order.language)
        for number, email, name, language in session.exec(query.where(col(Order.number).in_(some))):
            known[number] = Concerned(email, name, language)
    return known


def _batches(names: Iterable[str]) -> Iterator[Sequence[str]]:
    listed = sorted(names)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]
