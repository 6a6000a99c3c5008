"""Offers: a code that takes something off an order, for some time, so many times."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import Texts
from catalog.terms import Term

AMOUNT, PERCENT = "amount", "percent"
LONGEST_CODE = 30


class Reason(StrEnum):
    """Why a code takes nothing off."""

    UNKNOWN = "unknown"
    EARLY = "early"
    ENDED = "ended"
    USED_UP = "used-up"
    USED_BEFORE = "used-before"  # by the same customer or address
    ELSEWHERE = "elsewhere"  # for other families, or other money
    REDUCED = "reduced"  # all lines are reduced already: nothing is stacked
    LESS = "less"  # than their service level takes off


class NotTaken(Exception):
    """A code that takes nothing off this order."""

    def __init__(self, reason: Reason, day: date | None = None) -> None:
        super().__init__(f"the code is {reason}")
        self.reason, self.day = reason, day


class Offer(SQLModel, table=True):
    """What a code takes off, of what, when, and how often in all."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("most_uses IS NULL OR uses <= most_uses", name="uses"),
        CheckConstraint("uses >= 0", name="counted"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=LONGEST_CODE, description="in upper case")
    label: dict[str, str] = Field(sa_type=JSON)
    kind: str = Field(max_length=10)
    value: str = Field(max_length=20, description="minor units off the order, or per cent off each line")
    currency: str | None = Field(default=None, max_length=3, description="of an amount")
    family: str | None = Field(default=None, max_length=60, description="None: all of them")
    first_day: date | None = None
    last_day: date | None = None
    most_uses: int | None = None
    uses: int = 0
    once: bool = Field(default=True, description="for each customer, and each e-mail address")
    made_at: datetime

    @property
    def term(self) -> Term:
        return Term(f"offer:{self.code}", Texts(self.label), self.kind, Decimal(self.value))  # type: ignore[arg-type]

    def applies_to(self, family: str, currency: str) -> bool:
        return self.family in (None, family) and self.currency in (None, currency)


class OfferUse(SQLModel, table=True):
    """One order that an offer was used for. `customer` and `email` stand only where the offer is for once."""

    __tablename__ = "offer_uses"
    __table_args__ = (
        UniqueConstraint("order_id", "offer_id"),
        UniqueConstraint("customer", "offer_id"),
        UniqueConstraint("email", "offer_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offers.id", ondelete="RESTRICT")
    order_id: int = Field(foreign_key="orders.id", ondelete="RESTRICT")
    customer: str | None = Field(default=None, max_length=22, description="the owner of a customer's things")
    email: str | None = Field(
        default=None, max_length=254, description="as the order gives it, in lower case"
    )
    at: datetime


def normal(code: str | None) -> str:
    """A code as people type it, written as we do."""
    return "".join((code or "").split()).upper()


def find(session: Session, code: str) -> Offer | None:
    return session.exec(select(Offer).where(Offer.code == normal(code))).first()


def all_of(session: Session) -> Sequence[Offer]:
    """All offers, the newest first."""
    return session.exec(select(Offer).order_by(col(Offer.id).desc())).all()


def open_to(session: Session, code: str, *, customer: str | None, email: str, today: date) -> Offer:
    """The offer of a code, where it can be used today by somebody; `email` may not be known yet. Raises NotTaken."""
    offer = find(session, code)
    if offer is None:
        raise NotTaken(Reason.UNKNOWN)
    if offer.first_day is not None and today < offer.first_day:
        raise NotTaken(Reason.EARLY, offer.first_day)
    if offer.last_day is not None and today > offer.last_day:
        raise NotTaken(Reason.ENDED, offer.last_day)
    if _was_used_by(session, offer, customer, email):
        raise NotTaken(Reason.USED_BEFORE)
    if offer.most_uses is not None and offer.uses >= offer.most_uses:
        raise NotTaken(Reason.USED_UP)
    return offer


def use(
    session: Session, offer_id: int, order_id: int, *, customer: str | None, email: str, at: datetime
) -> None:
    """Uses an offer for an order, in the transaction that places it. Raises NotTaken where it is used up by now."""
    room = col(Offer.most_uses).is_(None) | (col(Offer.uses) < col(Offer.most_uses))
    counted = update(Offer).where(col(Offer.id) == offer_id, room).values(uses=col(Offer.uses) + 1)
    # The row is ours from here until the transaction ends, so that whoever comes next counts anew.
    if session.connection().execute(counted).rowcount == 0:
        raise NotTaken(Reason.USED_UP)
    once = session.exec(select(Offer.once).where(Offer.id == offer_id)).one()
    fresh = OfferUse(offer_id=offer_id, order_id=order_id, at=at)
    if once:
        fresh.customer, fresh.email = customer, email.strip().lower()
    try:
        with session.begin_nested():
            session.add(fresh)
            session.flush()
    except IntegrityError as error:
        raise NotTaken(Reason.USED_BEFORE) from error


def give_back(session: Session, order_id: int) -> None:
    """Gives back the use of an order that is cancelled."""
    mine = select(OfferUse.offer_id).where(OfferUse.order_id == order_id)
    for offer_id in session.exec(mine.with_for_update()).all():
        gone = delete(OfferUse).where(col(OfferUse.order_id) == order_id, col(OfferUse.offer_id) == offer_id)
        if session.connection().execute(gone).rowcount:
            session.execute(update(Offer).where(col(Offer.id) == offer_id).values(uses=col(Offer.uses) - 1))


def families(lines: Iterable[tuple[str, str, bool]], offer: Offer) -> list[bool]:
    """Which lines (family, currency, whether reduced already) an offer takes something off. Raises NotTaken."""
    known = list(lines)
    meant = [offer.applies_to(family, currency) for family, currency, _reduced in known]
    if not any(meant):
        raise NotTaken(Reason.ELSEWHERE)
    found = [fits and not reduced for fits, (_f, _c, reduced) in zip(meant, known, strict=True)]
    if not any(found):
        raise NotTaken(Reason.REDUCED)
    return found


def _was_used_by(session: Session, offer: Offer, customer: str | None, email: str) -> bool:
    if not offer.once:
        return False
    whose = [col(OfferUse.email) == email.strip().lower()]
    if customer is not None:
        whose.append(col(OfferUse.customer) == customer)
    used = select(func.count(col(OfferUse.id))).where(OfferUse.offer_id == offer.id)
    return any(session.exec(used.where(each)).one() for each in whose)
