"""Quotes: a build with its price promised until a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.key import new_code
from webapp.sales.specification import Specification

MOST = 100  # promises of one build that are looked at


class Quote(Specification, table=True):
    """A promise: this very configuration for this total until the end of a day. The database refuses to change it."""

    __tablename__ = "quotes"
    __table_args__ = (
        Index("ix_quotes_build_id_until", "build_id", "until"),
        Index("ix_quotes_until", "until"),
        UniqueConstraint("build_id", "token"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16)
    token: str = Field(max_length=64, description="of the form that asked: sent twice, given once")
    build_id: int = Field(foreign_key="builds.id", ondelete="CASCADE")
    build_number: int = Field(description="the version of the build that it is about")
    promised_at: datetime
    until: date = Field(description="the last day, where the workshop is")

    def holds_on(self, day: date) -> bool:
        return day <= self.until


def promise(
    session: Session,
    version: BuildVersion,
    specification: Mapping[str, Any],
    *,
    token: str,
    until: date,
    at: datetime,
) -> Quote:
    """Promises the price of a version of a build as it is today.

    The same form sent again answers with the promise it made, and so does another one where nothing more would be
    promised: the same version of the build at the same total until the same day.
    """
    kept = by_token(session, version.build_id, token) or _alike(session, version, specification, until)
    if kept is not None:
        return kept
    fresh = Quote(
        code=new_code(),
        token=token,
        build_id=version.build_id,
        build_number=version.number,
        promised_at=at,
        until=until,
        **specification,
    )
    try:
        with session.begin_nested():
            session.add(fresh)
            session.flush()
    except IntegrityError:  # the same form a moment earlier, in another process
        kept = by_token(session, version.build_id, token)
        if kept is None:
            raise
        return kept
    return fresh


def standing(session: Session, build_ids: Iterable[int], today: date) -> dict[int, Quote]:
    """For each of these builds the promise that holds for its latest version, by the build's id; one statement."""
    query = (
        select(Quote)
        .join(Build, (col(Build.id) == Quote.build_id) & (col(Build.latest_number) == Quote.build_number))
        .where(col(Quote.build_id).in_(list(build_ids)), col(Quote.until) >= today)
    )
    found: dict[int, Quote] = {}
    for quote in session.exec(query):
        found[quote.build_id] = better(found.get(quote.build_id, quote), quote)
    return found


def holding(session: Session, build_id: int, today: date) -> Sequence[Quote]:
    """The promises about a build that hold: of its latest version first, of each version the cheapest first."""
    about = select(Quote).where(Quote.build_id == build_id, col(Quote.until) >= today)
    best_first = (col(Quote.build_number).desc(), col(Quote.total), col(Quote.until).desc(), col(Quote.id))
    return session.exec(about.order_by(*best_first).limit(MOST)).all()


def ended_last(session: Session, build_id: int, number: int, today: date) -> Quote | None:
    """The promise about a version of a build that ended last, of those that have."""
    about = select(Quote).where(Quote.build_id == build_id, Quote.build_number == number)
    over = about.where(col(Quote.until) < today).order_by(col(Quote.until).desc(), col(Quote.id).desc())
    return session.exec(over.limit(1)).first()


def find(session: Session, build_id: int, code: str) -> Quote | None:
    return session.exec(select(Quote).where(Quote.build_id == build_id, Quote.code == code)).first()


def by_code(session: Session, code: str) -> Quote | None:
    """The promise of a code, for whoever holds something that names it."""
    return session.exec(select(Quote).where(Quote.code == code)).first()


def by_token(session: Session, build_id: int, token: str) -> Quote | None:
    return session.exec(select(Quote).where(Quote.build_id == build_id, Quote.token == token)).first()


def better(one: Quote, other: Quote) -> Quote:
    """Which of two promises about the same thing a shopper would keep: the cheaper, else the longer."""
    return min(one, other, key=lambda quote: (quote.total, -quote.until.toordinal(), quote.id))


def _alike(
    session: Session, version: BuildVersion, specification: Mapping[str, Any], until: date
) -> Quote | None:
    alike = select(Quote).where(
        Quote.build_id == version.build_id,
        Quote.build_number == version.number,
        Quote.until == until,
        Quote.version == specification["version"],
        Quote.total == specification["total"],
    )
    return session.exec(alike).first()
