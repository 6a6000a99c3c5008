"""Where customers are signed in: a row for each browser, so that each can be ended."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class CustomerSession(SQLModel, table=True):
    """One browser of one customer. The browser keeps the token, we keep its hash."""

    __tablename__ = "customer_sessions"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64, description="SHA-256")
    device: str = Field(default="", max_length=200, description="as the browser describes itself")
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
