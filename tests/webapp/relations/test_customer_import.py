"""A list of customers is taken over as it says, whatever program wrote it and whatever it hides, and taken back."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_colleague, database_of
from webapp import clock, import_worker, search_worker
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.customers.customer import Customer
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role
from webapp.database import Database
from webapp.relations.card import contact
from webapp.relations.card.contact import Contact
from webapp.relations.importing import customer_list
from webapp.relations.importing.customer_import import CustomerImport
from webapp.relations.importing.customer_list import Fault, Unreadable

TODAY = date(2026, 11, 23)
LIST = (
    "Почта;Имя;Фамилия;Телефон;Новости с;Как получено\n"
    "anna@example.com;Анна;Щербакова;+49 30 1;31.03.2025;анкета в магазине\n"
    "ben@example.com;Ben;;;2025-04-01;\n"
    "=cmd()@example.com;=HYPERLINK(1);;;;\n"
    "нет;Кто-то;;;;\n"
    "ANNA@example.com;Ещё раз;;;;\n"
    "carl@example.com;@SUM(A1);+1;;01.01.2099;письмо\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_list_is_read_however_it_was_written(encoding: str, sign: str) -> None:
    text = f'Почта{sign}Имя\r\nanna@example.com{sign}"Анна{sign} и\nБен"\r\n\r\n'
    sheet = customer_list.read(text.encode(encoding))
    assert sheet.header == ["Почта", "Имя"]
    shown = "Анна и Бен" if sign == "\t" else f"Анна{sign} и Бен"
    assert sheet.rows == [(3, ["anna@example.com", shown])]
    assert customer_list.guessed(sheet.header) == {"email": 0, "name": 1}


def test_each_row_is_judged_by_itself() -> None:
    sheet = customer_list.read(LIST.encode())
    mapping = customer_list.guessed(sheet.header)
    assert mapping == {"email": 0, "name": 1, "surname": 2, "phone": 3, "news-letters": 4, "how": 5}
    found = [one for _line, one in customer_list.entries(sheet.rows, mapping, ("ru", "en"), TODAY)]
    assert [one.faults for one in found] == [
        (),
        (Fault.NO_HOW,),
        (Fault.BAD_EMAIL,),
        (Fault.BAD_EMAIL,),
        (Fault.TWICE,),
        (Fault.FUTURE,),
    ]
    assert found[0].consents == ((Purpose.NEWS_LETTERS, datetime(2025, 3, 31, tzinfo=UTC)),)
    assert [one.consents for one in found[1:]] == [()] * 5
    assert [one.is_taken for one in found] == [True, True, False, False, False, True]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"email\n", "empty"),
        (b"a\n" * (customer_list.MOST_ROWS + 2), "long"),
        (b"a," * 80 + b"\nx\n", "wide"),
        (b"x" * (customer_list.LARGEST + 1), "large"),
        (b'email\n"' + b"y" * 200_000 + b'"\n', "broken"),
    ],
    ids=["nothing", "headings", "long", "wide", "large", "broken"],
)
def test_what_is_no_list_says_why(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        customer_list.read(data)
    assert caught.value.why == why


def test_what_hides_in_a_file_does_no_harm() -> None:
    sheet = customer_list.read(
        b"email,name\na@example.com,\0An\x07na \xe2\x80\xae\n" + b"b@example.com," + b"z" * 9000
    )
    assert sheet.rows[0][1] == ["a@example.com", "An na"]
    (_, long), _ = customer_list.entries(sheet.rows[::-1], {"email": 0, "name": 1}, ("en",), TODAY)
    assert long.faults == (Fault.LONG,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("31.3.2026 12:30", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("32.03.2026", None),
        ("yesterday", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, found: date | None) -> None:
    assert customer_list.day(text) == found


@on_both_databases
def test_a_list_is_looked_at_taken_in_and_taken_back(app: Flask) -> None:
    desk, database = a_colleague(app, roles=[Role.RELATIONSHIP]), database_of(app)
    with database.writing() as session:
        customer.proven(session, "ben@example.com", language="en", at=clock.now() - timedelta(days=9))
    page = sent(desk, LIST)
    shown = desk.get(page).text
    assert 'data-good="3" data-faulty="3"' in shown
    assert "This is no e-mail address." in shown
    assert "=HYPERLINK(1)" in shown, "shown as words"
    form = {
        f"column-{place}": name
        for place, name in enumerate(["email", "name", "surname", "phone", "news-letters", "how"])
    }
    without = {**form, "column-0": "", "choice": "update", "language": "ru"}
    refused = desk.post(f"{page}/mapping", data={**without, "start": "y"})
    assert refused.status_code == 422
    assert "Say which column holds the e-mail address." in refused.text
    begun = {**form, "choice": "update", "language": "ru", "start": "y"}
    for _ in range(2):  # sent twice, started once
        assert desk.post(f"{page}/mapping", data=begun).status_code == 303
    work(database)
    with database.reading() as session:
        anna, ben, carl = (
            customer.by_email(session, f"{name}@example.com") for name in ("anna", "ben", "carl")
        )
        assert anna
        assert ben
        assert carl
        assert (anna.name, anna.phone, anna.language) == ("Анна Щербакова", "+49 30 1", "ru")
        assert ben.name == "Ben"
        assert carl.name == "@SUM(A1) +1"
        (receipt,) = consent.receipts(session, anna.id or 0)
        assert (receipt.channel, receipt.how) == ("import", "анкета в магазине")
        assert receipt.given_at == datetime(2025, 3, 31, tzinfo=UTC)
        assert not consent.receipts(session, ben.id or 0)
        assert not consent.receipts(session, carl.id or 0)
        numbers = anna.id or 0, carl.id or 0
    with database.writing() as session:  # something is built on one of them
        said = Contact(
            token="a-token-of-the-form",
            customer_id=numbers[1],
            way="note",
            at=clock.now(),
            staff_member_id=1,
            staff_name="Olga",
            words="Rang",
        )
        contact.log(session, said)
    assert desk.post(f"{page}/taking-back").status_code == 303
    work(database)
    with database.reading() as session:
        left = {one.email: one.name for one in session.exec(select(Customer))}
        assert left == {"ben@example.com": "", "carl@example.com": "@SUM(A1) +1"}
        acts = session.exec(select(StaffAct.act).where(StaffAct.thing == "customer-import")).all()
        assert list(acts) == ["sent", "started", "taken-back"]
    assert "Stays: something was built on it" in desk.get(page).text


@pytest.mark.parametrize(("choice", "name"), [("skip", ""), ("update", "Anna"), ("new", "")])
def test_whoever_looks_like_somebody_is_treated_as_was_chosen(app: Flask, choice: str, name: str) -> None:
    desk, database = a_colleague(app, roles=[Role.RELATIONSHIP]), database_of(app)
    with database.writing() as session:
        known = customer.proven(session, "a.nna@example.com", language="en", at=clock.now())
        known.phone = "+49 30 1234567"
    search_worker.learn(database, clock.now())
    page = sent(desk, "email,name,phone\nanna@example.org,Anna,030 1234567\n")
    form = {"column-0": "email", "column-1": "name", "column-2": "phone", "choice": choice, "language": "en"}
    desk.post(f"{page}/mapping", data={**form, "start": "y"})
    work(database)
    with database.reading() as session:
        known = session.exec(select(Customer).where(col(Customer.email) == "a.nna@example.com")).one()
        assert known.name == name
        assert (customer.by_email(session, "anna@example.org") is not None) is (choice == "new")


def test_the_withdrawn_stays_withdrawn(app: Flask) -> None:
    """Who took a consent back gets no letters because an old list says otherwise."""
    desk, database, at = a_colleague(app, roles=[Role.RELATIONSHIP]), database_of(app), clock.now()
    with database.writing() as session:
        known = customer.proven(session, "anna@example.com", language="en", at=at)
        session.flush()
        consent.give(session, known.id or 0, Purpose.NEWS_LETTERS, language="en", at=at)
        consent.withdraw(session, known.id or 0, Purpose.NEWS_LETTERS, at=at)
        number = known.id or 0
    page = sent(desk, "email,news,how\nanna@example.com,2026-01-01,on paper\n")
    form = {
        "column-0": "email",
        "column-1": "news-letters",
        "column-2": "how",
        "choice": "update",
        "language": "en",
    }
    desk.post(f"{page}/mapping", data={**form, "start": "y"})
    work(database)
    with database.reading() as session:
        assert not consent.holds(session, number, Purpose.NEWS_LETTERS)


def sent(desk: FlaskClient, text: str) -> str:
    file = (io.BytesIO(text.encode()), "customers.csv")
    form = {"token": "a-token-of-the-form", "file": file}
    answer = desk.post("/staff/customers/imports/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.location)


def work(database: Database) -> None:
    for _ in range(20):
        import_worker.go_on("UTC", database, clock.now())
        with database.reading() as session:
            if not any(one.is_at_work for one in session.exec(select(CustomerImport))):
                return
    raise AssertionError("the worker does not come to its end")
