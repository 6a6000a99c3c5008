"""Claims: what a guest has kept becomes a customer's, once, and is nobody else's from then on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Case, case, delete, exists, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from webapp.customers import customer
from webapp.sales import cart_line, current_build
from webapp.sales.build import Build
from webapp.sales.comment import Comment
from webapp.sales.current_build import CurrentBuild
from webapp.sales.key import Lock
from webapp.sales.order import Order
from webapp.sales.proposal import Proposal


class Outcome(StrEnum):
    """What became of a claim to one build."""

    TAKEN = "taken"
    MINE = "mine"  # it was already
    REFUSED = "refused"  # it belongs to another customer
    GONE = "gone"  # deleted, or its private link was withdrawn


@dataclass
class Claimed:
    """What a sign-in brought along."""

    builds: int = 0
    orders: int = 0
    beside: list[str] = field(default_factory=list)  # families that were being made on both sides
    refused: list[str] = field(default_factory=list)  # names of builds that belong to another customer


def claim(session: Session, guest: str | None, owner: str, opened: Iterable[Lock] = ()) -> Claimed:
    """Gives a customer all that a guest has kept, and those builds of other guests that were opened on this device.

    `opened`: what their private links fitted; whoever has the link that opens a guest's build may claim it, but not
    with one that was withdrawn since. To be asked in the transaction of the sign-in: all of it happens or nothing.
    """
    done = Claimed()
    if guest is not None and customer.by_owner(session, guest) is None:
        _take_over(session, guest, owner, done)
        _making(session, guest, owner, done)
    for lock in opened:
        outcome, name = claim_one(session, lock, owner, done)
        if outcome is Outcome.TAKEN:
            done.builds += 1
        elif outcome is Outcome.REFUSED:
            done.refused.append(name)
    return done


def merge(session: Session, giver: str, owner: str, *, making: bool) -> Claimed:
    """Gives a customer all that another random name has kept, whoever that was. `making`: what they have under their
    hands, too: the cart and what is not saved yet."""
    done = Claimed()
    _take_over(session, giver, owner, done)
    if making:
        _making(session, giver, owner, done)
    return done


def claim_one(session: Session, lock: Lock, owner: str, done: Claimed | None = None) -> tuple[Outcome, str]:
    """Gives a customer one build of a guest's, with a copy of what that guest was making of it; and its name."""
    found = session.exec(
        select(Build.id, Build.owner, Build.name, Build.edit_counter).where(Build.code == lock.code)
    ).first()  # not locked: the update decides
    if found is None:
        return Outcome.GONE, ""
    number, guest, name, counter = found
    if guest == owner:
        return Outcome.MINE, name
    if counter != lock.counter:
        return Outcome.GONE, ""
    # A guest's name never becomes a customer's, so this holds whenever the update comes to its turn.
    if customer.by_owner(session, guest) is not None:
        return Outcome.REFUSED, name
    taken = update(Build).where(
        col(Build.id) == number, col(Build.owner) == guest, col(Build.edit_counter) == lock.counter
    )
    if session.connection().execute(taken.values(owner=owner, token=_free_token(owner))).rowcount == 0:
        session.expire_all()
        return claim_one(session, lock, owner, done)  # somebody was faster: see who
    making = session.exec(
        select(CurrentBuild).where(CurrentBuild.owner == guest, CurrentBuild.build_id == number)
    ).all()
    for one in making:  # copied: the guest's other device goes on undisturbed
        if current_build.give(session, one, owner) and done is not None:
            done.beside.append(one.family)
    return Outcome.TAKEN, name


def claimable(session: Session, build: Build) -> bool:
    """Whether a build is a guest's, so that a customer who has its private link may claim it."""
    return customer.by_owner(session, build.owner) is None


def _take_over(session: Session, giver: str, owner: str, done: Claimed) -> None:
    done.builds = _builds(session, giver, owner)
    moved = update(Order).where(col(Order.owner) == giver).values(owner=owner)
    done.orders = session.connection().execute(moved).rowcount
    for said in (Comment, Proposal):  # on builds of others
        session.execute(update(said).where(col(said.writer) == giver).values(writer=owner))


def _making(session: Session, giver: str, owner: str, done: Claimed) -> None:
    done.beside += _current_builds(session, giver, owner)
    cart_line.claim(session, giver, owner)


def _builds(session: Session, guest: str, owner: str) -> int:
    moved = update(Build).where(col(Build.owner) == guest).values(owner=owner, token=_free_token(owner))
    return session.connection().execute(moved).rowcount


def _free_token(owner: str) -> Case[str]:
    """The token of its form, unless the owner has a build of the same: then the code, which nobody else has."""
    other = aliased(Build)
    taken = exists().where(col(other.owner) == owner, col(other.token) == Build.__table__.c.token)  # type: ignore[attr-defined]
    return case((taken, col(Build.code)), else_=col(Build.token))


def _current_builds(session: Session, guest: str, owner: str) -> list[str]:
    """Moves what a guest was making; the families of which the owner was making something too."""
    mine = select(CurrentBuild).where(CurrentBuild.owner == guest).order_by(CurrentBuild.family)
    locked = session.exec(mine.with_for_update()).all()
    beside = [one.family for one in locked if current_build.give(session, one, owner)]
    session.execute(delete(CurrentBuild).where(col(CurrentBuild.owner) == guest))
    return beside
