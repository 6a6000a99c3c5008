"""The address that a customer tells for their deliveries: the checkout begins with it."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col


class StatedAddress(SQLModel, table=True):
    """One customer's address, as they say it; there while they allow a profile."""

    __tablename__ = "stated_addresses"

    customer_id: int = Field(primary_key=True, foreign_key="customers.id", ondelete="CASCADE")
    street: str = Field(max_length=120)
    extra: str = Field(default="", max_length=120)
    postcode: str = Field(default="", max_length=12)
    city: str = Field(max_length=80)
    country: str = Field(max_length=2)
    at: datetime


def say(session: Session, said: StatedAddress) -> None:
    """Keeps what a customer says in place of what they said before."""
    session.merge(said)
    session.flush()


def forget(session: Session, customer_id: int) -> None:
    session.execute(delete(StatedAddress).where(col(StatedAddress.customer_id) == customer_id))
