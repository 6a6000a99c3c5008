"""Letters about builds: to owners who allow them, and to nobody else."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from webapp import outbox
from webapp.customers import consent, customer, letter_cap
from webapp.customers.consent import Purpose
from webapp.outbox import Letter
from webapp.sales import held_letter
from webapp.sales.build import Build


class Reader(NamedTuple):
    """A customer who allows letters about their builds, and by which consent."""

    customer_id: int
    email: str
    language: str
    consent_id: int


def reader(session: Session, build: Build) -> Reader | None:
    """Who may be written to about a build at this moment; guests leave no address, and customers may say no."""
    owner = customer.by_owner(session, build.owner)
    if owner is None or owner.id is None:
        return None
    held = consent.held_by(session, owner.id, Purpose.BUILD_LETTERS)
    return Reader(owner.id, owner.email, owner.language, held.id or 0) if held else None


def put(session: Session, build: Build, letter: Letter, *, at: datetime, most: int | None = None) -> bool:
    """Puts a letter to a build's owner into the outbox; False where they have said no meanwhile.

    It leaves under their consent: if that is withdrawn while the letter still waits, it never leaves. `most`: how
    many letters somebody gets a week; beyond that it is held, and the next digest tells it.
    """
    owner = customer.by_owner(session, build.owner)
    if owner is None or owner.id is None:
        return False
    # Locked, so that a withdrawal comes before this letter or finds it.
    held = consent.held_by(session, owner.id, Purpose.BUILD_LETTERS, for_update=True)
    if held is None:
        return False
    if most is not None and not letter_cap.allows(session, letter.to, most=most, at=at):
        held_letter.keep(session, build, letter.subject, letter.language, at=at)
        return True
    outbox.put(session, letter, at=at, consent_id=held.id)
    return True
