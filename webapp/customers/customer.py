"""Customers: people who have shown that an e-mail address is theirs."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Customer(SQLModel, table=True):
    """Somebody who can sign in. What they keep is kept under `owner`, on all their devices."""

    __tablename__ = "customers"

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(unique=True, max_length=22, description="a random name, never sent to any browser")
    email: str = Field(unique=True, max_length=254, description="in lower case")
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=30)
    language: str = Field(max_length=10, description="of letters")
    since: datetime
