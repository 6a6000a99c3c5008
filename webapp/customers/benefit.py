"""What a customer has from what they allow: each thing has a switch of its own, and all of it needs their consent."""

from enum import StrEnum

from sqlalchemy import ColumnElement, SQLColumnExpression, literal
from sqlmodel import Session

from webapp.customers.customer import Customer


class Benefit(StrEnum):
    """One thing that the shop does with a profile."""

    MARKS = "marks"  # "fits you" on options
    HOME = "home"  # home begins with my builds and with one made for me
    FORMS = "forms"  # forms are filled in from what I told, else from my latest order
    REMINDERS = "reminders"  # letters before a promise ends; they need the consent to letters about builds


def off(written: str) -> frozenset[Benefit]:
    """What is turned off, of how a customer's row says it; what nobody does any more is left out."""
    return frozenset(each for each in Benefit if each.value in written.split())


def is_on(column: SQLColumnExpression[str], benefit: Benefit) -> ColumnElement[bool]:
    """The same for a statement: that a customer has not turned this off."""
    return (literal(" ") + column + " ").not_like(f"% {benefit.value} %")


def switch(session: Session, customer_id: int, benefit: Benefit, *, on: bool) -> None:
    """Turns one thing on or off. It is off without the consent all the same."""
    known = session.get_one(Customer, customer_id, with_for_update=True)
    wanted = off(known.benefits_off) - {benefit} | (frozenset() if on else {benefit})
    known.benefits_off = " ".join(sorted(wanted))
