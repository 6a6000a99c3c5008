"""Staff say when the workshop works and how much a week holds; each act is recorded."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_shopper,
    checkout,
    database_of,
    publish,
    the_form,
)
from webapp import clock
from webapp.customers.staff_act import StaffAct
from webapp.sales.calendar import ClosedDay, WeeklyPattern, monday_of

NEXT = monday_of(clock.today("Europe/Berlin")) + timedelta(weeks=1)


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    return a_colleague(shop)


def acts(shop: Flask) -> list[tuple[str, dict, dict]]:
    with database_of(shop).reading() as session:
        found = session.exec(select(StaffAct).where(StaffAct.thing == "calendar").order_by(StaffAct.id))  # type: ignore[arg-type]
        return [(act.act, act.before, act.after) for act in found]


def weeks(desk: FlaskClient, address: str = "/staff/calendar") -> dict[str, tuple[str, str]]:
    """What is booked and what fits, by week."""
    found = re.findall(
        r'data-week="([^"]+)" data-booked="(\d+)" data-capacity="(\d*)"', desk.get(address).text
    )
    return {week: (booked, capacity) for week, booked, capacity in found}


@on_both_databases
def test_days_are_closed_with_a_reason_and_opened_again(shop: Flask, desk: FlaskClient) -> None:
    last = NEXT + timedelta(days=2)
    entries = {"first": str(NEXT), "last": str(last), "reason": "Inventory"}
    answer = desk.post("/staff/calendar/closed-days", data=entries, follow_redirects=True)
    assert "3 days are closed." in answer.text
    assert answer.text.count("Inventory") >= 3
    again = desk.post("/staff/calendar/closed-days", data=entries, follow_redirects=True)
    assert "closed already" in again.text
    answer = desk.post(f"/staff/calendar/closed-days/{NEXT}/removal", follow_redirects=True)
    assert "is a working day again" in answer.text
    with database_of(shop).reading() as session:
        assert [each.day for each in session.exec(select(ClosedDay))] == [NEXT + timedelta(days=1), last]
    assert [act for act, _, _ in acts(shop)] == ["closed", "closed", "opened"]
    assert acts(shop)[-1][1] == {"days": [str(NEXT)], "reason": "Inventory"}


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"first": "", "reason": "x"}, "Please choose a day."),
        ({"first": "soon", "reason": "x"}, "Please choose a day."),
        ({"first": str(NEXT), "reason": ""}, "Please fill this in."),
        ({"first": str(NEXT), "last": str(NEXT - timedelta(days=1)), "reason": "x"}, "before the first"),
        ({"first": str(NEXT), "last": str(NEXT + timedelta(days=400)), "reason": "x"}, "At most 100 days"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    desk: FlaskClient, entries: dict[str, str], words: str
) -> None:
    answer = desk.post("/staff/calendar/closed-days", data=entries)
    assert answer.status_code == 422
    assert words in answer.text


@on_both_databases
def test_a_week_holds_what_staff_say_and_shows_what_is_booked(shop: Flask, desk: FlaskClient) -> None:
    a_placed_order(a_shopper(shop))
    booked = {week: found for week, found in weeks(desk).items() if found[0] != "0"}
    [(week, found)] = booked.items()
    assert found == ("1", "")
    desk.post(f"/staff/calendar/weeks/{week}", data={"pieces": "1"})
    assert weeks(desk)[week] == ("1", "1")
    page = desk.get(f"/staff/calendar/weeks/{week}").text
    assert "1 of 1 pieces booked" in page
    assert len(re.findall(r"data-order=", page)) == 1
    desk.post(f"/staff/calendar/weeks/{week}", data={"pieces": ""})
    assert weeks(desk)[week] == ("1", "")
    assert [(before["pieces"], after["pieces"]) for _, before, after in acts(shop)] == [(None, 1), (1, None)]


def test_a_capacity_that_is_no_number_is_refused_and_kept_in_sight(desk: FlaskClient) -> None:
    answer = desk.post(f"/staff/calendar/weeks/{NEXT}", data={"pieces": "many"})
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert desk.post(f"/staff/calendar/weeks/{NEXT}", data={"pieces": "-1"}).status_code == 422


@on_both_databases
def test_a_pattern_holds_from_its_week_on(shop: Flask, desk: FlaskClient) -> None:
    entries = {"since": str(NEXT + timedelta(days=3)), "weekdays": ["0", "1", "2"], "pieces": "6"}
    answer = desk.post("/staff/calendar/patterns", data=entries, follow_redirects=True)
    assert "6 pieces a week" in answer.text
    assert weeks(desk)[str(NEXT)][1] == "6"
    desk.post("/staff/calendar/closed-days", data={"first": str(NEXT), "reason": "Inventory"})
    assert weeks(desk)[str(NEXT)][1] == "4", "two of three days"
    with database_of(shop).reading() as session:
        [pattern] = session.exec(select(WeeklyPattern)).all()
    assert (pattern.since, pattern.weekdays, pattern.pieces) == (NEXT, "123", 6)
    refused = desk.post("/staff/calendar/patterns", data={"since": str(NEXT)})
    assert refused.status_code == 422
    assert "can promise nothing" in refused.text


@on_both_databases
def test_holidays_are_proposed_and_closed_only_when_chosen(shop: Flask, desk: FlaskClient) -> None:
    page = desk.get("/staff/calendar/holidays?year=2027").text
    assert page.count("checked") == 9
    with database_of(shop).reading() as session:
        assert not session.exec(select(ClosedDay)).all()
    chosen = {"day": ["2027-01-01", "2027-03-08", "2027-03-09"]}
    desk.post("/staff/calendar/holidays", data=chosen)
    with database_of(shop).reading() as session:
        closed = {each.day: (each.reason, each.is_public) for each in session.exec(select(ClosedDay))}
    assert closed == {
        date(2027, 1, 1): ("Neujahr", True),
        date(2027, 3, 8): ("Internationaler Frauentag", True),
    }
    assert "closed already" in desk.get("/staff/calendar/holidays?year=2027").text


@pytest.mark.parametrize("address", ["/staff/calendar/weeks/2026-11-24", "/staff/calendar/weeks/never"])
def test_a_week_begins_on_monday(desk: FlaskClient, address: str) -> None:
    assert desk.get(address).status_code == 404


@on_both_databases
def test_a_shopper_is_led_to_the_next_free_window_and_loses_nothing(shop: Flask, desk: FlaskClient) -> None:
    desk.post(
        "/staff/calendar/patterns",
        data={"since": str(NEXT - timedelta(weeks=1)), "weekdays": list("01234"), "pieces": "1"},
    )
    first, second = a_shopper(shop), a_shopper(shop)
    page = first.get("/checkout/bike?model=city&rack=rear").text
    code = re.findall(r'data-window="([^"]+)"', page)[0]
    forms = [the_form(client, window=code, note="Ring twice") for client in (first, second)]
    # The first span may touch two weeks, so that it holds two pieces.
    answers = [checkout(client, form) for client, form in zip((first, second), forms, strict=True)]
    third = a_shopper(shop)
    last = checkout(third, forms[0] | {"token": "t" * 20})
    codes = [answer.status_code for answer in (*answers, last)]
    assert codes in ([303, 303, 409], [303, 409, 409])
    assert "cannot be had any more" in last.text
    assert "Ring twice" in last.text
    free = re.findall(r'data-window="([^"]+)"', last.text)
    assert code not in free
    confirmed = checkout(third, forms[0] | {"token": "u" * 20, "window": free[0]})
    assert confirmed.status_code == 303
