"""Publications: which document goes on sale when, by whom, and what customers are told about it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import Texts
from catalog.schedule import as_planned
from webapp.catalogues import document, draft, version
from webapp.catalogues.draft import Act
from webapp.locks import alone

LONGEST_NOTE = 600
NO_NOTE = Texts({})


class State(StrEnum):
    """What became of a publication."""

    PLANNED = "planned"
    DONE = "done"
    OVERTAKEN = "overtaken"  # something else was published meanwhile
    WITHDRAWN = "withdrawn"


class Publication(SQLModel, table=True):
    """A document on its way to the shop."""

    __tablename__ = "publications"
    __table_args__ = (
        Index("ix_publications_state_due_at", "state", "due_at"),
        Index("ix_publications_family_code_number", "family_code", "number"),
        UniqueConstraint("token"),
    )

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(max_length=64, description="of the form that asked: sent twice, published once")
    family_code: str = Field(max_length=64)
    sha256: str = Field(max_length=64, description="of the document")
    beside: int = Field(description="the version that was on sale when it was decided; 0: none")
    revision: int | None = Field(default=None, description="of the draft; None: an older version once more")
    version: int | None = Field(default=None, description="the older version that is published once more")
    note: dict[str, str] = Field(default={}, sa_type=JSON, description="for customers, by language")
    rehearsal: int | None = Field(default=None, description="the task that was looked at before")
    planned_by: str = Field(max_length=100)
    planned_at: datetime
    due_at: datetime
    state: str = Field(default=State.PLANNED.value, max_length=20)
    number: int | None = Field(default=None, description="the version that it became")
    ended_at: datetime | None = None

    @property
    def text(self) -> Texts:
        return Texts(self.note)


class Overtaken(ValueError):
    """Something else was published since the decision: it has to be looked at again."""


def plan(session: Session, fresh: Publication) -> Publication:
    """Decides on a publication; the same form sent again answers with the one it made.

    Raises Overtaken where another version is on sale than the one that it was decided beside.
    """
    alone(session, f"publish {fresh.family_code}")
    known = session.exec(select(Publication).where(Publication.token == fresh.token)).first()
    if known is not None:
        return known
    if _on_sale(session, fresh.family_code) != fresh.beside:
        raise Overtaken(fresh.family_code)
    session.add(fresh)
    session.flush()
    return fresh


def made_from(session: Session, code: str, sha256: str, beside: int) -> Publication | None:
    """The publication that put a document on sale next after a version, if one did."""
    same = (Publication.family_code == code, Publication.sha256 == sha256, Publication.beside == beside)
    done = select(Publication).where(*same, Publication.state == State.DONE)
    return session.exec(done.order_by(col(Publication.id).desc()).limit(1)).first()


def carry_out(session: Session, publication: Publication, *, at: datetime, today: date) -> State:
    """Puts the document on sale, in one step for every process; not where another one came meanwhile.

    `today`: the day where the workshop is, for what has days.
    """
    alone(session, f"publish {publication.family_code}")
    session.refresh(publication, with_for_update=True)
    if publication.state != State.PLANNED:
        return State(publication.state)
    publication.ended_at = at
    if not _is_still(session, publication):
        publication.state = State.OVERTAKEN.value
        session.flush()
        return State.OVERTAKEN
    family = document.of(session, publication.family_code, publication.sha256)
    assert family is not None, publication.sha256
    made, _ = version.publish(session, family, author=publication.planned_by, at=at, today=today)
    publication.state, publication.number = State.DONE.value, made.number
    if publication.revision is not None:
        _follow(session, publication, made.number, at)
    session.flush()
    return State.DONE


def withdraw(session: Session, publication: Publication, *, at: datetime) -> bool:
    """Calls off a publication that was planned; whether it still could be."""
    session.refresh(publication, with_for_update=True)
    if publication.state != State.PLANNED:
        return False
    publication.state, publication.ended_at = State.WITHDRAWN.value, at
    return True


def due(session: Session, *, at: datetime) -> Sequence[Publication]:
    """What is to go on sale by now, in the order in which it was to."""
    planned = select(Publication).where(Publication.state == State.PLANNED, col(Publication.due_at) <= at)
    return session.exec(planned.order_by(col(Publication.due_at), col(Publication.id))).all()


def of(session: Session, code: str) -> Sequence[Publication]:
    """The latest of a family, the newest first."""
    mine = select(Publication).where(Publication.family_code == code)
    return session.exec(mine.order_by(col(Publication.id).desc()).limit(50)).all()


def find(session: Session, code: str, number: int) -> Publication | None:
    query = select(Publication).where(Publication.id == number, Publication.family_code == code)
    return session.exec(query).first()


def notes(session: Session, code: str, *, after: int, until: int) -> list[Texts]:
    """What customers are told about the versions between two, the newest first."""
    told = session.exec(
        select(Publication)
        .where(
            Publication.family_code == code,
            Publication.state == State.DONE,
            col(Publication.number) > after,
            col(Publication.number) <= until,
        )
        .order_by(col(Publication.number).desc())
    )
    return [each.text for each in told if any(each.note.values())]


def note(session: Session, code: str, number: int) -> Texts:
    """What customers are told about one version; empty where it came without a word."""
    found = notes(session, code, after=number - 1, until=number)
    return found[0] if found else NO_NOTE


def by_number(session: Session, code: str) -> Mapping[int, Publication]:
    """How the versions of a family came to be, by their numbers."""
    return {each.number: each for each in of(session, code) if each.number is not None}


def _on_sale(session: Session, code: str) -> int:
    current = version.find(session, code)
    return current.number if current else 0


def _is_still(session: Session, publication: Publication) -> bool:
    """Whether what is on sale is what the decision was made beside, but for what came or went by its days."""
    now = version.find(session, publication.family_code)
    if (now.number if now else 0) == publication.beside:
        return True
    then = version.find(session, publication.family_code, publication.beside)
    if now is None or then is None:
        return False
    return as_planned(version.read(now.document)) == as_planned(version.read(then.document))


def _follow(session: Session, publication: Publication, number: int, at: datetime) -> None:
    """The draft stands on the new version from now on, with whatever was edited since."""
    now = draft.latest(session, publication.family_code)
    if now is not None and now.version != number:
        draft.put(
            session,
            publication.family_code,
            draft.document(now),
            seen=now.number,
            act=Act.CAUGHT_UP,
            who=publication.planned_by,
            at=at,
            note=str(number),
            on=number,
        )
