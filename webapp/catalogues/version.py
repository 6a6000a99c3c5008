"""Published versions of families: whole documents that never change."""

import hashlib
from datetime import date, datetime

from sqlalchemy import Connection, Text, UniqueConstraint, func
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import Family
from catalog.schedule import in_force
from webapp.locks import alone


class PublishedVersion(SQLModel, table=True):
    """One family as it was published: builds and orders name it by its number."""

    __tablename__ = "published_versions"
    __table_args__ = (UniqueConstraint("family_code", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    family_code: str = Field(max_length=64)
    number: int
    sha256: str = Field(max_length=64)
    document: str = Field(sa_type=Text, description="canonical JSON, the very text that was hashed")
    published_at: datetime
    author: str = Field(max_length=254)


def publish(
    session: Session, family: Family, *, author: str, at: datetime, today: date | None = None
) -> tuple[PublishedVersion, bool]:
    """The version that now holds this document, and whether it is a new one.

    Where options or prices have days, the version is what the family is on the day `today` (by default that of `at`).
    An identical document makes no new version. Runs inside a write transaction.
    """
    family = in_force(family, today or at.date())
    document = written(family)
    digest = hashlib.sha256(document.encode()).hexdigest()
    alone(session, f"publish {family.code}")
    latest = find(session, family.code)
    if latest is not None and latest.sha256 == digest:
        return latest, False
    version = PublishedVersion(
        family_code=family.code,
        number=latest.number + 1 if latest else 1,
        sha256=digest,
        document=document,
        published_at=at,
        author=author,
    )
    session.add(version)
    session.flush()
    return version, True


def find(session: Session, code: str, number: int | None = None) -> PublishedVersion | None:
    """A version by its number, or the one on sale."""
    versions = select(PublishedVersion).where(PublishedVersion.family_code == code)
    if number is not None:
        versions = versions.where(PublishedVersion.number == number)
    return session.exec(versions.order_by(col(PublishedVersion.number).desc()).limit(1)).first()


def current_keys(session: Session | Connection) -> list[tuple[str, int, str]]:
    """Code, number and hash of the version on sale, for every family."""
    latest = (
        select(
            PublishedVersion.family_code,
            func.max(PublishedVersion.number).label("number"),
            func.min(PublishedVersion.id).label("first"),
        )
        .group_by(col(PublishedVersion.family_code))
        .subquery()
    )
    rows = session.execute(
        select(PublishedVersion.family_code, PublishedVersion.number, PublishedVersion.sha256)
        .join(
            latest,
            (col(PublishedVersion.family_code) == latest.c.family_code)
            & (col(PublishedVersion.number) == latest.c.number),
        )
        .order_by(latest.c.first)
    )
    return [(code, number, digest) for code, number, digest in rows]


def written(family: Family) -> str:
    """The one way to write a document down; it may be read back with `read`."""
    return family.model_dump_json()


def read(document: str) -> Family:
    return Family.model_validate_json(document)
