"""Several things are ordered together: each put there once, at the price of the day, and each ordered once."""

import html
import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import func, select
from werkzeug.test import TestResponse

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    ENTRIES,
    a_bicycle,
    a_customer,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
)
from webapp import clock
from webapp.customers import customer
from webapp.customers.visitor import read
from webapp.sales import cart_line, claim
from webapp.sales.cart_line import MOST_LINES, CartLine
from webapp.sales.order import Order

CITY, GRAVEL = "model=city&rack=rear", "model=gravel&rack=front"


def put(client: FlaskClient, choices: str = CITY, token: str = "") -> TestResponse:
    """Adds to the cart from the configurator's page."""
    form = {"token": token or hidden(client.get(f"/configure/bike?{choices}"))["token"]}
    return client.post(f"/cart/lines/bike?{choices}", data=form)


def lines(client: FlaskClient) -> list[tuple[int, int, int | None]]:
    """Number, pieces and amount of each line that the page shows."""
    found = re.findall(
        r'data-line="(\d+)"\s+data-standing="[\w-]+"\s+data-quantity="(\d+)"\s*(?:data-amount="(\d+)")?',
        client.get("/cart").text,
    )
    return [(int(number), int(pieces), int(amount) if amount else None) for number, pieces, amount in found]


def change(client: FlaskClient, number: int, act: str, **form: str) -> TestResponse:
    return client.post(f"/cart/lines/{number}/{act}", data=form)


def cart_form(client: FlaskClient, **entries: str) -> dict[str, str]:
    return hidden(client.get("/cart/checkout")) | ENTRIES | entries


def order(client: FlaskClient, form: dict[str, str]) -> TestResponse:
    return client.post("/cart/checkout", data=form)


def orders(app: Flask) -> list[Order]:
    with database_of(app).reading() as session:
        found = list(session.exec(select(Order)).all())
        for each in found:
            assert each.taxed  # loaded while the session is open
            assert each.reductions is not None
        return found


@on_both_databases
def test_what_is_put_there_is_ordered_together_and_is_in_the_cart_no_more(
    shop: Flask, shopper: FlaskClient
) -> None:
    put(shopper)
    put(shopper, GRAVEL)
    first, second = [number for number, _, _ in lines(shopper)]
    assert change(shopper, second, "quantity", quantity="3").status_code == 303
    assert lines(shopper) == [(first, 1, 55000), (second, 3, 3 * 94000)]
    answer = order(shopper, cart_form(shopper))
    assert answer.status_code == 303, answer.text
    [placed] = orders(shop)
    assert [(line.position, line.quantity, line.total) for line in placed.lines] == [
        (1, 1, 55000),
        (2, 3, 94000),
    ]
    assert placed.total == 55000 + 3 * 94000 + 2900
    assert placed.tax == sum(row.tax for row in placed.taxed)
    assert lines(shopper) == []
    page = shopper.get(answer.location).text
    assert f'data-total="{placed.total}"' in page
    assert "Gravel × 3" in page


@pytest.mark.parametrize("pieces", ["0", "21", "-1", "", "x", "1.5", "99999999999999999999"])
def test_a_number_of_pieces_that_cannot_be_is_told_beside_its_field(
    shopper: FlaskClient, pieces: str
) -> None:
    put(shopper)
    [(number, _, _)] = lines(shopper)
    answer = change(shopper, number, "quantity", quantity=pieces)
    assert answer.status_code == 422
    assert f'id="quantity-{number}-error"' in answer.text
    if pieces:
        assert f'value="{pieces}"' in answer.text
    assert lines(shopper) == [(number, 1, 55000)]


@on_both_databases
def test_a_form_sent_sixteen_times_at_once_puts_one_line_there(shop: Flask, shopper: FlaskClient) -> None:
    token = hidden(shopper.get(f"/configure/bike?{CITY}"))["token"]
    put(shopper, token=token)
    cookie = shopper.get_cookie("visitor")
    assert cookie

    def press(_number: int) -> int:
        hand = a_shopper(shop)
        hand.set_cookie("visitor", cookie.value)
        return put(hand, GRAVEL, token).status_code

    with ThreadPoolExecutor(16) as hands:
        assert set(hands.map(press, range(16))) == {303}
    assert len(lines(shopper)) == 2  # the same page, but another address: another thing


def test_what_was_taken_out_can_be_put_back_for_a_while(shopper: FlaskClient) -> None:
    put(shopper)
    [(number, _, _)] = lines(shopper)
    change(shopper, number, "removal")
    assert lines(shopper) == []
    assert f'data-removed="{number}"' in shopper.get("/cart").text
    change(shopper, number, "return")
    assert lines(shopper) == [(number, 1, 55000)]
    change(shopper, number, "removal")
    with time_machine.travel(clock.now() + cart_line.CAN_RETURN_FOR + timedelta(minutes=1)):
        assert "data-removed" not in shopper.get("/cart").text


def test_a_cart_is_nobody_elses(shop: Flask, shopper: FlaskClient) -> None:
    put(shopper)
    [(number, _, _)] = lines(shopper)
    stranger = a_shopper(shop)
    put(stranger, GRAVEL)
    for act in ("quantity", "removal", "return"):
        assert change(stranger, number, act, quantity="2").status_code == 404
    assert lines(shopper) == [(number, 1, 55000)]


def test_there_is_room_for_so_many_lines(shop: Flask, shopper: FlaskClient) -> None:
    for number in range(MOST_LINES + 1):
        put(shopper, token=f"{number:020}")
    page = shopper.get("/cart").text
    assert page.count('data-standing="ready"') == MOST_LINES
    assert f"There is room for {MOST_LINES} lines" in page


def test_the_cart_asks_the_price_of_the_day_and_says_what_changed(shop: Flask, shopper: FlaskClient) -> None:
    put(shopper)
    publish(shop, a_bicycle(city="530.00"))
    [(_, _, amount)] = lines(shopper)
    assert amount == 58000
    page = shopper.get("/cart").text
    assert 'data-rise="3000"' in page
    assert "€500.00 → €530.00" in page


def test_a_line_that_cannot_be_had_any_more_does_not_hold_up_the_others(
    shop: Flask, shopper: FlaskClient
) -> None:
    put(shopper)
    put(shopper, GRAVEL)
    publish(shop, a_bicycle(without="rack.rear"))
    [(first, _, amount), (_, _, other)] = lines(shopper)
    assert (amount, other) == (None, 94000)
    page = shopper.get("/cart").text
    assert "No longer made: Rear rack." in re.sub(r"\s+", " ", page)
    assert "/configure/bike?model=city&amp;rack=rear" in page
    assert 'data-staying="1"' in shopper.get("/cart/checkout").text
    assert order(shopper, cart_form(shopper)).status_code == 303
    [placed] = orders(shop)
    assert placed.total == 94000 + 2900
    assert [number for number, _, _ in lines(shopper)] == [first]
    assert order(shopper, ENTRIES | {"token": "t" * 20}).location == "/cart"


def test_a_build_is_put_there_as_it_is_and_at_its_promised_price(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper, "Daily ride")
    form = re.search(r'action="[^"]*/promises".*?</form>', shopper.get(build).text, re.DOTALL)
    assert form
    shopper.post(f"{build}/promises", data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])))
    assert shopper.post(f"{build}/cart-lines", data={"token": "t" * 20}).status_code == 303
    publish(shop, a_bicycle(city="700.00"))
    [(number, _, amount)] = lines(shopper)
    assert amount == 55000
    page = shopper.get("/cart").text
    assert "Daily ride" in page
    assert 'data-promise="holds"' in page
    change(shopper, number, "quantity", quantity="2")
    assert order(shopper, cart_form(shopper)).status_code == 303
    [placed] = orders(shop)
    assert (placed.lines[0].quote_code is not None, placed.total) == (True, 110000 + 2900)


def test_a_build_that_is_deleted_leaves_its_line(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper, "Daily ride")
    shopper.post(f"{build}/cart-lines", data={"token": "t" * 20})
    shopper.post(f"{build}/removal")
    assert [amount for _, _, amount in lines(shopper)] == [55000]


def test_a_private_link_that_was_withdrawn_is_not_learnt_from_a_cart(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper, "Daily ride")
    friend = a_shopper(shop)
    friend.post(f"{build}/cart-lines", data={"token": "t" * 20})
    page = friend.get("/cart").text
    assert "Daily ride" in page
    assert "/builds/" not in page.replace('href="/builds"', "")


@pytest.mark.parametrize("choices", ["frame=carbon&rack=rear", "model=city&wings=two"])
def test_what_cannot_be_made_is_not_put_there(shopper: FlaskClient, choices: str) -> None:
    answer = shopper.post(f"/cart/lines/bike?{choices}", data={"token": "t" * 20})
    assert answer.status_code == 409
    assert "/configure/bike" in answer.text
    assert lines(shopper) == []


@on_both_databases
def test_a_guests_cart_goes_with_them_when_they_sign_in(shop: Flask, shopper: FlaskClient) -> None:
    put(shopper)
    cookie = shopper.get_cookie("visitor")
    with shop.app_context(), database_of(shop).writing() as session:
        guest = read(cookie.value, "for tests") if cookie else None
        who = customer.proven(session, "anna@example.com", language="en", at=clock.now())
        claim.claim(session, guest and guest.name, who.owner)
    anna = a_customer(shop)
    assert [amount for _, _, amount in lines(anna)] == [55000]
    assert lines(shopper) == []


# What is shown is what is ordered.


@on_both_databases
@pytest.mark.parametrize("change_of", ["price", "pieces", "removal", "addition"])
def test_a_cart_that_changed_is_shown_again_before_it_is_ordered(
    shop: Flask, shopper: FlaskClient, change_of: str
) -> None:
    put(shopper)
    put(shopper, GRAVEL)
    form = cart_form(shopper)
    [(first, _, _), _] = lines(shopper)
    if change_of == "price":
        publish(shop, a_bicycle(city="530.00"))
    elif change_of == "pieces":
        change(shopper, first, "quantity", quantity="2")
    elif change_of == "removal":
        change(shopper, first, "removal")
    else:
        put(shopper, "model=gravel")
    answer = order(shopper, form)
    assert answer.status_code == 409
    assert "Please confirm once more" in answer.text
    assert orders(shop) == []
    again = {name: value for name, value in hidden(answer).items() if name != "csrf_token"}
    assert order(shopper, ENTRIES | again).status_code == 303
    [placed] = orders(shop)
    assert str(placed.total) == again["shown_total"]


@on_both_databases
def ways(client: FlaskClient) -> list[tuple[str, int, int]]:
    """What would come sooner, as the checkout of the cart says it: group, days, minor units."""
    page = client.get("/cart/checkout").text
    found = re.findall(r'data-sooner="(\w+)" data-days="(\d+)" data-delta="(-?\d+)"', page)
    return [(group, int(days), int(delta)) for group, days, delta in found]


def test_what_would_bring_all_of_it_forward_is_named_with_its_line(shopper: FlaskClient) -> None:
    put(shopper)
    assert ways(shopper) == []
    put(shopper, "model=gravel&frame=carbon")
    number = lines(shopper)[1][0]
    change(shopper, number, "quantity", quantity="2")
    [(group, days, delta)] = ways(shopper)
    assert (group, delta) == ("frame", -2 * 30000)
    assert days >= 5  # the carbon frame takes five working days more
    page = shopper.get("/cart/checkout").text
    aside = page[page.index('class="sooner"') :]
    assert "<strong>Bicycle, Gravel</strong>" in aside
    assert "Steel" in aside.partition("</aside>")[0]
    put(shopper, "model=city&frame=carbon")  # two that take as long: no single change helps
    assert ways(shopper) == []


def presses(client: FlaskClient, answer: TestResponse | None = None) -> dict[str, str]:
    """What the buttons send that change the goods at the checkout, by their names."""
    page = (answer or client.get("/cart/checkout")).text
    found = re.findall(r'name="(exchange|take_back)" value="([^"]+)"', page)
    return {name: html.unescape(value) for name, value in found}


def windows(page: str) -> list[tuple[str, bool]]:
    """The windows that a checkout offers, and which of them is chosen."""
    return [(code, bool(chosen)) for code, chosen in re.findall(r'data-window="([^"]+)" (checked)?', page)]


@on_both_databases
def test_what_comes_sooner_takes_the_place_of_its_line_in_one_press_and_goes_in_another(
    shop: Flask, shopper: FlaskClient
) -> None:
    put(shopper, "model=gravel&frame=carbon")
    [(old, _, dear)] = lines(shopper)
    change(shopper, old, "quantity", quantity="2")
    [(_, days, delta)] = ways(shopper)
    soonest = windows(shopper.get("/cart/checkout").text)[0][0]
    form = cart_form(shopper, name="Somebody Typed", confirm="y", window=soonest)
    assert presses(shopper) == {"exchange": f"{old}?model=gravel&frame=steel"}
    for _press in range(2):  # pressed twice, done once
        answer = order(shopper, form | {"exchange": f"{old}?model=gravel&frame=steel"})
        assert (answer.status_code, answer.location) == (303, "/cart/checkout")
        [(new, pieces, amount)] = lines(shopper)
        assert (pieces, amount) == (2, 2 * (dear or 0) + delta)
        assert new != old
        if not _press:
            told = shopper.get("/cart/checkout").text
    assert ways(shopper) == []
    assert "Somebody Typed" in told
    assert f"{days} days sooner" in told
    free = windows(told)
    assert [code for code, is_chosen in free if is_chosen] == [free[0][0]], (
        "the soonest, not what was it before"
    )
    assert free[0][0] < soonest
    assert not re.search(r'id="confirm"[^>]*checked', told)  # what we fill in may be something else
    assert "Somebody Typed" not in str(shopper.get_cookie("lekalo"))
    assert orders(shop) == []
    # The page before, sent as it was: it says something else than what is in the cart now.
    stale = order(shopper, form | {"confirm": "y", "accept": "y"})
    assert stale.status_code == 409
    assert order(shopper, form | {"take_back": f"{old}.{new}"}).status_code == 303
    back = shopper.get("/cart/checkout")
    assert "What you order has been changed." in back.text
    assert [(number, pieces) for number, pieces, _ in lines(shopper)] == [(old, 2)]
    # More was typed than a browser carries: the page itself is the answer, and it has all of it.
    note = "".join(map(chr, random.Random(1).choices(range(0x4E00, 0x9FFF), k=1000)))
    again = order(shopper, form | {"exchange": presses(shopper, back)["exchange"], "note": note})
    assert again.status_code == 200
    assert note in again.text
    assert [number for number, _, _ in lines(shopper)] == [new]


def test_a_line_of_a_build_stays_of_it_when_something_sooner_takes_its_place(
    shopper: FlaskClient,
) -> None:
    build = a_saved_build(shopper, "Fast one", "model=gravel&frame=carbon")
    shopper.post(f"{build}/cart-lines", data={"token": "t" * 20})
    link = f'<a href="{build}">Fast one</a>'
    assert link in shopper.get("/cart").text
    order(shopper, cart_form(shopper) | {"exchange": presses(shopper)["exchange"]})
    page = shopper.get("/cart").text
    assert link in page
    assert "Steel" in page


def test_nobody_exchanges_what_is_not_in_their_cart(shop: Flask, shopper: FlaskClient) -> None:
    put(shopper, "model=gravel&frame=carbon")
    [(number, _, _)] = lines(shopper)
    stranger = a_shopper(shop)
    put(stranger, CITY)
    for said in ({"exchange": f"{number}?model=city"}, {"take_back": f"{number}.{number}"}):
        assert order(stranger, cart_form(stranger) | said).status_code == 404
    for odd in ("", "x?model=city", f"{number}0000000000?model=city"):
        assert order(shopper, cart_form(shopper) | {"exchange": odd}).status_code == 404
    assert [one for one, _, _ in lines(shopper)] == [number]
    change(shopper, number, "removal")
    put(shopper, CITY)
    left = lines(shopper)
    assert order(shopper, cart_form(shopper) | {"exchange": f"{number}?model=city"}).status_code == 303
    assert lines(shopper) == left


def test_two_tabs_order_a_cart_once(shop: Flask, shopper: FlaskClient) -> None:
    put(shopper)
    put(shopper, GRAVEL)
    forms = [cart_form(shopper) for _ in range(8)]
    cookie = shopper.get_cookie("visitor")
    assert cookie

    def press(form: dict[str, str]) -> int:
        hand = a_shopper(shop)
        hand.set_cookie("visitor", cookie.value)
        return order(hand, form).status_code

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(press, forms * 2))
    assert set(answers) <= {303, 409}
    assert len(orders(shop)) == 1
    assert lines(shopper) == []


@on_both_databases
def test_sixteen_shoppers_who_press_twice_make_sixteen_orders(shop: Flask) -> None:
    def shop_and_press_twice(number: int) -> None:
        shopper = a_shopper(shop)
        put(shopper)
        put(shopper, GRAVEL)
        form = cart_form(shopper, email=f"shopper{number}@example.com")
        cookie = shopper.get_cookie("visitor")
        assert cookie
        hands = [a_shopper(shop) for _ in range(2)]
        for hand in hands:
            hand.set_cookie("visitor", cookie.value)
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(lambda hand: order(hand, form), hands))
        assert [answer.status_code for answer in answers] == [303, 303]

    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(shop_and_press_twice, range(16)))
    placed = orders(shop)
    assert len(placed) == 16
    assert {one.total for one in placed} == {55000 + 94000 + 2900}
    with database_of(shop).reading() as session:
        assert session.exec(select(func.count()).select_from(CartLine)).one() == 0


def test_all_orders_of_carts_come_out_again(shop: Flask, shopper: FlaskClient) -> None:
    put(shopper)
    put(shopper, GRAVEL)
    [(first, _, _), _] = lines(shopper)
    change(shopper, first, "quantity", quantity="7")
    order(shopper, cart_form(shopper, country="AT", postcode="1010"))
    answer = shop.test_cli_runner().invoke(args=["totals", "check"])
    assert answer.output.endswith(" 0 differences\n"), answer.output
