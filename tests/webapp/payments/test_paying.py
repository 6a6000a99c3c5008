"""Paying by card: asked for once, however often the button is pressed and whatever is lost on the way."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.databases import on_both_databases
from tests.stripe_stand_in.api import StandIn
from tests.webapp.payments.till import (
    BOUNCING_DEBIT,
    CARD,
    DEBIT,
    DECLINED,
    TOTAL,
    Bought,
    buy,
    intent_of,
    known,
    post_without_hesitation,
)
from tests.webapp.shopping import a_bicycle, a_placed_order, a_shopper, publish
from webapp import clock
from webapp.account import reconciliation
from webapp.sales.order_state import State


@pytest.fixture
def bought(shop: Flask, stripe: StandIn) -> Bought:
    return buy(shop)


def test_an_order_leads_straight_to_the_page_on_which_it_is_paid(shop: Flask, stripe: StandIn) -> None:
    page = a_placed_order(a_shopper(shop))
    assert page.startswith(f"{stripe.address}/c/pay/cs_test_")
    [session] = [one for one in stripe.account.sessions.values() if page.endswith(one["id"])]
    intent = intent_of(shop, session["client_reference_id"])
    assert session["amount_total"] == intent.amount == TOTAL
    assert session["currency"] == "eur"
    assert session["metadata"] == {"order": session["client_reference_id"], "intent": intent.code}
    assert session["expires_at"] == int(intent.expires_at.timestamp())
    assert session["customer_email"] == "anna@example.com"
    assert intent.session_id == session["id"]


@on_both_databases
def test_a_good_card_pays_and_one_letter_says_so(bought: Bought, stripe: StandIn) -> None:
    page = bought.pay()
    assert stripe.account.pay(page, DECLINED) == "Your card was declined."
    assert stripe.account.pay(page, CARD) == ""
    assert known(bought.shop, bought.number).state is State.PLACED  # nobody has told us yet
    post_without_hesitation(stripe)
    after = known(bought.shop, bought.number)
    assert (after.state, after.balance.received, after.intents) == (State.PAID, TOTAL, ["paid"])
    assert after.letters == 1
    bought.pay()  # nothing to pay: leads back to the order
    assert known(bought.shop, bought.number) == after


def test_the_button_leads_to_the_same_page_however_often_it_is_pressed(
    bought: Bought, stripe: StandIn
) -> None:
    before = len(stripe.account.sessions)
    assert len({bought.pay() for _ in range(3)}) == 1
    assert len(stripe.account.sessions) == before


@on_both_databases
def test_pressed_by_eight_at_once_it_makes_one_page(shop: Flask, stripe: StandIn) -> None:
    bought = buy(shop)
    stripe.account.expire(bought.pay())
    post_without_hesitation(stripe)
    before, pages = len(stripe.account.sessions), []

    def press() -> None:
        shopper = shop.test_client()
        pages.append(shopper.post(f"{bought.address}/payments").location)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 8
    assert len(stripe.account.sessions) == before + 1
    assert known(shop, bought.number).intents == ["expired", "open"]


@on_both_databases
def test_a_lost_answer_is_asked_for_again_with_the_same_key(shop: Flask, stripe: StandIn) -> None:
    before = len(stripe.account.sessions)
    stripe.lose = 2  # the client itself tries twice
    address = a_placed_order(a_shopper(shop))
    assert address.startswith("/orders/")
    assert len(stripe.account.sessions) == before + 1
    bought = Bought(shop, a_shopper(shop), address, number_on(shop, address))
    assert known(shop, bought.number).intents == ["created"]
    page = bought.pay()
    assert page.startswith("cs_test_")
    assert len(stripe.account.sessions) == before + 1
    assert known(shop, bought.number).intents == ["open"]


def number_on(shop: Flask, address: str) -> str:
    return a_shopper(shop).get(address).text.partition('data-order="')[2].partition('"')[0]


@on_both_databases
def test_reconciling_repeats_what_was_not_answered(shop: Flask, stripe: StandIn) -> None:
    stripe.lose = 2
    address = a_placed_order(a_shopper(shop))
    number = number_on(shop, address)
    before = len(stripe.account.sessions)
    with shop.app_context():
        assert reconciliation.reconcile(at=clock.now()).intents == 0  # too young: somebody may be at it
        report = reconciliation.reconcile(at=clock.now() + timedelta(minutes=5))
    assert (report.intents, report.unknown) == (1, 0)
    assert len(stripe.account.sessions) == before
    assert known(shop, number).intents == ["open"]


@on_both_databases
def test_reconciling_finds_what_no_message_told(bought: Bought, stripe: StandIn) -> None:
    stripe.account.pay(bought.pay(), CARD)
    lost = stripe.post.waiting[:]
    stripe.post.waiting.clear()
    runner = bought.shop.test_cli_runner()
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        result = runner.invoke(args=["payments", "reconcile"])
    assert result.output.startswith("1 payments and 0 refunds looked at, 0 still unknown")
    after = known(bought.shop, bought.number)
    assert (after.state, after.letters) == (State.PAID, 1)
    assert set(stripe.post.release(lost)) == {200}  # they come after all
    assert known(bought.shop, bought.number) == after


def test_what_cannot_be_reached_stays_unknown_and_says_so(bought: Bought, stripe: StandIn) -> None:
    bought.pay()
    stripe.key = "sk_test_another"
    try:
        with bought.shop.app_context():
            report = reconciliation.reconcile(at=clock.now() + timedelta(minutes=5))
    finally:
        stripe.key = "sk_test_of_the_tests"
    assert report.intents == 1
    assert known(bought.shop, bought.number).intents == ["open"]


@on_both_databases
def test_who_comes_back_before_the_message_is_believed_only_what_stripe_says(
    bought: Bought, stripe: StandIn
) -> None:
    page = bought.pay()
    back = f"{bought.address}/payments/{intent_of(bought.shop, bought.number).code}"
    assert "We are confirming your payment" in bought.shopper.get(back).text
    asked = len(stripe.asked)
    bought.shopper.get(back)
    assert len(stripe.asked) == asked  # once is enough
    assert known(bought.shop, bought.number).intents == ["open"]
    stripe.account.pay(page, CARD)
    post_without_hesitation(stripe)
    assert bought.shopper.get(back).location == bought.address
    asked_by_htmx = bought.shopper.get(back, headers={"HX-Request-Type": "partial"})
    assert asked_by_htmx.headers["HX-Redirect"] == bought.address


@on_both_databases
def test_coming_back_takes_down_what_is_paid_and_the_message_changes_nothing(
    bought: Bought, stripe: StandIn
) -> None:
    stripe.account.pay(bought.pay(), CARD)
    back = f"{bought.address}/payments/{intent_of(bought.shop, bought.number).code}"
    assert bought.shopper.get(back).location == bought.address
    after = known(bought.shop, bought.number)
    assert (after.state, after.letters) == (State.PAID, 1)
    post_without_hesitation(stripe)
    assert known(bought.shop, bought.number) == after


def test_a_payment_is_seen_by_who_has_its_order_alone(shop: Flask, stripe: StandIn) -> None:
    one, other = buy(shop), buy(shop)
    code = intent_of(shop, one.number).code
    assert one.shopper.get(f"{other.address}/payments/{code}").status_code == 404
    assert one.shopper.get(f"{one.address}/payments/nothing").status_code == 404


@on_both_databases
def test_whoever_abandons_pays_on_a_new_page(bought: Bought, stripe: StandIn) -> None:
    first = bought.pay()
    stripe.account.expire(first)
    post_without_hesitation(stripe)
    assert known(bought.shop, bought.number).intents == ["expired"]
    second = bought.pay()
    assert second != first
    stripe.account.pay(second, CARD)
    post_without_hesitation(stripe)
    after = known(bought.shop, bought.number)
    assert (after.state, after.intents) == (State.PAID, ["expired", "paid"])


def test_who_comes_back_to_a_page_that_is_about_to_end_gets_a_new_one(
    bought: Bought, stripe: StandIn
) -> None:
    first = bought.pay()
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=55)):
        second = bought.pay()
    assert second != first
    assert known(bought.shop, bought.number).intents == ["expired", "open"]
    assert stripe.account.pay(first, CARD) == "You're all done here."


@on_both_databases
def test_completed_is_not_paid_until_the_bank_says_so(shop: Flask, stripe: StandIn) -> None:
    good, bad = buy(shop), buy(shop)
    for bought, debit in ((good, DEBIT), (bad, BOUNCING_DEBIT)):
        page = bought.pay()
        stripe.account.pay(page, debit)
        post_without_hesitation(stripe)
        before = known(shop, bought.number)
        assert (before.state, before.intents, before.letters) == (State.PLACED, ["pending"], 0)
        assert not bought.pay().startswith("cs_")  # nobody shall pay twice
        stripe.account.clear(page)
        post_without_hesitation(stripe)
    assert known(shop, good.number).state is State.PAID
    after = known(shop, bad.number)
    assert (after.state, after.intents) == (State.PLACED, ["failed"])
    assert bad.pay().startswith("cs_test_")


@on_both_databases
@pytest.mark.parametrize("deposit", [30])
def test_a_deposit_then_the_rest(shop: Flask, stripe: StandIn) -> None:
    bought = buy(shop)
    stripe.account.pay(bought.pay("deposit"), CARD)
    post_without_hesitation(stripe)
    half = known(shop, bought.number)
    assert (half.state, half.balance.received, half.balance.due) == (State.DEPOSIT, 17370, TOTAL - 17370)
    assert "data-due" in bought.shopper.get(bought.address).text
    stripe.account.pay(bought.pay(), CARD)
    post_without_hesitation(stripe)
    whole = known(shop, bought.number)
    assert (whole.state, whole.balance.due, whole.intents, whole.letters) == (State.PAID, 0, ["paid"] * 2, 2)


@pytest.mark.parametrize("deposit", [30])
def test_who_would_rather_pay_all_at_once_may(shop: Flask, stripe: StandIn) -> None:
    bought = buy(shop)
    deposit = stripe.account.sessions[bought.pay("deposit")]
    whole = stripe.account.sessions[bought.pay("full")]
    assert (deposit["amount_total"], whole["amount_total"]) == (17370, TOTAL)
    assert deposit["status"] == "expired"  # nobody pays both


def test_a_refused_page_is_said_and_can_be_tried_again(shop: Flask, stripe: StandIn) -> None:
    stripe.key = "sk_test_another"
    try:
        address = a_placed_order(a_shopper(shop))
    finally:
        stripe.key = "sk_test_of_the_tests"
    assert address.startswith("/orders/")
    bought = Bought(shop, a_shopper(shop), address, number_on(shop, address))
    assert known(shop, bought.number).intents == ["failed"]
    assert bought.pay().startswith("cs_test_")


def test_without_keys_nothing_leaves_the_house(app: Flask) -> None:
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    address = a_placed_order(shopper)
    assert address.startswith("/orders/")
    assert shopper.post(f"{address}/payments").location == address
    assert shopper.post("/webhooks/stripe", data="{}").status_code == 400
