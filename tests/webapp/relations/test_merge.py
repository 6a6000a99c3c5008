"""Two accounts become one and two again: nothing is lost, nothing is gained, nobody gets into what is another's."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import Session, SQLModel, col

from tests.databases import on_both_databases
from tests.webapp.customers.somebody import ANNA, BEN, NOW, Somebody, settle
from webapp import search_worker
from webapp.customers import consent, customer, merged_account, person
from webapp.customers.consent import Purpose
from webapp.customers.customer import Customer
from webapp.customers.data_map import TABLES
from webapp.customers.kept_table import Mailed, Named, Of
from webapp.customers.merged_account import MergedAccount
from webapp.database import Database
from webapp.relations.card import subject
from webapp.relations.merging import duplicate, merge
from webapp.relations.merging.duplicate import Reason
from webapp.relations.merging.merge import CannotMerge, CannotPart, How
from webapp.relations.merging.merge_map import LEFT, MOVED
from webapp.sales import erasing
from webapp.sales.order import Order

LATER = NOW + timedelta(days=3)
# What is reckoned from other rows, or is over for good: nobody is signed in again, no letter leaves after all.
NOT_RETURNED = {
    "search_entries", "search_pieces", "search_changes", "level_dues", "inferred_preferences",
    "preference_reckonings", "customer_sessions", "sign_in_requests", "merged_accounts", "outbox", "outbox_consents",
}  # fmt: skip
# Tables of which either of two may have no row, so that the one or the other is there alone.
SPARED = [
    "managers", "subscribers", "stated_facts", "unused_facts", "customer_levels", "stated_addresses", "cart_lines",
    "contacts", "threads",
]  # fmt: skip

Everything = dict[str, set[str]]


def test_every_column_that_says_whose_a_row_is_is_known_to_merging() -> None:
    """Whoever adds a table about customers says in `merge_map` what merging two of them does with it."""
    wanted = set()
    for name, kept in TABLES.items():
        for link in kept.links:
            if isinstance(link, Named | Mailed) or (isinstance(link, Of) and link.table == "customers"):
                wanted.add(f"{name}.{link.column}")
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if any(key.column.table.name == "customers" for key in column.foreign_keys):
                wanted.add(f"{table.name}.{column.name}")
    assert wanted - MOVED - set(LEFT) == set(), "say in webapp/relations/merge_map.py what becomes of these"
    assert (MOVED | set(LEFT)) - wanted == set(), "there are no such columns"
    assert MOVED & set(LEFT) == set()


@on_both_databases
@pytest.mark.parametrize("seed", range(4))
def test_parting_leaves_everything_as_it_was_before_merging(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    with database.writing() as session:
        kept, other = two(session, chance)
    before = everything(database)
    number = merged(database, kept, other)
    assert everything(database) != before
    with database.writing() as session:
        assert merge.part(session, session.get_one(MergedAccount, number), at=LATER).rows.stayed == 0
    after = everything(database)
    for name in before:
        assert after[name] == before[name], name
    with database.reading() as session:
        assert not session.execute(select(MergedAccount.id).where(col(MergedAccount.id) == number)).all()  # type: ignore[call-overload]


@on_both_databases
def test_what_was_somebodys_is_the_kept_ones_and_the_stricter_consent_holds(database: Database) -> None:
    with database.writing() as session:
        kept, other = two(session, None)
        for number, purposes in (
            (kept, (Purpose.NEWS_LETTERS, Purpose.CALLS)),
            (other, (Purpose.NEWS_LETTERS, Purpose.EVENT_LETTERS)),
        ):
            for purpose in purposes:
                consent.give(session, number, purpose, language="en", at=NOW)
    with database.reading() as session:
        assert merge.ends(session, kept, other) == ((Purpose.CALLS,), (Purpose.EVENT_LETTERS,))
    merged(database, kept, other)
    with database.reading() as session:
        assert merge.held(session, kept) == {Purpose.PERSONALISATION, Purpose.NEWS_LETTERS}
        assert len(consent.receipts(session, kept)) >= 6, "all receipts are there"
        owner = session.get_one(Customer, kept).owner
        for name in ("builds", "orders", "threads"):
            table = SQLModel.metadata.tables[name]
            assert set(session.execute(select(table.c.owner)).scalars()) == {owner}, name
        assert customer.by_email(session, BEN.email) is None
        who = person.of(session, kept)
        assert who is not None
        assert set(who.emails) == {ANNA.email, BEN.email}


def test_what_happened_since_stays_with_the_kept_one_and_is_said(database: Database) -> None:
    with database.writing() as session:
        kept, other = two(session, None)
        consent.give(session, kept, Purpose.CALLS, language="en", at=NOW)
    number = merged(database, kept, other)
    with database.writing() as session:
        mine = session.get_one(Customer, kept)
        mine.name = "Anna Neu"
        taken = update(Order).where(col(Order.owner) == mine.owner).values(note="changed since")
        session.execute(taken)
        consent.give(session, kept, Purpose.CALLS, language="en", at=LATER)
        consent.withdraw(session, kept, Purpose.CALLS, at=LATER + timedelta(hours=1))
        consent.withdraw(session, kept, Purpose.NEWS_LETTERS, at=LATER)
    with database.writing() as session:
        parted = merge.part(session, session.get_one(MergedAccount, number), at=LATER)
        assert parted.customer_id == other
    with database.reading() as session:
        assert session.get_one(Customer, kept).name == "Anna Neu"
        orders = {one.owner: one.note for one in session.execute(select(Order)).scalars()}
        assert orders == {ANNA.owner: "changed since", BEN.owner: "changed since"}
        # Taken back since: what merging had ended does not come to life again.
        assert not consent.holds(session, kept, Purpose.CALLS)


def test_only_the_latest_can_be_parted_and_only_for_a_while(database: Database) -> None:
    with database.writing() as session:
        kept, other = two(session, None)
        third = Customer(owner="owner-of-third", email="third@example.com", language="en", since=NOW)
        session.add(third)
        session.flush()
        third_id = third.id or 0
    first, second = merged(database, kept, other), merged(database, kept, third_id)
    with pytest.raises(CannotPart), database.writing() as session:
        merge.part(session, session.get_one(MergedAccount, first), at=LATER)
    with database.writing() as session:
        merge.part(session, session.get_one(MergedAccount, second), at=LATER)
        merged_account.settle(session, before=LATER + timedelta(hours=1))
    with pytest.raises(CannotPart), database.writing() as session:
        merge.part(session, session.get_one(MergedAccount, first), at=LATER)


def test_nobody_is_merged_with_themselves_nor_twice_by_one_form(database: Database) -> None:
    with database.writing() as session:
        kept, other = two(session, None)
        themselves, them = subject.of_customer(session, kept), subject.of_customer(session, other)
    assert themselves
    assert them
    with pytest.raises(CannotMerge), database.writing() as session:
        merge.merge(session, kept, themselves, how=How.SEEN, token="a" * 16, by="Olga", at=NOW)
    once = merged(database, kept, other)
    with database.writing() as session:
        again = merge.merge(session, kept, them, how=How.SEEN, token=f"form-{other}", by="Olga", at=NOW)
        assert again.id == once


def test_erasing_the_kept_one_forgets_whoever_was_merged_into_them(database: Database) -> None:
    with database.writing() as session:
        kept, other = two(session, None)
    merged(database, kept, other)
    with database.writing() as session:
        who = person.of(session, kept)
        assert who
        erasing.erase(session, who, channel="desk", at=LATER)
    with database.reading() as session:
        for name in ("customers", "merged_accounts", "builds", "contacts", "consents", "threads", "outbox"):
            assert not session.execute(select(SQLModel.metadata.tables[name])).all(), name
        for name in ("touchpoints", "demand_journeys"):
            table = SQLModel.metadata.tables[name]
            assert set(session.execute(select(table.c.visitor)).scalars()) == {None}


@pytest.mark.parametrize(
    ("kept", "other", "opens"),
    [
        ("anna.muster@gmail.com", "annamuster+shop@googlemail.com", True),
        ("anna.muster@example.com", "annamuster@example.com", False),
        ("anna@example.com", "evil@example.net", False),
    ],
)
def test_an_address_opens_an_account_only_if_both_are_one_mailbox_for_certain(
    database: Database, kept: str, other: str, opens: bool
) -> None:
    with database.writing() as session:
        numbers = [customer.proven(session, email, language="en", at=NOW).id or 0 for email in (kept, other)]
        session.flush()
    merged(database, *numbers)
    with database.writing() as session:
        found = merged_account.proven(session, other, language="en", at=LATER)
        assert (found.id if found else None) == (numbers[0] if opens else None)
        mine = merged_account.proven(session, kept, language="en", at=LATER)
        assert mine is not None
        assert mine.id == numbers[0]
        assert len(session.execute(select(Customer.id)).all()) == 1, "nobody comes to be anew"  # type: ignore[call-overload]


def test_duplicates_are_found_with_why_and_told_apart(database: Database) -> None:
    people = (
        ("anna.muster@example.com", "+49 30 1234567"),
        ("annamuster+b@example.com", ""),
        ("other@example.com", "030 1234567"),
        ("nobody@example.com", "12"),
    )
    with database.writing() as session:
        for email, phone in people:
            customer.proven(session, email, language="en", at=NOW).phone = phone
    search_worker.learn(database, NOW)
    with database.reading() as session:
        emails = {one.owner: one.email for one in session.execute(select(Customer)).scalars()}
        found = duplicate.pairs(session)
        told = {frozenset((emails[one.one], emails[one.other])): one.reasons for one in found}
        assert told == {
            frozenset(("anna.muster@example.com", "annamuster+b@example.com")): (Reason.MAIL,),
            frozenset(("anna.muster@example.com", "other@example.com")): (Reason.PHONE,),
        }
        anna = next(owner for owner, email in emails.items() if email.startswith("anna.m"))
        assert set(duplicate.of(session, anna)) == set(found)
    with database.writing() as session:
        for one in found:
            duplicate.tell_apart(session, one.one, one.other, by="Olga", at=NOW)
    with database.reading() as session:
        assert duplicate.pairs(session) == []
        assert duplicate.of(session, anna) == []


def two(session: Session, chance: random.Random | None) -> tuple[int, int]:
    """Anna and Ben, each with a row in every table about people; by chance not in all of them, and alike or not."""
    numbers = []
    for who in (ANNA, BEN):
        settle(session, who, **alike(who, chance or random.Random(1)))
        number = session.execute(select(Customer.id).where(col(Customer.owner) == who.owner)).scalar_one()  # type: ignore[call-overload]
        own_visitor = update(SQLModel.metadata.tables["touchpoints"]).where(
            SQLModel.metadata.tables["touchpoints"].c.customer_id == number
        )
        session.execute(own_visitor.values(visitor=who.owner))
        journeys = SQLModel.metadata.tables["demand_journeys"]
        session.execute(update(journeys).where(journeys.c.visitor == who.visitor).values(visitor=who.owner))
        session.execute(delete(MergedAccount))
        if chance is not None:
            for name in SPARED:
                if chance.random() < 0.4:
                    table = SQLModel.metadata.tables[name]
                    session.execute(delete(table).where(who.person.is_in(name)))
            for purpose in Purpose:
                if chance.random() < 0.4:
                    consent.give(session, number, purpose, language="en", at=NOW)
        numbers.append(number)
    return numbers[0], numbers[1]


def alike(who: Somebody, chance: random.Random) -> dict[str, Any]:
    """What each of them has, so that some of it is the same of both."""
    return {
        "consents": {"purpose": "personalisation", "edition": "1", "withdrawn_at": None},
        "stated_facts": {"trait": "use", "value": chance.choice(["commute", "tour"])},
        "unused_facts": {"kind": chance.choice(["colour", "use"])},
        "touchpoints": {"kind": chance.choice(["visit", "save", "pick"])},
        "current_builds": {"family": chance.choice(["bicycle", "workstation"]), "trail": []},
        "subscribers": {"email": None},
        "subscriptions": {"topic": chance.choice(["prices", "care"])},
        "digest_entries": {"source": chance.choice(["item:1", "item:2"])},
        "builds": {"token": "one-form"},
        "cart_lines": {"token": chance.choice(["one-form", "another"])},
        "customers": {"email": who.email, "benefits_off": ""},
        "orders": {"email": who.email},
        "offer_uses": {"email": None},
    }


def merged(database: Database, kept: int, other: int) -> int:
    with database.writing() as session:
        them = subject.of_customer(session, other)
        assert them
        done = merge.merge(session, kept, them, how=How.SPOKEN, token=f"form-{other}", by="Olga", at=LATER)
        return done.id or 0


def everything(database: Database) -> Everything:
    """All rows of all tables, but for those that are reckoned from others."""
    found: Everything = {}
    with database.reading() as session:
        for name, table in SQLModel.metadata.tables.items():
            if name not in NOT_RETURNED:
                found[name] = {repr(dict(row)) for row in session.execute(select(table)).mappings()}
    return found
