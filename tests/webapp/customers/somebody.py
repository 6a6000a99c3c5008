"""Somebody with a row in every table that can say something about people: made from the tables, so none is left out."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    TypeDecorator,
    insert,
)
from sqlmodel import Session, SQLModel

from webapp import tables  # noqa: F401  every table is declared
from webapp.customers.data_map import TABLES
from webapp.customers.kept_table import Mailed, Named, Of
from webapp.customers.person import Person

NUMBERS = count(1)
WORDS = "words"
# Columns in which people write, or which name them.
SAID = {"name", "author", "phone", "note", "words", "answer", "message", "text", "html", "subject", "street"}
LAWFUL = {
    "orders": {"name"},
    "deliveries": {"street"},
    "billing_addresses": {"street"},
    "invoices": {"buyer"},
}


class Somebody(NamedTuple):
    """Who it is, in all the ways in which a row can say it."""

    owner: str
    visitor: str
    email: str
    name: str
    phone: str
    street: str

    @property
    def person(self) -> Person:
        return Person((self.owner, self.visitor), self.email)

    @property
    def marks(self) -> tuple[str, ...]:
        return (self.owner, self.visitor, self.email, self.name, self.phone, self.street)

    @property
    def said(self) -> str:
        """All of it in one text, as people write it who do not think of data protection."""
        return f"{self.name}, {self.street}, {self.phone}, {self.email}"


ANNA = Somebody(
    "owner-of-anna", "device-of-anna", "anna@example.com", "Анна Муster", "+49 30 1234567", "Weg 1a"
)
BEN = Somebody("owner-of-ben", "device-of-ben", "ben@example.com", "Бен Other", "+49 30 7654321", "Gasse 2b")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def settle(session: Session, who: Somebody, at: datetime = NOW, **given: dict[str, Any]) -> dict[str, Any]:
    """Gives somebody a row in every personal table, with what those refer to; the rows by table."""
    made: dict[str, Any] = {}
    for table in SQLModel.metadata.sorted_tables:
        if TABLES[table.name].is_personal or table.name in (
            "offers",
            "tasks",
            "news_items",
            "staff_members",
            "customer_imports",
        ):
            row = _row(table, who, made, at) | given.get(table.name, {})
            session.execute(insert(table).values(**row))
            made[table.name] = row
    session.flush()
    return made


def _row(table: Table, who: Somebody, made: dict[str, Any], at: datetime) -> dict[str, Any]:
    row = {column.name: _value(column, table, who, made, at) for column in table.columns}
    links = TABLES[table.name].links
    for link in links:
        if isinstance(link, Named):
            row[link.column] = who.visitor if link.column == "visitor" else who.owner
        elif isinstance(link, Mailed):
            row[link.column] = f"sign-in as {who.email} in a day" if link.within else who.email
        elif isinstance(link, Of) and link.key:
            row[link.column] = made[link.table][link.key]
    return row


def _value(column: Column[Any], table: Table, who: Somebody, made: dict[str, Any], at: datetime) -> Any:
    if column.foreign_keys:
        key = next(iter(column.foreign_keys)).column
        return made[key.table.name][key.name] if key.table.name in made else None
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    number = next(NUMBERS)
    if table.name == "order_steps" and column.name == "step":
        return "delivery"
    if column.name == "email" and TABLES[table.name].is_personal:
        return who.email
    if column.name == "buyer":
        return [who.name, who.street]
    if column.name in SAID and TABLES[table.name].is_personal:
        return {"phone": who.phone, "name": who.name, "author": who.name, "street": who.street}.get(
            column.name, who.said
        )[: getattr(kind, "length", None) or None]
    if column.name in ("sent_at", "withdrawn_at"):
        return at
    if column.nullable and not column.primary_key:
        return None
    if isinstance(kind, JSON):
        return {"en": "Words", "ru": "Слова"} if "title" in column.name or column.name == "label" else []
    for python, sample in ((Boolean, False), (DateTime, at), (Date, date(2026, 11, 23)), (LargeBinary, b"")):
        if isinstance(kind, python):
            return sample
    if isinstance(kind, Integer):
        return number if column.primary_key or column.unique or column.name == "position" else 1
    if column.name == "currency":
        return "EUR"
    return f"{WORDS}{number}"[: getattr(kind, "length", None) or None]
