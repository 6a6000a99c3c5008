"""Whom a thread is with: a customer as their account says it, or a guest as they said it themselves."""

from typing import NamedTuple

from sqlmodel import Session

from webapp.customers.customer import Customer
from webapp.relations.talk.thread import Thread


class Correspondent(NamedTuple):
    """Somebody who is written to. `language`: of letters; `email`: "" where there is none."""

    name: str
    email: str
    language: str
    customer_id: int | None = None


def of(session: Session, thread: Thread) -> Correspondent:
    """At most one statement."""
    known = session.get(Customer, thread.customer_id) if thread.customer_id is not None else None
    if known is None:
        return Correspondent(thread.name, thread.email, thread.language)
    return Correspondent(known.name or thread.name, known.email, known.language, known.id)
