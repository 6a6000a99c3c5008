"""Staff find people by name, e-mail, telephone, order number or build, in either script, slips forgiven."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.customers.somebody import ANNA, BEN, settle
from webapp import clock, search_worker
from webapp.customers.customer import Customer
from webapp.database import Database
from webapp.relations.card import search, search_entry
from webapp.relations.card.search_entry import SearchEntry, SearchPiece
from webapp.sales import erasing
from webapp.sales.order import Order

FITS = [
    ("Иванов", ["ivan", "irina"]),
    ("Ivanov", ["ivan", "irina"]),
    ("ivanof", ["ivan"]),
    ("Iwanowa Irina", ["irina"]),
    ("ирина", ["irina"]),
    ("Мюллер", ["mueller"]),
    ("muller", ["mueller"]),
    ("Shmidt", ["anna"]),
    ("шмит", ["anna"]),
    ("anna.schmidt84@gmail.com", ["anna"]),
    ("gmail.com", ["anna"]),
    ("@firma.de", ["mueller"]),
    ("+49 30 1234567", ["ivan"]),
    ("030 1234567", ["ivan"]),
    ("4567", ["ivan"]),
    ("+7 916 765 43 21", ["irina"]),
    ("030 1234576", ["ivan"]),
    ("Schmidt Müller", []),
    ("nobody", []),
    ("12", []),
    ("", []),
    ("%", []),
    ("'\\\"(", []),
]


def a_person(database: Database, owner: str, name: str, email: str, phone: str = "") -> int:
    with database.writing() as session:
        fresh = Customer(owner=owner, name=name, email=email, phone=phone, language="en", since=clock.now())
        session.add(fresh)
        session.flush()
        return fresh.id or 0


def found(database: Database, words: str) -> list[str]:
    search_worker.learn(database, clock.now())
    with database.reading() as session:
        return search.owners(session, words, limit=50)


@pytest.fixture
def people(database: Database) -> Database:
    a_person(database, "ivan", "Иван Иванов", "i.ivanov@example.com", "+49 30 1234567")
    a_person(database, "irina", "Irina Ivanova", "irina@post.example.org", "8 (916) 765-43-21")
    a_person(database, "mueller", "Jörg Müller", "joerg.mueller@firma.de")
    a_person(database, "anna", "Anna Schmidt", "anna.schmidt84@gmail.com", "0151 23456789")
    return database


@on_both_databases
def test_people_are_found(people: Database) -> None:
    assert {words: found(people, words) for words, _owners in FITS} == dict(FITS)


@on_both_databases
def test_orders_and_builds_lead_to_whose_they_are(database: Database) -> None:
    with database.writing() as session:
        made = settle(session, ANNA)
        made_by_ben = settle(session, BEN)
        session.execute(
            text("UPDATE orders SET number = '4829-1753' WHERE id = :id"), {"id": made["orders"]["id"]}
        )
        session.execute(
            text("UPDATE builds SET code = 'AbCdEf_12-34' WHERE id = :id"),
            {"id": made_by_ben["builds"]["id"]},
        )
    assert found(database, "4829-1753") == [ANNA.owner]
    assert found(database, "48291753") == [ANNA.owner]
    assert found(database, "4829 1735") == [ANNA.owner]  # changed places
    assert found(database, "https://shop.example/builds/AbCdEf_12-34.0.signed") == [BEN.owner]
    assert found(database, "AbCdEf_12-34") == [BEN.owner]


@on_both_databases
def test_what_changes_is_found_as_it_is_now(people: Database) -> None:
    assert found(people, "Schmidt") == ["anna"]
    with people.writing() as session:
        anna = session.exec(select(Customer).where(Customer.owner == "anna")).one()
        anna.name, anna.email = "Anna Petersen", "petersen@example.com"
    assert found(people, "Schmidt") == []
    assert found(people, "Petersen") == ["anna"]


@on_both_databases
def test_whoever_is_erased_is_found_no_more_and_leaves_no_piece(database: Database) -> None:
    with database.writing() as session:
        settle(session, ANNA)
        settle(session, BEN)
    assert ANNA.owner in found(database, ANNA.email)
    with database.writing() as session:
        erasing.erase(session, ANNA.person, channel="site", at=clock.now())
    with database.reading() as session:  # at once, before any worker
        assert search.owners(session, ANNA.email, limit=9) == []
    assert found(database, ANNA.email) == []
    assert found(database, BEN.email) == [BEN.owner]
    with database.reading() as session:
        assert set(session.exec(select(SearchEntry.owner))) == {BEN.owner}
        entries = set(session.exec(select(SearchEntry.id)))
        assert set(session.exec(select(SearchPiece.entry_id))) <= entries
        assert session.exec(select(Order.name).where(Order.owner == None)).all()  # noqa: E711  kept for the accounts


@on_both_databases
def test_two_workers_learn_a_row_once(people: Database) -> None:
    with people.reading() as session:
        waiting = search_entry.changes(session)
    with people.writing() as session:
        search_entry.learn(session, waiting)
    with people.writing() as session:
        search_entry.learn(session, waiting)
    with people.reading() as session:
        assert len(session.exec(select(SearchEntry.id)).all()) == 4
        assert search_entry.changes(session) == []
