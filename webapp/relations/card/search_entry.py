"""What staff find people by: the words of each account and each order, in pieces that forgive a slip.

Triggers of the database note each row that has changed; the worker learns it anew a moment later.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, Text, delete, insert, select
from sqlmodel import Column, Field, Session, SQLModel, col

from webapp.customers.customer import Customer
from webapp.customers.mailbox import likeness
from webapp.locks import alone
from webapp.relations.card import spelling
from webapp.sales.delivery import Delivery
from webapp.sales.order import Order

A_FEW = 25  # rows that are learnt in one transaction
PHONE, NUMBER = "+", "#"  # what pieces of these begin with, so that no name is like them
MAILBOX, PLACE = (
    "@",
    "=",
)  # of a whole address of e-mail, of a name with an address: by these duplicates are found
FEW_LETTERS = 5  # of a street
TELLING = 9  # digits at the end of a telephone number that tell whose it is, however its beginning is written
Piece = String(32).with_variant(String(32, collation="C"), "postgresql")  # in the order of its bytes


class SearchEntry(SQLModel, table=True):
    """The words of one account, or of one order that still says whose it is."""

    __tablename__ = "search_entries"

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(max_length=22, index=True, description="the random name under which it is kept")
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True, ondelete="CASCADE")
    order_id: int | None = Field(default=None, foreign_key="orders.id", index=True, ondelete="CASCADE")
    words: str = Field(sa_type=Text, description="as they were understood")


class SearchPiece(SQLModel, table=True):
    """A word of an entry (`missing` is 0), or a word with one letter left out (1)."""

    __tablename__ = "search_pieces"
    __table_args__ = {"sqlite_with_rowid": False}

    missing: int = Field(sa_column=Column(SmallInteger, primary_key=True))
    piece: str = Field(sa_column=Column(Piece, primary_key=True))
    entry_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("search_entries.id", ondelete="CASCADE"), primary_key=True, index=True
        )
    )


class SearchChange(SQLModel, table=True):
    """A row that the search has yet to learn."""

    __tablename__ = "search_changes"

    id: int | None = Field(default=None, primary_key=True)
    thing: str = Field(max_length=20, description="the name of its table")
    row_id: int


class Learnt(NamedTuple):
    """A row as the search understands it."""

    entry: dict[str, Any]
    pieces: frozenset[tuple[int, str]]


class Source(NamedTuple):
    """A table of which the search knows the rows."""

    column: str
    query: Any


SOURCES = {
    "customers": Source(
        "customer_id",
        select(Customer.id, Customer.owner, Customer.name, Customer.email, Customer.phone),  # type: ignore[call-overload]
    ),
    "orders": Source(
        "order_id",
        select(  # type: ignore[call-overload]
            Order.id,
            Order.owner,
            Order.name,
            Order.email,
            Order.phone,
            Order.number,
            Delivery.street,
            Delivery.postcode,
        )
        .outerjoin(Delivery, col(Delivery.order_id) == col(Order.id))
        .where(col(Order.owner).is_not(None)),
    ),
}


def changes(session: Session, *, limit: int = A_FEW) -> Sequence[int]:
    """The numbers of the changes that are to be learnt, the oldest first."""
    oldest = select(col(SearchChange.id)).order_by(col(SearchChange.id)).limit(limit)
    return session.execute(oldest).scalars().all()


def learn(session: Session, numbers: Sequence[int]) -> None:
    """Learns rows anew, as they are now; what another worker has learnt meanwhile is left to it."""
    alone(session, "search")
    gone = delete(SearchChange).where(col(SearchChange.id).in_(numbers))
    taken = session.execute(gone.returning(col(SearchChange.thing), col(SearchChange.row_id))).all()
    for thing, source in SOURCES.items():
        ids = {row_id for name, row_id in taken if name == thing}
        if ids:
            _renew(session, source, ids)


def _renew(session: Session, source: Source, ids: Iterable[int]) -> None:
    table = source.query.selected_columns[0].table
    column = SearchEntry.__table__.c[source.column]  # type: ignore[attr-defined]
    session.execute(delete(SearchEntry).where(column.in_(ids)))
    rows = session.execute(source.query.where(table.c.id.in_(ids))).mappings().all()
    if not rows:
        return
    learnt = [understood(row, source.column) for row in rows]
    added = insert(SearchEntry).returning(col(SearchEntry.id), sort_by_parameter_order=True)
    numbers = session.execute(added, [each.entry for each in learnt]).scalars().all()
    table = SearchPiece.__table__  # type: ignore[attr-defined]
    session.connection().execute(
        insert(table).returning(table.c.missing),  # that it answers lets many rows go in one statement
        [
            {"missing": missing, "piece": piece, "entry_id": number}
            for number, each in zip(numbers, learnt, strict=True)
            for missing, piece in each.pieces
        ],
    )


def understood(row: Any, column: str) -> Learnt:
    """What a row of one of the tables is found by."""
    local, _, domain = row["email"].partition("@")
    forgiving = dict.fromkeys([*spelling.words(row["name"]), *spelling.words(local)])
    exact = spelling.words(domain.rpartition(".")[0])
    phone, number = spelling.digits(row["phone"])[::-1], row.get("number", "")
    said = [*forgiving, *exact]
    pieces = {(0, word) for word in said}
    pieces |= {(1, slip) for word in forgiving for slip in spelling.slips(word)}
    if phone:
        pieces.add((0, PHONE + phone[:TELLING]))
        pieces |= {(1, PHONE + slip) for slip in spelling.slips(phone[:TELLING])}
        said.append(row["phone"])
    if number:
        plain = spelling.digits(number)
        pieces.add((0, NUMBER + plain))
        pieces |= {(1, NUMBER + slip) for slip in spelling.slips(plain)}
        said.append(number)
    pieces |= {(0, sign) for sign in _signs(row)}
    entry = {"owner": row["owner"], column: row["id"], "words": " ".join(said)}
    return Learnt(entry, frozenset(pieces))


def signs(email: str, phone: str) -> list[str]:
    """By which pieces somebody with this address and telephone would be found to be known already."""
    digits = spelling.digits(phone)[::-1][:TELLING]
    return [MAILBOX + _sum(likeness(email)), *([PHONE + digits] if digits else [])]


def _signs(row: Any) -> Iterator[str]:
    """What only one person should have, each as a short sum of it."""
    if like := likeness(row["email"]):
        yield MAILBOX + _sum(like)
    name = sorted(spelling.words(row["name"]))
    street, postcode = row.get("street") or "", spelling.words(row.get("postcode") or "")
    if len(name) > 1 and street and postcode:
        # However the street is shortened it begins so, and its number is written in digits.
        begins = "".join(spelling.words(re.sub(r"\d.*", "", street)))[:FEW_LETTERS]
        yield PLACE + _sum(" ".join([*name, *postcode, begins, *re.findall(r"\d+", street)]))


def _sum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
