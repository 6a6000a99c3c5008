"""Consents: what a customer allows, each with its own words, and the receipt of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Purpose(StrEnum):
    """What a consent is for. What an order needs is not asked for: the contract covers it."""

    BUILD_LETTERS = "build-letters"  # letters about one's own builds: watches, promises that end


class Consent(SQLModel, table=True):
    """One consent, given and perhaps withdrawn. Never changed but for its withdrawal."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_customer_id_purpose", "customer_id", "purpose"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", ondelete="CASCADE")
    purpose: str = Field(max_length=40)
    edition: str = Field(max_length=20, description="of the words that were agreed to")
    language: str = Field(max_length=10, description="in which they were read")
    channel: str = Field(default="site", max_length=20)
    given_at: datetime
    withdrawn_at: datetime | None = None
