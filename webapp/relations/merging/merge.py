"""Two who are one: an account, or a guest's orders, becomes part of a customer, and can be parted from them again.

Only a colleague does it, never the shop by itself. Nothing of either is lost; of what they allow, the stricter holds.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, UniqueConstraint, and_, delete, exists, func, select, update
from sqlmodel import Session, SQLModel, col

from webapp.customers import benefit, consent, merged_account, person
from webapp.customers.consent import Consent, Purpose
from webapp.customers.customer import Customer, by_email, by_owner, normal
from webapp.customers.mailbox import box
from webapp.customers.merged_account import MergedAccount
from webapp.customers.person import Person
from webapp.customers.sign_in_request import SignInRequest
from webapp.locks import alone
from webapp.relations.card.contact import Contact
from webapp.relations.card.subject import Subject
from webapp.relations.merging import row_change
from webapp.relations.merging.merge_map import BY_SALES, LOOKED_AT, MOVED
from webapp.relations.merging.row_change import TakenBack
from webapp.relations.news import ending
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.talk import thread
from webapp.sales import claim
from webapp.sales.build import Build
from webapp.sales.order import Order

GATHERED_FOR = timedelta(days=1)
OF_SUBSCRIBERS = ("subscriptions", "digests", "digest_entries")


class How(StrEnum):
    """How a colleague knows that two are one person."""

    SPOKEN = "spoken"  # they said so, and knew what only they know
    WRITTEN = "written"  # they wrote from both addresses
    SEEN = "seen"  # they were in the shop
    MAILBOX = "mailbox"  # both addresses are one mailbox


class CannotMerge(Exception):
    """They are one already, or one of them is gone."""


class CannotPart(Exception):
    """Somebody was merged into the same customer later, or it is too long ago."""


class Ends(NamedTuple):
    """Consents that hold of one of two alone: none of them holds of both together."""

    of_kept: tuple[Purpose, ...]
    of_merged: tuple[Purpose, ...]


class Parted(NamedTuple):
    """What came of parting: the number of the account that is back, and what stays with the kept one."""

    customer_id: int | None
    rows: TakenBack
    orders: int  # placed since
    builds: int  # saved since
    contacts: int  # written down since
    regained: tuple[Purpose, ...]  # consents that ended by merging and hold again


def ends(session: Session, kept_id: int, merged_id: int | None) -> Ends:
    """What merging them would end. A guest has given no consent, and so has ended none."""
    if merged_id is None:
        return Ends((), ())
    ours, theirs = held(session, kept_id), held(session, merged_id)
    return Ends(
        tuple(one for one in Purpose if one in ours - theirs),
        tuple(one for one in Purpose if one in theirs - ours),
    )


def held(session: Session, customer_id: int) -> set[Purpose]:
    rows = select(Consent.purpose).where(  # type: ignore[call-overload]
        col(Consent.customer_id) == customer_id, col(Consent.withdrawn_at).is_(None)
    )
    return {Purpose(name) for name in session.execute(rows).scalars()}


def merge(
    session: Session, kept_id: int, other: Subject, *, how: How, token: str, by: str, at: datetime
) -> MergedAccount:
    """Makes somebody part of a customer; the same form sent twice does it once. Raises CannotMerge."""
    alone(session, "merge")
    done = merged_account.by_token(session, token)
    if done is not None:
        return done
    kept = session.get(Customer, kept_id, with_for_update=True)
    gone = by_owner(session, other.owner)
    if kept is None or kept.owner == other.owner or (gone is None) is (other.customer_id is not None):
        raise CannotMerge
    people = [each for each in (person.of(session, kept_id), _person(session, other)) if each]
    before = row_change.rows_of(session, people, LOOKED_AT)
    if gone is not None:
        _merge_accounts(session, kept, gone, at=at)
    claim.merge(session, other.owner, kept.owner, making=gone is not None)
    if gone is None:
        thread.claim(session, kept_id, kept.owner, "", other.owner)
    session.flush()
    if gone is not None:
        _end_account(session, gone)
    after = row_change.rows_of(session, [one for one in [person.of(session, kept_id)] if one], LOOKED_AT)
    done = MergedAccount(
        token=token,
        customer_id=kept_id,
        merged_id=other.customer_id,
        owner=other.owner,
        email=normal(other.email),
        name=other.name,
        phone=other.phone,
        opens=other.customer_id is not None and box(other.email) == box(kept.email),
        how=how.value,
        at=at,
        staff_name=by,
        changes=row_change.between(session, before, after),
    )
    session.add(done)
    session.flush()
    return done


def part(session: Session, done: MergedAccount, *, at: datetime) -> Parted:
    """Parts somebody from a customer: what was theirs returns, what came since stays. Raises CannotPart."""
    alone(session, "merge")
    latest = merged_account.of(session, done.customer_id)
    if not latest or latest[0].id != done.id or done.changes is None:
        raise CannotPart
    kept_id, owner, changes, since = done.customer_id, done.owner, done.changes, done.at
    kept = session.get_one(Customer, kept_id, with_for_update=True)
    if not done.is_guest and by_email(session, done.email) is not None:
        raise CannotPart  # somebody has an account under the address meanwhile
    said = _said_since(session, kept_id, since)
    before = held(session, kept_id)
    session.delete(done)
    session.flush()
    rows = row_change.take_back(session, _but_consents(session, changes, kept_id, said))
    returned = by_owner(session, owner)
    numbers = [kept_id, *([returned.id] if returned and returned.id else [])]
    for number in numbers:
        if not consent.holds(session, number, Purpose.PERSONALISATION):
            ending.withdraw(
                session, number, Purpose.PERSONALISATION, at=at
            )  # nothing set aside comes back unasked
    regained = held(session, kept_id) - before
    return Parted(
        returned.id if returned else None,
        rows,
        _count(session, col(Order.owner) == kept.owner, col(Order.placed_at) >= since),
        _count(session, col(Build.owner) == kept.owner, col(Build.saved_at) >= since),
        _count(session, col(Contact.customer_id) == kept_id, col(Contact.at) >= since),
        tuple(one for one in Purpose if one in regained),
    )


def gather(session: Session, *, at: datetime) -> None:
    """Gives kept customers what came to be under the old name in the very moment of merging."""
    lately = select(MergedAccount.owner, Customer.owner).join(  # type: ignore[call-overload]
        Customer, col(Customer.id) == col(MergedAccount.customer_id)
    )
    accounts = lately.where(
        col(MergedAccount.at) > at - GATHERED_FOR, col(MergedAccount.merged_id).is_not(None)
    )
    for old, new in session.execute(accounts).all():
        claim.merge(session, old, new, making=True)


def _merge_accounts(session: Session, kept: Customer, gone: Customer, *, at: datetime) -> None:
    kept_id, gone_id = kept.id or 0, gone.id or 0
    ended = ends(session, kept_id, gone_id)
    for number, purposes in ((kept_id, ended.of_kept), (gone_id, ended.of_merged)):
        for purpose in purposes:
            ending.withdraw(session, number, purpose, at=at)
    kept.name, kept.phone = kept.name or gone.name, kept.phone or gone.phone
    kept.since = min(kept.since, gone.since)
    kept.benefits_off = " ".join(sorted(benefit.off(kept.benefits_off) | benefit.off(gone.benefits_off)))
    session.flush()
    _merge_subscribers(session, kept_id, gone_id)
    for place in sorted(MOVED - BY_SALES):
        is_name = place.endswith(".owner")
        _move(session, place, gone.owner if is_name else gone_id, kept.owner if is_name else kept_id)


def _merge_subscribers(session: Session, kept_id: int, gone_id: int) -> None:
    """Two subscribers become one; with one alone, the row itself moves."""
    found = select(Subscriber.customer_id, Subscriber.id).where(  # type: ignore[call-overload]
        col(Subscriber.customer_id).in_((kept_id, gone_id))
    )
    numbers: dict[int, int] = {}
    for customer_id, number in session.execute(found):
        numbers[customer_id] = number
    if len(numbers) == 2:
        for table in OF_SUBSCRIBERS:
            _move(session, f"{table}.subscriber_id", numbers[gone_id], numbers[kept_id])


def _end_account(session: Session, gone: Customer) -> None:
    """Nobody is signed in to it any more, and no letter lets anybody in."""
    asked = delete(SignInRequest).where(col(SignInRequest.email) == gone.email)
    session.execute(asked)
    session.execute(delete(Customer).where(col(Customer.id) == gone.id))
    session.expire_all()


def _move(session: Session, place: str, old: object, new: object) -> None:
    """Makes rows somebody else's; where they have the same already, theirs stands."""
    name, _, of = place.partition(".")
    table = SQLModel.metadata.tables[name]
    column, other = table.c[of], table.alias()
    for others in _unique_with(table, of):
        twin = [other.c[of] == new, *(other.c[each] == table.c[each] for each in others)]
        session.execute(delete(table).where(column == old, exists().where(and_(*twin))))
    session.execute(update(table).where(column == old).values({of: new}))


def _unique_with(table: Table, name: str) -> list[list[str]]:
    """The columns that are together with this one in something of which there may be one row only."""
    keys = [[one.name for one in table.primary_key]]
    keys += [
        [one.name for one in each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)
    ]
    keys += [[one.name for one in each.columns] for each in table.indexes if each.unique]
    return [[one for one in key if one != name] for key in keys if name in key]


def _person(session: Session, other: Subject) -> Person | None:
    if other.customer_id is None:
        return Person((other.owner,))
    return person.of(session, other.customer_id)


def _said_since(session: Session, kept_id: int, since: datetime) -> set[str]:
    """Purposes of which the kept one has said something of their own since."""
    rows = select(Consent.purpose).where(  # type: ignore[call-overload]
        col(Consent.customer_id) == kept_id,
        (col(Consent.given_at) > since) | (col(Consent.withdrawn_at) > since),
    )
    return set(session.execute(rows).scalars())


def _but_consents(
    session: Session, changes: Mapping[str, Any], kept_id: int, said: set[str]
) -> Mapping[str, Any]:
    """The same, leaving the kept one's consents as they have decided since."""
    if "consents" not in changes or not said:
        return changes
    own = select(Consent.id).where(col(Consent.customer_id) == kept_id, col(Consent.purpose).in_(said))  # type: ignore[call-overload]
    decided = set(session.execute(own).scalars())
    rows = [
        each
        for each in changes["consents"].get("changed", ())
        if "customer_id" in each[1] or each[0]["id"] not in decided
    ]
    return {**changes, "consents": {**changes["consents"], "changed": rows}}


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.execute(select(func.count()).where(*conditions)).scalar_one()
