"""Requests to sign in: a link for the mailbox, and a code for the page that asked."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class SignInRequest(SQLModel, table=True):
    """One letter with a link and a code; either signs in, once, for a quarter of an hour."""

    __tablename__ = "sign_in_requests"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=16, description="its name, in the form that takes the digits")
    email: str = Field(max_length=254, index=True)
    link_hash: str = Field(unique=True, max_length=64, description="SHA-256 of the link's secret")
    digits_hash: str = Field(max_length=64, description="keyed hash of the six digits")
    language: str = Field(max_length=10)
    wrong_tries: int = 0
    asked_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
