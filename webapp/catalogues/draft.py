"""Drafts: what editors make of a family before it is published. Each save is a revision; none is ever changed."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.merging import Merged, Side, merge
from catalog.model import Family
from catalog.outline import Place
from catalog.schedule import as_planned
from webapp.catalogues import version
from webapp.locks import alone


class Act(StrEnum):
    """How a revision came about."""

    BEGUN = "begun"
    SAVED = "saved"
    UNDONE = "undone"
    REDONE = "redone"
    RETURNED = "returned"  # to an older revision, or to what is on sale
    CAUGHT_UP = "caught-up"  # with a version published since


class DraftRevision(SQLModel, table=True):
    """The draft of a family as one save left it."""

    __tablename__ = "draft_revisions"
    __table_args__ = (UniqueConstraint("family_code", "number"), UniqueConstraint("token"))

    id: int | None = Field(default=None, primary_key=True)
    family_code: str = Field(max_length=64)
    number: int
    version: int | None = Field(
        default=None, description="the published one it stands on; none of a new family"
    )
    act: str = Field(max_length=16)
    document: str = Field(sa_type=Text, description="canonical JSON")
    sha256: str = Field(max_length=64)
    author: str = Field(max_length=254)
    at: datetime
    note: str = Field(default="", max_length=500)
    merged_from: int | None = Field(
        default=None, description="the revision its author had before them, where others saved meanwhile"
    )
    token: str | None = Field(default=None, max_length=64, description="of the form, which acts once")


class Overlap(ValueError):
    """Others changed the same places meanwhile: `merged.overlaps` says which, `latest` is their revision."""

    def __init__(self, base: DraftRevision, latest: DraftRevision, mine: Family, merged: Merged) -> None:
        super().__init__(f"{len(merged.overlaps)} places were changed by both")
        self.base, self.latest, self.mine, self.merged = base, latest, mine, merged


class Moved(ValueError):
    """Others saved meanwhile, so that an act on the whole draft has to be looked at again."""


def latest(session: Session, code: str) -> DraftRevision | None:
    """The draft as it stands, None of a family that has none."""
    found = select(DraftRevision).where(DraftRevision.family_code == code)
    return session.exec(found.order_by(col(DraftRevision.number).desc()).limit(1)).first()


def revision(session: Session, code: str, number: int) -> DraftRevision | None:
    return session.exec(
        select(DraftRevision).where(DraftRevision.family_code == code, DraftRevision.number == number)
    ).first()


def document(revision: DraftRevision) -> Family:
    """The family that a revision is."""
    return _read(revision.document)


def planned(on_sale: version.PublishedVersion) -> Family:
    """A published version as a draft of it would be: with its days, not as one of them made it."""
    return as_planned(_read(on_sale.document))


def begin(
    session: Session, code: str, *, who: str, at: datetime, family: Family | None = None, token: str = ""
) -> DraftRevision:
    """The draft of a family: the one there is, else one begun from what is on sale, else from `family`.

    Raises LookupError where there is nothing to begin from.
    """
    alone(session, f"draft {code}")
    if known := latest(session, code):
        return known
    on_sale = version.find(session, code)
    begun = planned(on_sale) if on_sale else family
    if begun is None:
        raise LookupError(code)
    return _add(session, begun, 1, on_sale.number if on_sale else None, Act.BEGUN, who, at, token=token)


def save(
    session: Session,
    code: str,
    family: Family,
    *,
    base: int,
    who: str,
    at: datetime,
    note: str = "",
    token: str = "",
    take: Mapping[Place, Side] | None = None,
) -> DraftRevision:
    """The revision that holds this edit, made on the revision `base`; a new one unless nothing differs.

    What others saved since is merged, unless they changed the same places: then Overlap is raised, and `take` says at
    the next try whose version is to stand. The same form, known by its `token`, is acted upon once. Raises LookupError
    where there is no such draft or base.
    """
    alone(session, f"draft {code}")
    now, begun = latest(session, code), revision(session, code, base)
    if now is None or begun is None:
        raise LookupError(code)
    if token and (done := _by_token(session, code, token)):
        if _came_of(session, done, begun, family, take):
            return done
        token = ""  # the page was gone back to and filled in otherwise
    merged_from = None
    if now.number != base:
        merged = merge(document(begun), family, document(now), take)
        if merged.overlaps:
            for each in (begun, now):  # to be read after this transaction
                session.expunge(each)
            raise Overlap(begun, now, family, merged)
        family, merged_from = merged.family, base
    return _add(
        session, family, now.number + 1, now.version, Act.SAVED, who, at, note, token, merged_from, after=now
    )


def put(
    session: Session,
    code: str,
    family: Family,
    *,
    seen: int,
    act: Act,
    who: str,
    at: datetime,
    note: str = "",
    token: str = "",
    on: int | None = None,
) -> DraftRevision:
    """Puts a whole document in the draft's place, as going back and importing do; `on`: the version it stands on.

    Raises Moved where others saved after the revision `seen`, LookupError where there is no draft.
    """
    alone(session, f"draft {code}")
    if token and (done := _by_token(session, code, token)):
        return done
    now = latest(session, code)
    if now is None:
        raise LookupError(code)
    if now.number != seen:
        raise Moved(code)
    stands_on = now.version if on is None else on
    return _add(session, family, now.number + 1, stands_on, act, who, at, note, token, after=now)


def codes(session: Session) -> Sequence[str]:
    """The families that have a draft."""
    return session.exec(
        select(DraftRevision.family_code).where(DraftRevision.number == 1).order_by(col(DraftRevision.id))
    ).all()


def _add(
    session: Session,
    family: Family,
    number: int,
    stands_on: int | None,
    act: Act,
    who: str,
    at: datetime,
    note: str = "",
    token: str = "",
    merged_from: int | None = None,
    after: DraftRevision | None = None,
) -> DraftRevision:
    text = version.written(family)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if after is not None and after.version == stands_on and document(after) == family:
        return after
    made = DraftRevision(
        family_code=family.code if after is None else after.family_code,
        number=number,
        version=stands_on,
        act=act.value,
        document=text,
        sha256=digest,
        author=who,
        at=at,
        note=note,
        merged_from=merged_from,
        token=token or None,
    )
    session.add(made)
    session.flush()
    return made


def _came_of(
    session: Session,
    done: DraftRevision,
    base: DraftRevision,
    family: Family,
    take: Mapping[Place, Side] | None,
) -> bool:
    """Whether a revision is what this edit made, so that the form was only sent once more."""
    if done.merged_from is not None and (before := revision(session, done.family_code, done.number - 1)):
        family = merge(document(base), family, document(before), take).family
    return document(done) == family


def _by_token(session: Session, code: str, token: str) -> DraftRevision | None:
    return session.exec(
        select(DraftRevision).where(DraftRevision.family_code == code, DraftRevision.token == token)
    ).first()


@lru_cache(maxsize=32)
def _read(text: str) -> Family:
    """Documents never change, so what was read once is kept."""
    return version.read(text)
