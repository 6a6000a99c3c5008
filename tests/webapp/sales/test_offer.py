"""A code is good for so many orders, and for each customer once, however many try at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import database_of
from webapp import clock
from webapp.sales import offer, order
from webapp.sales.offer import NotTaken, Offer, OfferUse, Reason
from webapp.sales.order import Order

TODAY = date(2026, 11, 23)


def an_offer(app: Flask, code: str = "SPRING", **fields: Any) -> int:
    given: dict[str, Any] = {
        "label": {"en": "Spring", "ru": "Весна"},
        "kind": "percent",
        "value": "10",
        "made_at": clock.now(),
    }
    with database_of(app).writing() as session:
        fresh = Offer(code=code, **(given | fields))
        session.add(fresh)
        session.flush()
        return fresh.id or 0


def an_order(name: str) -> Order:
    return Order(
        number=name[:9],
        code=name,
        token=name,
        language="en",
        name="Anna",
        email="anna@example.com",
        currency="EUR",
        total=100,
        tax=16,
        tax_percent="19",
        terms_of_sale="2026-11",
        placed_at=clock.now(),
    )


def used(app: Flask) -> tuple[int, int]:
    """As counted, and as there are rows."""
    with database_of(app).reading() as session:
        return session.exec(select(Offer)).one().uses, len(session.exec(select(OfferUse)).all())


def try_all(app: Flask, offer_id: int, buyers: list[tuple[str | None, str]]) -> list[Reason | None]:
    """Each buyer (customer, address) places an order with the offer, all at once; why it was refused, if it was."""

    def place(numbered: tuple[int, tuple[str | None, str]]) -> Reason | None:
        number, (customer, email) = numbered
        try:
            with database_of(app).writing() as session:
                placed = order.place(session, an_order(f"{number:08}"))
                session.flush()
                offer.use(session, offer_id, placed.id or 0, customer=customer, email=email, at=clock.now())
        except NotTaken as refused:
            return refused.reason
        return None

    with ThreadPoolExecutor(16) as hands:
        return list(hands.map(place, enumerate(buyers)))


@on_both_databases
def test_ten_uses_are_ten_orders_however_many_try_at_once(app: Flask) -> None:
    offer_id = an_offer(app, most_uses=10)
    answers = try_all(app, offer_id, [(None, f"shopper{number}@example.com") for number in range(50)])
    assert answers.count(None) == 10
    assert answers.count(Reason.USED_UP) == 40
    assert used(app) == (10, 10)
    with database_of(app).reading() as session:
        assert len(session.exec(select(Order)).all()) == 10  # a use that is refused places no order


@on_both_databases
@pytest.mark.parametrize(
    "buyers",
    [
        [(None, "Anna@example.com"), (None, "anna@example.com ")] * 25,
        [("the customer", f"anna+{number}@example.com") for number in range(50)],
    ],
    ids=["one address", "one customer"],
)
def test_who_tries_fifty_times_at_once_uses_it_once(app: Flask, buyers: list[tuple[str | None, str]]) -> None:
    answers = try_all(app, an_offer(app, most_uses=40), buyers)
    assert answers.count(None) == 1
    assert answers.count(Reason.USED_BEFORE) == 49
    assert used(app) == (1, 1)


@on_both_databases
def test_an_offer_for_many_times_is_used_many_times(app: Flask) -> None:
    answers = try_all(app, an_offer(app, once=False), [("the customer", "anna@example.com")] * 20)
    assert answers == [None] * 20
    assert used(app) == (20, 20)


@on_both_databases
def test_a_cancelled_order_gives_its_use_back_once(app: Flask) -> None:
    offer_id = an_offer(app, most_uses=1)
    assert try_all(app, offer_id, [(None, "anna@example.com")]) == [None]
    with database_of(app).writing() as session:
        number = session.exec(select(OfferUse.order_id)).one()
        offer.give_back(session, number)
        offer.give_back(session, number)
    assert used(app) == (0, 0)
    with database_of(app).reading() as session:
        offer.open_to(session, "spring", customer=None, email="anna@example.com", today=TODAY)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"first_day": date(2026, 11, 24)}, Reason.EARLY),
        ({"last_day": date(2026, 11, 22)}, Reason.ENDED),
        ({"most_uses": 1, "uses": 1}, Reason.USED_UP),
        ({"code": "AUTUMN"}, Reason.UNKNOWN),
    ],
)
def test_a_code_is_good_for_its_time_and_number(app: Flask, fields: dict[str, Any], reason: Reason) -> None:
    an_offer(app, **fields)
    with database_of(app).reading() as session, pytest.raises(NotTaken) as refused:
        offer.open_to(session, "SPRING", customer=None, email="", today=TODAY)
    assert refused.value.reason is reason


def test_its_first_and_last_day_count(app: Flask) -> None:
    an_offer(app, first_day=TODAY, last_day=TODAY)
    with database_of(app).reading() as session:
        assert offer.open_to(session, " spr ing", customer=None, email="", today=TODAY).code == "SPRING"


def test_the_command_makes_an_offer_and_refuses_what_makes_no_sense(app: Flask) -> None:
    def run(*words: str) -> tuple[int, str]:
        answer = app.test_cli_runner().invoke(args=["offer", "add", *words])
        return answer.exit_code, answer.output

    named = ("--ru", "Осень", "--en", "Autumn")
    assert run("autumn 7", *named, "--percent", "7.5", "--until", "2026-12-01", "--uses", "3") == (
        0,
        "AUTUMN7: made\n",
    )
    for wrong in (
        ("AUTUMN7", *named, "--percent", "5"),
        ("A", *named),
        ("A", *named, "--percent", "5", "--amount", "5.00"),
        ("A", *named, "--percent", "0"),
        ("A", *named, "--percent", "101"),
        ("A", *named, "--amount", "-5"),
        ("A", *named, "--amount", "5", "--family", "boat"),
        ("A", *named, "--amount", "5", "--from", "2026-12-02", "--until", "2026-12-01"),
    ):
        assert run(*wrong)[0] == 1, wrong
    listed = app.test_cli_runner().invoke(args=["offer", "list"]).output
    assert listed == "AUTUMN7: 7.5 %, all families, … to 2026-12-01, used 0 of 3\n"
