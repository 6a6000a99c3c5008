"""Canned answers: what colleagues write again and again, in each language, with blanks that are filled in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, select

LONGEST_TITLE = 80
LONGEST = 3000
MOST = 200


class CannedAnswer(SQLModel, table=True):
    """One answer. `words` by language; a language may be left out."""

    __tablename__ = "canned_answers"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of its form: sent twice, kept once")
    title: str = Field(max_length=LONGEST_TITLE, description="by which colleagues know it")
    words: dict[str, str] = Field(sa_type=JSON)
    revision: int = Field(default=1, description="who changes it says which one they saw")
    changed_at: datetime

    def in_(self, language: str) -> str:
        """In this language, or else in any."""
        return self.words.get(language) or next(iter(self.words.values()), "")


def all_of(session: Session) -> Sequence[CannedAnswer]:
    """All of them, by title."""
    return session.exec(select(CannedAnswer).order_by(CannedAnswer.title).limit(MOST)).all()


def by_id(session: Session, number: int, *, for_update: bool = False) -> CannedAnswer | None:
    query = select(CannedAnswer).where(CannedAnswer.id == number)
    return session.exec(query.with_for_update() if for_update else query).first()


def keep(session: Session, fresh: CannedAnswer) -> CannedAnswer:
    """Keeps an answer; the same form sent again answers with what it kept."""
    kept = session.exec(select(CannedAnswer).where(CannedAnswer.token == fresh.token)).first()
    if kept is not None:
        return kept
    session.add(fresh)
    session.flush()
    return fresh


def change(answer: CannedAnswer, title: str, words: dict[str, str], *, at: datetime) -> None:
    """Changes an answer that was read for update."""
    if (answer.title, answer.words) != (title, words):
        answer.title, answer.words, answer.changed_at = title, words, at
        answer.revision += 1


def filled(words: str, blanks: Mapping[str, str]) -> str:
    """An answer with its blanks filled in, such as `{name}`; one that nothing is known for stays to be seen."""
    for name, value in blanks.items():
        if value:
            words = words.replace(f"{{{name}}}", value)
    return words
