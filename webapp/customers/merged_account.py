"""Accounts that were merged into another: what they were called, how they signed in, and the way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, update
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import customer
from webapp.customers.customer import LONGEST_EMAIL, Customer, normal


class MergedAccount(SQLModel, table=True):
    """One account, or one guest, that became part of a customer. It is dropped when they are parted again."""

    __tablename__ = "merged_accounts"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, max_length=64, description="of the form: sent twice, merged once")
    customer_id: int = Field(
        foreign_key="customers.id", index=True, ondelete="CASCADE", description="who they are now"
    )
    merged_id: int | None = Field(default=None, index=True, description="their number; none of a guest")
    owner: str = Field(max_length=22, index=True, description="the random name they kept things under")
    email: str = Field(max_length=LONGEST_EMAIL, index=True, description="in lower case")
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=30)
    opens: bool = Field(description="whether the address signs in to the customer: it is the same mailbox")
    how: str = Field(max_length=20, description="how the colleague knew that they are one person")
    at: datetime
    staff_name: str = Field(max_length=100)
    changes: dict[str, Any] | None = Field(
        default=None,
        sa_type=JSON(none_as_null=True),
        description="what merging did to which rows; none once that is too long ago to be taken back",
    )

    @property
    def is_guest(self) -> bool:
        return self.merged_id is None

    @property
    def can_be_parted(self) -> bool:
        return self.changes is not None


def of(session: Session, customer_id: int) -> Sequence[MergedAccount]:
    """Who became part of a customer, the latest first: only that one can be parted."""
    theirs = select(MergedAccount).where(MergedAccount.customer_id == customer_id)
    return session.exec(theirs.order_by(col(MergedAccount.id).desc())).all()


def by_token(session: Session, token: str) -> MergedAccount | None:
    return session.exec(select(MergedAccount).where(MergedAccount.token == token)).first()


def by_number(session: Session, number: int) -> MergedAccount | None:
    """What became of an account that had this number, the latest first."""
    found = select(MergedAccount).where(MergedAccount.merged_id == number)
    return session.exec(found.order_by(col(MergedAccount.id).desc())).first()


def by_email(session: Session, email: str) -> MergedAccount | None:
    """The account that signed in by this address; a guest has shown none to be theirs."""
    found = select(MergedAccount).where(
        MergedAccount.email == normal(email), col(MergedAccount.merged_id).is_not(None)
    )
    return session.exec(found.order_by(col(MergedAccount.id).desc())).first()


def proven(session: Session, email: str, *, language: str, at: datetime) -> Customer | None:
    """The customer of an address that somebody has just shown to be theirs.

    The address of an account that was merged opens what it became part of only where both are one mailbox: else
    whoever talks a colleague into merging would open what is another's.
    """
    merged = by_email(session, email) if customer.by_email(session, email) is None else None
    if merged is None:
        return customer.proven(session, email, language=language, at=at)
    return session.get(Customer, merged.customer_id, with_for_update=True) if merged.opens else None


def settle(session: Session, *, before: datetime) -> None:
    """From then on they stay merged: what it would take to part them is dropped."""
    old = update(MergedAccount).where(col(MergedAccount.at) < before, col(MergedAccount.changes).is_not(None))
    session.execute(old.values(changes=None))
