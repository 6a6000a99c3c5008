"""Segments at the desk: written with what they find beside them, explained, compared, counted each day, removed."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.relations.crowd import NOW, Placed, Someone, Thing, move_in
from tests.webapp.shopping import a_colleague, a_shopper, database_of, hidden
from webapp import clock
from webapp.customers.customer import Customer
from webapp.customers.staff_act import StaffAct
from webapp.relations.segments.segment import Segment
from webapp.relations.segments.segment_size import SegmentSize
from webapp.segment_worker import count_segments

RULE = "orders >= 1 and consent.email"
CROWD = [
    Someone(1, "en", NOW - timedelta(days=9), [("news-letters", False)], orders=[Placed(NOW, [])]),
    Someone(2, "en", NOW - timedelta(days=9), [("news-letters", True)], orders=[Placed(NOW, [])]),
    Someone(
        3, "ru", NOW - timedelta(days=9), [("care-letters", False)], orders=[Placed(NOW, []), Placed(NOW, [])]
    ),
    Someone(
        4, "ru", NOW - timedelta(days=9), [("news-letters", False)], builds=[Thing("bicycle", frozenset())]
    ),
]


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    with database_of(app).writing_rows() as connection:
        move_in(connection, CROWD)
    desk = a_colleague(app)
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


def make(desk: FlaskClient, title: str = "Buyers to write to", rule: str = RULE) -> str:
    """Keeps a segment by the form; answers with its address."""
    sent = hidden(desk.get("/staff/segments/new")) | {"title": title, "rule": rule, "act": "save"}
    answer = desk.post("/staff/segments/new", data=sent)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_rule_is_looked_at_while_it_is_typed(desk: FlaskClient) -> None:
    sent = {"rule": RULE}
    fragment = desk.post("/staff/segments/new", data=sent, headers={"HX-Request-Type": "partial"})
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith("{#") is False
    assert '<section id="_segment_check"' in fragment.text
    assert 'data-count="2"' in fragment.text
    assert "Somebody 1" in fragment.text
    assert "Somebody 2" not in fragment.text
    assert "<html" not in fragment.text


def test_without_javascript_a_button_shows_the_same(desk: FlaskClient) -> None:
    sent = hidden(desk.get("/staff/segments/new")) | {"rule": RULE, "act": "look", "title": "Not kept"}
    page = desk.post("/staff/segments/new", data=sent)
    assert page.status_code == 200
    assert 'data-count="2"' in page.text
    assert 'value="Not kept"' in page.text
    assert "orders: at least 1" in page.text
    with database_of(desk.application).reading() as session:
        assert session.exec(select(Segment)).all() == []


def test_a_rule_that_cannot_be_read_is_not_kept_and_nothing_typed_is_lost(desk: FlaskClient) -> None:
    sent = hidden(desk.get("/staff/segments/new")) | {
        "title": "Wishers",
        "rule": "ordres >= 2",
        "act": "save",
    }
    page = desk.post("/staff/segments/new", data=sent)
    assert page.status_code == 422
    assert "Line 1, sign 1: there is no fact “ordres”. Did you mean “orders”?" in page.text
    assert "ordres &gt;= 2" in page.text
    assert 'value="Wishers"' in page.text


def test_a_segment_is_kept_once_counted_at_once_and_recorded(desk: FlaskClient) -> None:
    sent = hidden(desk.get("/staff/segments/new")) | {"title": "Buyers", "rule": RULE, "act": "save"}
    places = {desk.post("/staff/segments/new", data=sent).location for _ in range(2)}
    assert len(places) == 1
    page = desk.get(places.pop())
    assert 'data-count="2"' in page.text
    with database_of(desk.application).reading() as session:
        assert [each.size for each in session.exec(select(SegmentSize))] == [2]
        acts = session.exec(select(StaffAct).where(StaffAct.thing == "segment")).all()
    assert [(each.act, each.after["rule"]) for each in acts] == [("made", RULE)]
    listed = desk.get("/staff/segments").text
    assert 'data-size="2"' in listed
    assert "orders: at least 1 and allows: letters beyond their own orders and builds" in listed


def test_a_change_is_recorded_with_what_was_before(desk: FlaskClient) -> None:
    place = make(desk)
    form = hidden(desk.get(f"{place}/rule"))
    sent = form | {"title": "Buyers", "rule": "orders >= 2", "act": "save"}
    assert desk.post(f"{place}/rule", data=sent).status_code == 303
    with database_of(desk.application).reading() as session:
        act = session.exec(select(StaffAct).where(StaffAct.act == "changed")).one()
        assert (act.before["rule"], act.after["rule"]) == (RULE, "orders >= 2")
        assert [each.size for each in session.exec(select(SegmentSize))] == [1]
    # The form that was open meanwhile does not write over it unseen.
    late = desk.post(f"{place}/rule", data=form | {"title": "Buyers", "rule": "orders >= 3", "act": "save"})
    assert late.status_code == 409
    assert "orders &gt;= 2" in late.text
    assert "orders &gt;= 3" in late.text
    again = hidden(late) | {"title": "Buyers", "rule": "orders >= 3", "act": "save"}
    assert desk.post(f"{place}/rule", data=again).status_code == 303


def test_everybody_in_it_and_why(desk: FlaskClient) -> None:
    place = make(desk)
    people = desk.get(f"{place}/people").text
    assert re.findall(r'data-customer="(\d+)"', people) == ["1", "3"]
    inside = desk.get(f"{place}/people/3").text
    assert 'data-in="yes"' in inside
    assert re.findall(r'data-holds="(\w+)"', inside) == ["yes", "yes"]
    assert inside.count('href="/staff/orders/') == 2
    outside = desk.get(f"{place}/people/2").text
    assert 'data-in="no"' in outside
    assert re.findall(r'data-holds="(\w+)"', outside) == ["yes", "no"]
    assert desk.get(f"{place}/people/99").status_code == 404


def test_two_segments_are_compared_and_each_figure_leads_to_its_people(desk: FlaskClient) -> None:
    buyers, russian = make(desk, "Buyers", "orders >= 1"), make(desk, "Readers of Russian", "language is ru")
    one, other = (place.rsplit("/", 1)[1] for place in (buyers, russian))
    page = desk.get(f"/staff/segments/overlap?one={one}&other={other}").text
    assert dict(re.findall(r'data-part="(\w+)" data-count="(\d+)"', page)) == {
        "one": "2",
        "both": "1",
        "other": "1",
    }
    both = desk.get(f"{buyers}/people?and={other}").text
    assert re.findall(r'<tr data-customer="(\d+)"', both) == ["3"]
    only = desk.get(f"{buyers}/people?without={other}").text
    assert re.findall(r'<tr data-customer="(\d+)"', only) == ["1", "2"]


@on_both_databases
def test_the_worker_writes_down_a_size_a_day(app: Flask, desk: FlaskClient) -> None:
    place = make(desk, rule="since > 0 days ago")
    database = database_of(app)
    for days in (1, 1, 2):
        count_segments("UTC", database, clock.now() + timedelta(days=days))
    with database.reading() as session:
        assert len(session.exec(select(SegmentSize)).all()) == 3
    file = desk.get(f"{place}/sizes.csv")
    assert file.mimetype == "text/csv"
    assert len(file.text.splitlines()) == 4
    page = desk.get(place).text
    assert "<svg" in page
    assert len(re.findall(r'data-code="20..-', page)) == 3


def test_a_rule_whose_words_are_gone_finds_nobody_and_says_so(app: Flask, desk: FlaskClient) -> None:
    place = make(desk)
    with database_of(app).writing() as session:
        session.exec(select(Segment)).one().rule = "build of nothing"
    assert "there is no family “nothing”" in desk.get(place).text
    assert "there is no family “nothing”" in desk.get("/staff/segments").text
    assert desk.get(f"{place}/people").status_code == 200
    count_segments("UTC", database_of(app), clock.now() + timedelta(days=1))  # leaves it out


def test_whoever_is_erased_is_in_no_segment(app: Flask, desk: FlaskClient) -> None:
    place = make(desk)
    with database_of(app).writing() as session:
        session.delete(session.get(Customer, 3))
    assert re.findall(r'data-customer="(\d+)"', desk.get(f"{place}/people").text) == ["1"]
    assert desk.get(f"{place}/people/3").status_code == 404


def test_a_removed_segment_goes_with_its_history_and_stays_in_the_record(
    app: Flask, desk: FlaskClient
) -> None:
    place = make(desk)
    assert desk.post(f"{place}/removal").status_code == 303
    assert desk.get(place).status_code == 404
    with database_of(app).reading() as session:
        assert session.exec(select(SegmentSize)).all() == []
        assert session.exec(select(StaffAct).where(StaffAct.act == "removed")).one().before["rule"] == RULE


def test_pages_ask_the_same_number_of_statements_however_many_people(app: Flask, desk: FlaskClient) -> None:
    place = make(desk, rule="builds >= 0")
    few = statements(app, desk, place)
    with database_of(app).writing() as session:
        session.add_all(
            Customer(owner=f"more-{n}", email=f"more-{n}@example.com", language="en", since=NOW)
            for n in range(70)
        )
    assert statements(app, desk, place) == few


def statements(app: Flask, desk: FlaskClient, place: str) -> int:
    seen: list[str] = []

    def note(*given: str) -> None:
        seen.append(given[2])

    engine = database_of(app).engine
    event.listen(engine, "before_cursor_execute", note)
    for page in (place, f"{place}/people", f"{place}/people/1"):
        assert desk.get(page).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_nobody_else_reads_them(app: Flask, desk: FlaskClient) -> None:
    place = make(desk)
    assert a_shopper(app).get(place).status_code == 303
