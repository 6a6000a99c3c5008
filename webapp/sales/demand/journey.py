"""Journeys: the way of one visitor through one family, from the first click to an order or to a long silence."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import Index, SmallInteger, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers.touchpoint import BigKey, Kind, Touchpoint

SILENCE = timedelta(days=30)  # after it whoever comes back begins anew


class Stage(IntEnum):
    """How far a journey came."""

    CONFIGURE = 0
    SAVE = 1
    CART = 2
    CHECKOUT = 3
    ORDER = 4


STAGES = {
    Kind.SAVE.value: Stage.SAVE,
    Kind.CART.value: Stage.CART,
    Kind.CHECKOUT.value: Stage.CHECKOUT,
    Kind.ORDER.value: Stage.ORDER,
}


class Journey(SQLModel, table=True):
    """What touchpoints say of one way: how many clicks, how far, how long until the first save.

    `visitor` only joins what comes next to what was before; it is forgotten as the touchpoints' own is, and no page
    shows it.
    """

    __tablename__ = "demand_journeys"
    __table_args__ = (
        Index("ix_demand_journeys_visitor", "visitor", "family"),
        Index("ix_demand_journeys_family", "family", "began_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    visitor: str | None = Field(default=None, max_length=22)
    family: str = Field(max_length=60)
    began_at: datetime
    last_at: datetime
    clicks: int = Field(default=0, description="in the configurator")
    furthest: int = Field(default=Stage.CONFIGURE, sa_type=SmallInteger)
    saved_at: datetime | None = Field(default=None, description="for the first time")
    cart_at: datetime | None = None
    checkout_at: datetime | None = None
    ordered_at: datetime | None = None
    clicks_to_save: int | None = None
    last_group: str | None = Field(default=None, max_length=60, description="that a click was about")
    open_refusal: int | None = Field(
        default=None, sa_type=BigKey, description="the refusal after which nothing has come yet"
    )

    def goes_on_at(self, at: datetime) -> bool:
        """Whether an act at this moment belongs to it."""
        return self.ordered_at in (None, at) and at - self.last_at < SILENCE

    def take(self, act: Touchpoint) -> None:
        """Goes on by one act."""
        self.last_at = max(self.last_at, act.at)
        stage = STAGES.get(act.kind)
        if stage is None:
            self.clicks += 1
            self.last_group = act.option_group or self.last_group
            return
        self.furthest = max(self.furthest, stage)
        moment = MOMENTS[stage]
        if getattr(self, moment) is None:
            setattr(self, moment, act.at)
            if stage is Stage.SAVE:
                self.clicks_to_save = self.clicks


MOMENTS = {
    Stage.SAVE: "saved_at",
    Stage.CART: "cart_at",
    Stage.CHECKOUT: "checkout_at",
    Stage.ORDER: "ordered_at",
}


def latest(session: Session, visitors: Iterable[str]) -> dict[tuple[str, str], Journey]:
    """The last journey of each of these visitors, by visitor and family."""
    theirs = select(Journey).where(col(Journey.visitor).in_(list(visitors))).order_by(col(Journey.id))
    return {(each.visitor or "", each.family): each for each in session.exec(theirs)}


def forget_visitors(session: Session, *, before: datetime) -> None:
    """Lets journeys that ended before count without saying whose they were."""
    old = (col(Journey.visitor).is_not(None), col(Journey.last_at) < before)
    session.execute(update(Journey).where(*old).values(visitor=None))
