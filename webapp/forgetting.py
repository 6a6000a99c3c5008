"""Forgetting once more: whoever was erased after a backup was made is erased from what it brings back."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import inspect, select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_objects

from webapp import erasure_list
from webapp.customers import erasure
from webapp.customers.customer import Customer
from webapp.customers.data_map import TABLES
from webapp.customers.kept_table import Named
from webapp.customers.merged_account import MergedAccount
from webapp.customers.person import Person
from webapp.database import Database
from webapp.erasure_list import Listed
from webapp.sales import erasing


def known(database: Database, instance: Path) -> Sequence[Listed]:
    """All erasures that the database or the list beside it knows."""
    with database.reading() as session:
        there = inspect(session.connection()).has_table("erasures")
        rows = erasure.all_of(session) if there else []
        return erasure_list.merged(
            (Listed(row.at, row.code, tuple(row.hashes)) for row in rows), erasure_list.read(instance)
        )


def again(database: Database, listed: Iterable[Listed]) -> int:
    """Does erasures again that the restored rows know nothing of; how many there were."""
    done = 0
    for one in listed:
        with database.writing() as session:
            if erasure.by_code(session, one.code) is None:
                erasing.erase(
                    session,
                    _found(session, one),
                    channel="restore",
                    at=one.at,
                    code=one.code,
                    hashes=one.hashes,
                )
                done += 1
    return done


def _found(session: Session, one: Listed) -> Person:
    """Who it was, as the restored rows name them; somebody with nothing where they are not in them."""
    names = {name for name in _names(session) if erasure.hashed(name) in one.hashes}
    theirs = select_objects(Customer).where(col(Customer.owner).in_(names)).order_by(col(Customer.id))
    merged = select_objects(MergedAccount).where(
        col(MergedAccount.owner).in_(names), col(MergedAccount.merged_id).is_not(None)
    )
    emails = dict.fromkeys(each.email for each in (*session.exec(theirs), *session.exec(merged)))
    return Person(tuple(sorted(names)) or (one.code,), next(iter(emails), ""), tuple(emails)[1:])


def _names(session: Session) -> set[str]:
    """All random names that any row is kept under."""
    found: set[str] = set()
    for name, kept in TABLES.items():
        table = SQLModel.metadata.tables[name]
        for link in kept.links:
            if isinstance(link, Named):
                found.update(filter(None, session.execute(select(table.c[link.column]).distinct()).scalars()))
    return found
