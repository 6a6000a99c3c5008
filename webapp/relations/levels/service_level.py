"""Service levels: what a customer who keeps ordering has from it, by a rule that everybody can read."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, false, text, true
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import Texts
from catalog.terms import NO_TERMS, Term, Terms
from webapp.locks import alone

LONGEST_CODE = 20
LONGEST_TITLE = 40
LONGEST_RULE = 300
MOST = 8  # of a shop: a ladder that can be taken in at a glance
LADDER = "the ladder of levels"


class Changed(Exception):
    """Somebody else has changed the level since it was looked at."""


class CodeTaken(Exception):
    """Another level has this code."""


class TooMany(Exception):
    """There are as many levels as there may be."""


class Held(Exception):
    """Somebody has the level, so it cannot be removed; it can be closed."""


class ServiceLevel(SQLModel, table=True):
    """A step of the ladder: the rule by which it is reached and all that it gives. `edition` counts its changes."""

    __tablename__ = "service_levels"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=LONGEST_CODE, description="as rules of segments name it")
    title: dict[str, str] = Field(sa_type=JSON)
    rank: int = Field(description="1 is the lowest step")
    rule: str = Field(max_length=LONGEST_RULE)
    months: int = Field(description="how far back orders count")
    percent: str = Field(default="0", max_length=6, description="off each line of an order")
    free_methods: list[str] = Field(
        sa_type=JSON, description="codes of the ways of delivery that cost nothing"
    )
    promise_days: int | None = Field(
        default=None, description="how long a price is promised; None: as to all"
    )
    comes_first: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    answer_hours: int | None = Field(default=None, description="working hours within which we answer")
    has_manager: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    is_open: bool = Field(
        default=True,
        sa_column_kwargs={"server_default": true()},
        description="a closed one is reached by nobody any more",
    )
    edition: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    changed_at: datetime
    changed_by: str = Field(max_length=100, description="the colleague, as they were called then")

    @property
    def texts(self) -> Texts:
        return Texts(self.title)

    @property
    def terms(self) -> Terms:
        """What it takes off a price: one term, or none."""
        if not Decimal(self.percent):
            return NO_TERMS
        label = {"en": f"Level “{self.texts.in_('en')}”", "ru": f"Уровень «{self.texts.in_('ru')}»"}
        return Terms((Term(f"level:{self.code}", Texts(label), "percent", Decimal(self.percent)),))

    def delivers_free(self, method: str) -> bool:
        return method in self.free_methods


SAID = (
    "title",
    "rank",
    "rule",
    "months",
    "percent",
    "free_methods",
    "promise_days",
    "comes_first",
    "answer_hours",
    "has_manager",
    "is_open",
)


def ladder(session: Session, *, with_closed: bool = False) -> Sequence[ServiceLevel]:
    """The levels that can be reached, the lowest first."""
    query = select(ServiceLevel).order_by(col(ServiceLevel.rank), col(ServiceLevel.id))
    return session.exec(query if with_closed else query.where(col(ServiceLevel.is_open))).all()


def by_code(session: Session, code: str, *, for_update: bool = False) -> ServiceLevel | None:
    query = select(ServiceLevel).where(ServiceLevel.code == code)
    return session.exec(query.with_for_update() if for_update else query).first()


def make(session: Session, code: str, said: dict[str, object], *, by: str, at: datetime) -> ServiceLevel:
    """Adds a level, its rule having been read before. Raises CodeTaken, TooMany."""
    alone(session, LADDER)
    if by_code(session, code) is not None:
        raise CodeTaken
    if len(ladder(session, with_closed=True)) >= MOST:
        raise TooMany
    fresh = ServiceLevel(code=code, changed_at=at, changed_by=by, **said)  # type: ignore[arg-type]
    session.add(fresh)
    session.flush()
    return fresh


def change(
    session: Session, kept: ServiceLevel, said: dict[str, object], *, seen: int, by: str, at: datetime
) -> dict[str, tuple[object, object]]:
    """Gives a level other words; what changed, before and after. It was read for update.

    Raises Changed where it is not the one that was seen any more.
    """
    news = {name: (getattr(kept, name), said[name]) for name in SAID if getattr(kept, name) != said[name]}
    if not news:
        return {}
    if kept.edition != seen:
        raise Changed
    for name, (_, becomes) in news.items():
        setattr(kept, name, becomes)
    kept.edition, kept.changed_at, kept.changed_by = kept.edition + 1, at, by
    session.flush()
    return news
