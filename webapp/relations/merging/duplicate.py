"""Duplicates: accounts, and guests who ordered, that may be one person. Found by the pieces that the search keeps."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col

from webapp.customers.customer import Customer
from webapp.prepared import Prepared
from webapp.relations.card import search_entry
from webapp.relations.card.search_entry import MAILBOX, PHONE, PLACE, TELLING, SearchEntry, SearchPiece

MOST = 200  # pairs that are shown at once
MOST_SHARING = 5  # people of one telephone or address: more of them are a firm or a house
LEAST_DIGITS = 7  # of a telephone number


class Reason(StrEnum):
    """Why two may be one, the strongest first."""

    MAIL = "mail"  # the address but for capitals, dots and what follows a plus
    PLACE = "place"  # name and address
    PHONE = "phone"


SIGNS = {Reason.MAIL: MAILBOX, Reason.PLACE: PLACE, Reason.PHONE: PHONE}


class DifferentPeople(SQLModel, table=True):
    """Two of whom a colleague has said that they are two. The first name is the lesser one."""

    __tablename__ = "different_people"

    one: str = Field(primary_key=True, max_length=22)
    other: str = Field(primary_key=True, max_length=22, index=True)
    at: datetime
    staff_name: str = Field(max_length=100)


class Pair(NamedTuple):
    """Two random names and why they may be one person's; one of them at least has an account."""

    one: str
    other: str
    reasons: tuple[Reason, ...]


def pairs(session: Session, *, limit: int = MOST) -> list[Pair]:
    """Who may be one, the surest first. A few statements, however many customers there are."""
    found: dict[tuple[str, str], set[Reason]] = {}
    for reason, sign in SIGNS.items():
        for owners in _sharing(session, sign, limit):
            for pair in combinations(sorted(owners), 2):
                found.setdefault(pair, set()).add(reason)
    return _kept(session, found)[:limit]


def of(session: Session, owner: str) -> list[Pair]:
    """Who may be the same as one person. One statement where nobody is, three where somebody is."""
    owners: dict[str, set[str]] = {}
    for piece, other in _LIKE.all(session.connection(), who=owner):
        owners.setdefault(piece, set()).add(other)
    found: dict[tuple[str, str], set[Reason]] = {}
    for piece, others in owners.items():
        reason = next(each for each, sign in SIGNS.items() if piece.startswith(sign))
        if _tells(piece) and (reason is Reason.MAIL or len(others) < MOST_SHARING):
            for other in others:
                found.setdefault((min(owner, other), max(owner, other)), set()).add(reason)
    return _kept(session, found) if found else []


def like(session: Session, email: str, phone: str) -> list[int]:
    """The customers who share a mailbox, as it may be written, or a telephone with somebody; two statements."""
    pieces = [piece for piece in search_entry.signs(email, phone) if _tells(piece)]
    theirs = (
        select(Customer.id)  # type: ignore[call-overload]
        .where(
            col(Customer.owner).in_({name for names in _owners(session, pieces).values() for name in names})
        )
        .order_by(Customer.id)
    )
    return list(session.execute(theirs).scalars()) if pieces else []


def tell_apart(session: Session, one: str, other: str, *, by: str, at: datetime) -> None:
    """Takes note that two are two: nobody is asked again."""
    first, second = sorted((one, other))
    if session.get(DifferentPeople, (first, second)) is None:
        session.add(DifferentPeople(one=first, other=second, at=at, staff_name=by))


def _sharing(session: Session, sign: str, limit: int) -> list[set[str]]:
    """The people of each piece that several share."""
    here = (col(SearchPiece.missing) == 0, _is_sign(SearchPiece, sign))
    # First what the index alone can tell: of most pieces there is one, and its entry need not be looked at.
    shared = (
        select(SearchPiece.piece)  # type: ignore[call-overload]
        .where(*here)
        .group_by(col(SearchPiece.piece))
        .having(func.count() > 1)
        .cte("shared")
    )
    several = (
        select(SearchPiece.piece)  # type: ignore[call-overload]
        .join(shared, shared.c.piece == col(SearchPiece.piece))
        .join(SearchEntry, col(SearchEntry.id) == col(SearchPiece.entry_id))
        .where(*here)
        .group_by(col(SearchPiece.piece))
        .having(func.min(SearchEntry.owner) != func.max(SearchEntry.owner))
        .limit(limit)
    )
    pieces = [piece for piece in session.execute(several).scalars() if _tells(piece)]
    most = MOST_SHARING if sign != MAILBOX else limit
    return [owners for owners in _owners(session, pieces).values() if len(owners) <= most]


def _owners(session: Session, pieces: Sequence[str]) -> dict[str, set[str]]:
    theirs = (
        select(SearchPiece.piece, SearchEntry.owner)  # type: ignore[call-overload]
        .join(SearchEntry, col(SearchEntry.id) == col(SearchPiece.entry_id))
        .where(col(SearchPiece.missing) == 0, col(SearchPiece.piece).in_(pieces))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for piece, owner in session.execute(theirs) if pieces else ():
        found.setdefault(piece, set()).add(owner)
    return found


def _kept(session: Session, found: dict[tuple[str, str], set[Reason]]) -> list[Pair]:
    """Those of whom nobody has said that they are two, and of whom one has an account."""
    names = {name for pair in found for name in pair}
    known = select(Customer.owner).where(col(Customer.owner).in_(names))  # type: ignore[call-overload]
    accounts = set(session.execute(known).scalars()) if names else set()
    apart = select(DifferentPeople.one, DifferentPeople.other).where(  # type: ignore[call-overload]
        col(DifferentPeople.one).in_(names)
    )
    told = {tuple(row) for row in session.execute(apart)} if names else set()
    order = list(Reason)
    pairs = [
        Pair(*pair, tuple(sorted(reasons, key=order.index)))
        for pair, reasons in found.items()
        if pair not in told and accounts.intersection(pair)
    ]
    return sorted(pairs, key=lambda one: (-len(one.reasons), order.index(one.reasons[0]), one))


def _is_sign(table: type[SearchPiece], sign: str) -> ColumnElement[bool]:
    return (col(table.piece) >= sign) & (col(table.piece) < chr(ord(sign) + 1))


def _tells(piece: str) -> bool:
    """Whether what they share tells anything: a few digits do not."""
    return not piece.startswith(PHONE) or len(piece) > min(LEAST_DIGITS, TELLING)


def _shared() -> Prepared:
    """The pieces that somebody shares, and with whom: every card asks."""
    mine, theirs, entry = aliased(SearchPiece), aliased(SearchPiece), aliased(SearchEntry)
    signs = or_(*(_is_sign(mine, sign) for sign in SIGNS.values()))
    return Prepared(
        select(theirs.piece, entry.owner)  # type: ignore[call-overload]
        .select_from(SearchEntry)
        .join(mine, (col(mine.entry_id) == col(SearchEntry.id)) & (col(mine.missing) == 0) & signs)
        .join(theirs, (col(theirs.missing) == 0) & (col(theirs.piece) == col(mine.piece)))
        .join(entry, col(entry.id) == col(theirs.entry_id))
        .where(col(SearchEntry.owner) == bindparam("who"), entry.owner != bindparam("who"))
        .distinct()
        .limit(literal_column(str(MOST)))
    )


_LIKE = _shared()
