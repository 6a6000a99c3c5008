"""Somebody, as rows of any table may name them: by random names, or by an address of e-mail."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, false, func, or_, select
from sqlmodel import Session, SQLModel
from sqlmodel import select as select_objects

from webapp.customers import merged_account
from webapp.customers.customer import Customer, normal
from webapp.customers.data_map import TABLES
from webapp.customers.kept_table import Link, Mailed, Named, Of

BATCH = 500
SECRET = ("text", "html")


class Person(NamedTuple):
    """Somebody. `names`: of their account, of those merged into it, and of this device.

    `email`: "" for a guest, who has shown none; `others`: addresses of the accounts that were merged into theirs.
    """

    names: tuple[str, ...]
    email: str = ""
    others: tuple[str, ...] = ()

    @property
    def emails(self) -> tuple[str, ...]:
        return (self.email, *self.others) if self.email else ()

    def is_in(self, name: str) -> ColumnElement[bool]:
        """Which rows of a table are theirs."""
        table = SQLModel.metadata.tables[name]
        return or_(false(), *(self._by(table, link) for link in TABLES[name].links))

    def rows(self, session: Session, name: str) -> Iterator[dict[str, Any]]:
        """Their rows of a table, in the order in which they were made, a few at a time."""
        table = SQLModel.metadata.tables[name]
        mine = select(table).where(self.is_in(name)).order_by(*table.primary_key.columns)
        shown = [column.name for column in table.columns if column.name not in TABLES[name].hidden]
        for row in session.execute(mine.execution_options(yield_per=BATCH)).mappings():
            found = {column: row[column] for column in shown}
            if found.get("secret"):  # a letter that holds a key to the account: it opens more than a file may
                found.update(dict.fromkeys(SECRET, ""))
            yield found

    def _by(self, table: Table, link: Link) -> ColumnElement[bool]:
        column = table.c[link.column]
        match link:
            case Named():
                return column.in_(self.names)
            case Mailed(within=True):
                words = func.lower(
                    " " + column + " "
                )  # a whole word: others' addresses may end like this one
                each = (words.contains(f" {email} ", autoescape=True) for email in self.emails)
                return or_(false(), *each)
            case Mailed():
                return func.lower(column).in_(self.emails) if self.emails else false()
            case Of(table=parent, key=key):
                found = SQLModel.metadata.tables[parent]
                referred = (known.column for known in column.foreign_keys if known.column.table is found)
                return column.in_(select(found.c[key] if key else next(referred)).where(self.is_in(parent)))


def of(session: Session, customer_id: int, *devices: str) -> Person | None:
    """A customer, with the devices that are known to be theirs, and whoever was merged into them."""
    found = session.exec(select_objects(Customer).where(Customer.id == customer_id)).first()
    if found is None:
        return None
    merged = merged_account.of(session, customer_id)
    names = dict.fromkeys((found.owner, *devices, *(one.owner for one in merged)))
    others = dict.fromkeys(one.email for one in merged if not one.is_guest)
    return Person(tuple(names), normal(found.email), tuple(others))
