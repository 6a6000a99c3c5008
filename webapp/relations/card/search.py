"""Searching for people: by name, e-mail, telephone, order number or the code of a build, slips forgiven."""

import re
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, or_, select, union_all
from sqlmodel import Session, col

from webapp.relations.card import spelling
from webapp.relations.card.search_entry import NUMBER, PHONE, TELLING, SearchEntry, SearchPiece
from webapp.sales.build import Build
from webapp.sales.order import Order

LONGEST = 100  # letters of a search
MOST_WORDS = 5
MOST = 200  # entries that are looked at; several may be one person's
FEWEST = 2  # letters of a word beside others
FEWEST_DIGITS = 3
LAST = "\U0010ffff"
ENDING = re.compile(r"\.[^\W\d_]{2,4}$")  # such as ".com", which tells nobody apart
CODE = re.compile(r"(?:^|/|\s)([A-Za-z0-9_-]{12})(?=\.\d|[/?#\s]|$)")
OF_NUMBERS = re.compile(r"[\d\s()+./-]+$")


class Sought(NamedTuple):
    """One word of a search: any of its `readings` will do. `forgiven`: those in which there may be a slip."""

    readings: tuple[str, ...]
    forgiven: tuple[str, ...]


class Search(NamedTuple):
    """What is looked for: each of the words; `exact` are those that many share, such as where they have their mail."""

    words: tuple[Sought, ...]
    exact: tuple[str, ...] = ()


def owners(session: Session, text: str, *, limit: int) -> list[str]:
    """The random names of the people that fit a search best, the best first: each word of it has to fit."""
    text = text.strip()[:LONGEST]
    found = _by_code(session, text) + _by_words(session, read(text))
    return list(dict.fromkeys(found))[:limit]


def read(text: str) -> Search:
    """What a text looks for. Digits alone are a telephone number, its end or all of it, or an order's number."""
    if OF_NUMBERS.match(text):
        given = spelling.digits(text)
        if len(given) < FEWEST_DIGITS:
            return Search(())
        phone = given.lstrip("0")[::-1][:TELLING]
        forgiven = (PHONE + phone,) if len(phone) >= TELLING - 1 else ()
        return Search((Sought((PHONE + phone, NUMBER + given), (*forgiven, NUMBER + given)),))
    chunks = [ENDING.sub("", chunk).partition("@") for chunk in text.split()]
    wanted = spelling.words(" ".join(local for local, _at, _domain in chunks))
    exact = tuple(spelling.words(" ".join(domain for _local, _at, domain in chunks)))
    if not wanted:
        wanted, exact = list(exact[:1]), exact[1:]
    if len(wanted) > 1:
        wanted = [word for word in wanted if len(word) >= FEWEST]
    return Search(tuple(Sought((word,), (word,)) for word in wanted[:MOST_WORDS]), exact)


def _by_words(session: Session, search: Search) -> list[str]:
    """By the sum of how well each word fits; of those who fit alike, whoever came last."""
    sought = search.words
    if not sought:
        return []
    if len(sought) == 1 and not search.exact:
        exactly = _exactly(session, sought[0])
        if len(exactly) == MOST:  # nothing that fits less well would come before these
            return exactly
    ranked = [_ranked(each, f"word_{place}") for place, each in enumerate(sought)]
    first, *others = (query.subquery() for query in ranked)
    total: ColumnElement[int] = first.c.rank
    joined = first
    for other in others:
        joined = joined.join(other, other.c.entry_id == first.c.entry_id)  # type: ignore[assignment]
        total = total + other.c.rank
    best = select(first.c.entry_id, total.label("total")).select_from(joined)
    for word in search.exact:
        here = and_(col(SearchPiece.missing) == 0, col(SearchPiece.piece) == word)
        best = best.where(exists().where(here, col(SearchPiece.entry_id) == first.c.entry_id))
    best = best.order_by(total, first.c.entry_id.desc()).limit(MOST)
    shown = best.subquery("best")
    query = (
        select(SearchEntry.owner)  # type: ignore[call-overload]
        .join(shown, shown.c.entry_id == col(SearchEntry.id))
        .order_by(shown.c.total, shown.c.entry_id.desc())
    )
    return list(session.execute(query).scalars())


def _exactly(session: Session, sought: Sought) -> list[str]:
    """Whom a word fits exactly, whoever came last first: quick however many share it, as they do a mail service."""
    here = select(SearchPiece.entry_id).where(  # type: ignore[call-overload]
        col(SearchPiece.missing) == 0, col(SearchPiece.piece) == sought.readings[0]
    )
    latest = here.order_by(col(SearchPiece.entry_id).desc()).limit(MOST).subquery()
    query = select(SearchEntry.owner).join(latest, latest.c.entry_id == col(SearchEntry.id))  # type: ignore[call-overload]
    return list(session.execute(query.order_by(col(SearchEntry.id).desc())).scalars())


def _ranked(sought: Sought, name: str) -> Select[tuple[int, int]]:
    """The entries that one word fits: exactly (0), as a beginning (1), or but for a slip (2)."""
    whole = col(SearchPiece.missing) == 0
    begun = or_(*(_begins(reading) for reading in sought.readings))
    exact = case((col(SearchPiece.piece).in_(sought.readings), 0), else_=1)
    parts = [select(SearchPiece.entry_id, exact.label("rank")).where(whole, begun)]  # type: ignore[call-overload]
    left_out = [slip for reading in sought.forgiven for slip in _slips(reading)]
    if left_out:
        close = or_(
            and_(whole, col(SearchPiece.piece).in_(left_out)),
            and_(col(SearchPiece.missing) == 1, col(SearchPiece.piece).in_([*sought.forgiven, *left_out])),
        )
        parts.append(select(SearchPiece.entry_id, literal_column("2").label("rank")).where(close))  # type: ignore[call-overload]
    every = union_all(*parts).subquery(name)
    return select(every.c.entry_id, func.min(every.c.rank).label("rank")).group_by(every.c.entry_id)


def _begins(reading: str) -> ColumnElement[bool]:
    return and_(col(SearchPiece.piece) >= reading, col(SearchPiece.piece) < reading + LAST)


def _slips(reading: str) -> list[str]:
    sign = reading[:1] if reading[:1] in (PHONE, NUMBER) else ""
    return [sign + slip for slip in spelling.slips(reading.removeprefix(sign))]


def _by_code(session: Session, text: str) -> list[str]:
    """Whose build or order has a code that stands in the text, by itself or in its address."""
    codes = CODE.findall(text)
    if not codes:
        return []
    mine = (
        select(table.owner).where(col(table.code).in_(codes), col(table.owner).is_not(None))  # type: ignore[call-overload]
        for table in (Build, Order)
    )
    return [owner for owner in session.execute(union_all(*mine)).scalars() if owner]
