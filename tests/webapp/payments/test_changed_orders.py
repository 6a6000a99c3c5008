"""An order that is changed or cancelled is never paid at what it cost before; what it costs then is offered."""

import re

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.stripe_stand_in.api import StandIn
from tests.webapp.payments.till import CARD, TOTAL, Bought, buy, known, post_without_hesitation
from tests.webapp.shopping import a_colleague, database_of, hidden
from webapp import clock
from webapp.account import reconciliation
from webapp.sales.order_state import State
from webapp.sales.payment import Payment

CARBON, PLAIN = "model=city&frame=carbon", "model=city"
RISE, FALL = 25000, 5000


@pytest.fixture
def bought(shop: Flask, stripe: StandIn) -> Bought:
    return buy(shop)


def change(bought: Bought, choices: str, position: int = 1) -> int:
    place = f"{bought.address}/lines/{position}/change"
    form = dict(
        re.findall(r'name="(token|shown)" value="([^"]+)"', bought.shopper.get(f"{place}?{choices}").text)
    )
    return bought.shopper.post(f"{place}-confirmation?{choices}", data=form).status_code


def cancel(bought: Bought) -> int:
    form = hidden(bought.shopper.get(f"{bought.address}/cancellation"))
    return bought.shopper.post(f"{bought.address}/cancellation", data=form).status_code


def sessions(stripe: StandIn, bought: Bought) -> list[tuple[int, str]]:
    """Amount and status of each page on which the order could ever be paid."""
    return [
        (one["amount_total"], one["status"])
        for one in stripe.account.sessions.values()
        if one["client_reference_id"] == bought.number
    ]


@on_both_databases
def test_the_page_with_the_old_total_is_closed_before_the_order_becomes_another(
    bought: Bought, stripe: StandIn
) -> None:
    old = bought.pay()
    assert change(bought, CARBON) == 303
    assert sessions(stripe, bought) == [(TOTAL, "expired")]
    assert stripe.account.pay(old, CARD) != ""  # who has it open in another tab cannot pay there
    stripe.account.pay(bought.pay(), CARD)
    post_without_hesitation(stripe)
    assert sessions(stripe, bought) == [(TOTAL, "expired"), (TOTAL + RISE, "complete")]
    now = known(bought.shop, bought.number)
    assert (now.state, now.balance.received, now.balance.due) == (State.PAID, TOTAL + RISE, 0)


@on_both_databases
def test_what_a_change_adds_is_paid_by_its_button(bought: Bought, stripe: StandIn) -> None:
    stripe.account.pay(bought.pay(), CARD)
    post_without_hesitation(stripe)
    assert change(bought, CARBON) == 303
    page = bought.shopper.get(bought.address).text
    assert "Pay the difference: €250.00" in page
    stripe.account.pay(bought.pay("top-up"), CARD)
    post_without_hesitation(stripe)
    now = known(bought.shop, bought.number)
    assert (now.state, now.balance.received) == (State.PAID, TOTAL + RISE)
    assert sessions(stripe, bought) == [(TOTAL, "complete"), (RISE, "complete")]


@on_both_databases
def test_what_a_change_leaves_over_goes_back_at_one_press(bought: Bought, stripe: StandIn) -> None:
    stripe.account.pay(bought.pay(), CARD)
    post_without_hesitation(stripe)
    assert change(bought, PLAIN) == 303
    assert f'data-goes-back="{FALL}"' in bought.shopper.get(bought.address).text
    desk, place = a_colleague(bought.shop), f"/staff/orders/{bought.number}"
    form = dict(
        re.findall(
            r'name="(token|shown)" value="([^"]+)"', desk.get(place).text.partition("data-give-back")[2]
        )
    )
    assert form["shown"] == str(FALL)
    for _ in range(2):  # pressed twice, sent once
        assert desk.post(f"{place}/refund", data=form).status_code == 303
    now = known(bought.shop, bought.number)
    assert now.refunds == [(FALL, "succeeded")]
    assert (now.state, now.balance.over, now.balance.due) == (State.PAID, 0, 0)


@on_both_databases
def test_a_fee_is_kept_and_the_rest_of_several_payments_goes_back_at_one_press(
    bought: Bought, stripe: StandIn
) -> None:
    desk, place = a_colleague(bought.shop), f"/staff/orders/{bought.number}"
    desk.post(f"{place}/payments", data={"token": "a-token-of-a-form-0001", "amount": "100"})
    stripe.account.pay(bought.pay(), CARD)
    post_without_hesitation(stripe)
    desk.post(f"{place}/steps/production")
    assert cancel(bought) == 303
    fee = TOTAL * 30 // 100
    page = bought.shopper.get(bought.address).text
    assert f'data-goes-back="{TOTAL - fee}"' in page
    assert f'data-fee="{fee}"' in page
    form = dict(
        re.findall(
            r'name="(token|shown)" value="([^"]+)"', desk.get(place).text.partition("data-give-back")[2]
        )
    )
    assert (
        desk.post(f"{place}/refund", data=form | {"shown": "1"}).status_code == 409
    )  # not what stands there
    assert known(bought.shop, bought.number).refunds == []
    assert desk.post(f"{place}/refund", data=form).status_code == 303
    now = known(bought.shop, bought.number)
    assert now.balance.sent_back == TOTAL - fee
    assert now.state is State.REFUNDED
    with database_of(bought.shop).reading() as session:
        for payment in session.exec(select(Payment)):
            assert payment.sent_back <= payment.amount


def test_who_pays_while_the_order_changes_is_shown_what_is_due_first(bought: Bought, stripe: StandIn) -> None:
    stripe.account.pay(bought.pay(), CARD)  # no message has come yet
    form_is_over = change(bought, CARBON)
    assert form_is_over == 303  # what was paid was found out before, and counts
    now = known(bought.shop, bought.number)
    assert (now.balance.received, now.balance.due) == (TOTAL, RISE)


@on_both_databases
def test_nobody_pays_for_what_its_shopper_has_cancelled(bought: Bought, stripe: StandIn) -> None:
    bought.pay()
    assert cancel(bought) == 303
    assert sessions(stripe, bought) == [(TOTAL, "expired")]


def test_a_page_that_cannot_be_closed_keeps_the_order_as_it_is(bought: Bought, stripe: StandIn) -> None:
    bought.pay()
    stripe.lose = 2
    stripe.key = "sk_test_another"
    try:
        assert change(bought, CARBON) == 409
    finally:
        stripe.key, stripe.lose = "sk_test_of_the_tests", 0
    assert known(bought.shop, bought.number).balance.total == TOTAL
    assert change(bought, CARBON) == 303


def test_what_was_opened_meanwhile_is_closed_by_reconciling(
    bought: Bought, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought.pay()
    monkeypatch.setattr("webapp.account.paying.close_live", lambda *_, **__: None)
    monkeypatch.setattr("webapp.account.paying.close", lambda *_, **__: None)
    assert change(bought, CARBON) == 303
    monkeypatch.undo()
    assert sessions(stripe, bought) == [(TOTAL, "open")]
    with bought.shop.app_context():
        reconciliation.reconcile(at=clock.now() + reconciliation.SOON * 2)
    assert sessions(stripe, bought) == [(TOTAL, "expired")]
