"""Messages of Stripe: whatever order they come in, however often, whoever forges them, one state is right."""

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.databases import on_both_databases
from tests.stripe_stand_in.api import StandIn
from tests.stripe_stand_in.post import Message, written
from tests.webapp.payments.till import (
    BOUNCING_DEBIT,
    CARD,
    DEBIT,
    DECLINED,
    SECRET,
    TOTAL,
    Bought,
    Known,
    a_bare_order,
    buy,
    intent_of,
    known,
    post_without_hesitation,
)
from webapp import clock
from webapp.account import paying, settling
from webapp.sales.order_state import State

SCENARIOS = 10


@pytest.fixture
def bought(shop: Flask, stripe: StandIn) -> Bought:
    return buy(shop)


def hear(shop: Flask, message: Message, signature: str | None = None) -> int:
    headers = {"Stripe-Signature": message.signed(SECRET) if signature is None else signature}
    answer = shop.test_client().post(
        "/webhooks/stripe", data=message.body, headers=headers, content_type="application/json"
    )
    assert "Set-Cookie" not in answer.headers
    return answer.status_code


def a_page(shop: Flask, number: str) -> str:
    """The name of the page on which an order is paid."""
    with shop.test_request_context():
        return paying.page_for(number, None, at=clock.now()).rpartition("/")[2]


def forged(message: Message) -> list[tuple[bytes, str]]:
    """The same message as somebody else would send it."""
    foreign = json.loads(message.body) | {"id": "evt_foreign", "account": "acct_1Foreign"}
    live = json.loads(message.body) | {"id": "evt_live", "livemode": True}
    signed = [Message("", "", json.dumps(each).encode()) for each in (foreign, live)]
    return [
        (message.body, message.signed("whsec_of_somebody_else")),
        (message.body, message.signed(SECRET, time.time() - 301)),
        (message.body, message.signed(SECRET, time.time() + 3600)),
        (message.body.replace(b'"paid"', b'"PAID"') + b" ", message.signed(SECRET)),
        (message.body, ""),
        (message.body, "t=1,v1=2"),
        (message.body, "nonsense"),
        (b"not json", Message("", "", b"not json").signed(SECRET)),
        (b"[]", Message("", "", b"[]").signed(SECRET)),
        (b"{}", Message("", "", b"{}").signed(SECRET)),
        *((each.body, each.signed(SECRET)) for each in signed),
    ]


@on_both_databases
def test_a_forged_message_changes_nothing(bought: Bought, stripe: StandIn) -> None:
    stripe.account.pay(bought.pay(), CARD)
    before = known(bought.shop, bought.number)
    for message in stripe.post.waiting:
        for body, signature in forged(message):
            assert hear(bought.shop, Message("", "", body), signature) == 400
    assert known(bought.shop, bought.number) == before
    post_without_hesitation(stripe)  # nor does it keep out the true one
    assert known(bought.shop, bought.number).state is State.PAID


@on_both_databases
def test_eight_at_once_with_the_same_message_pay_once(bought: Bought, stripe: StandIn) -> None:
    stripe.account.pay(bought.pay(), CARD)
    [completed] = [one for one in stripe.post.waiting if one.type == "checkout.session.completed"]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(hear(bought.shop, completed))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    after = known(bought.shop, bought.number)
    assert (after.balance.received, after.letters) == (TOTAL, 1)


@on_both_databases
@pytest.mark.parametrize("change", [{"amount_total": 1}, {"currency": "usd"}, {"payment_intent": None}])
def test_what_is_not_what_we_asked_for_is_shown_and_not_counted(
    bought: Bought, stripe: StandIn, change: dict[str, Any]
) -> None:
    page = bought.pay()
    stripe.account.pay(page, CARD)
    stripe.post.waiting.clear()
    session = stripe.account.shown(stripe.account.sessions[page])
    assert hear(bought.shop, written("checkout.session.completed", session | change)) == 200
    after = known(bought.shop, bought.number)
    assert (after.state, after.balance.received, after.odd, after.letters) == (State.PLACED, 0, 1, 0)
    assert hear(bought.shop, written("checkout.session.completed", session)) == 200  # the true one counts
    assert known(bought.shop, bought.number).balance.received == TOTAL


@on_both_databases
def test_another_page_for_the_same_intent_is_not_counted(bought: Bought, stripe: StandIn) -> None:
    page = bought.pay()
    stripe.account.pay(page, CARD)
    stripe.post.waiting.clear()
    session = stripe.account.shown(stripe.account.sessions[page]) | {"id": "cs_test_of_somebody"}
    assert hear(bought.shop, written("checkout.session.completed", session)) == 200
    after = known(bought.shop, bought.number)
    assert (after.state, after.odd, after.intents) == (State.PLACED, 1, ["open"])


def test_what_is_not_ours_is_kept_and_changes_nothing(bought: Bought, stripe: StandIn) -> None:
    page = bought.pay()
    before = known(bought.shop, bought.number)
    foreign = stripe.account.shown(stripe.account.sessions[page])
    foreign |= {"id": "cs_test_else", "metadata": {}, "payment_status": "paid", "status": "complete"}
    for message in (
        written("checkout.session.completed", foreign),
        written("plan.created", {"id": "plan_1", "object": "plan"}),
        written("balance.available", {"object": "balance"}),  # has no id
    ):
        assert hear(bought.shop, message) == 200
    assert known(bought.shop, bought.number) == before


def test_an_error_of_ours_makes_stripe_try_again(
    bought: Bought, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe.account.pay(bought.pay(), CARD)
    [completed] = [one for one in stripe.post.waiting if one.type == "checkout.session.completed"]
    bought.shop.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setattr(settling, "post", lambda *_, **__: 1 / 0)  # in the middle of the transaction
        assert hear(bought.shop, completed) == 500
    assert known(bought.shop, bought.number).balance.received == 0
    assert hear(bought.shop, completed) == 200
    assert known(bought.shop, bought.number).letters == 1


# What can happen to one order, as the shopper, their bank, staff and time have it.


def paid(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, CARD)


def declined_then_paid(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, DECLINED)
    stripe.account.pay(page, CARD)


def abandoned(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, DECLINED)
    stripe.account.expire(page)


def debited(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, DEBIT)
    stripe.account.clear(page)


def bounced(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, BOUNCING_DEBIT)
    stripe.account.clear(page)


def still_with_the_bank(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, DEBIT)


def payment_of(stripe: StandIn, page: str) -> str:
    return str(stripe.account.sessions[page]["payment_intent"])


def refunded_at_stripe(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, CARD)
    stripe.account.refund({"payment_intent": payment_of(stripe, page), "amount": 1000})
    stripe.account.refund({"payment_intent": payment_of(stripe, page), "amount": 500})


def refunded_in_vain(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, CARD)
    made = stripe.account.refund({"payment_intent": payment_of(stripe, page), "amount": 1000})
    stripe.account.fail_refund(made["id"])


def disputed(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, CARD)
    stripe.account.dispute(page)


def disputed_and_lost(stripe: StandIn, page: str) -> None:
    stripe.account.pay(page, CARD)
    stripe.account.decide(stripe.account.dispute(page), won=False)


class Right:
    """The one right state after each course of events."""

    def __init__(
        self,
        intent: str,
        received: int = TOTAL,
        refunds: tuple[tuple[int, str], ...] = (),
        disputes: tuple[str, ...] = (),
    ) -> None:
        self.intents, self.received, self.refunds, self.disputes = [intent], received, [*refunds], [*disputes]

    def check(self, now: Known) -> None:
        assert now.intents == self.intents
        assert now.balance.received == self.received
        assert now.refunds == self.refunds
        assert now.disputes == self.disputes
        assert now.letters + 1 == (
            1 if self.received else 0
        )  # these orders had no letter when they were placed
        assert now.odd == 0


COURSES: dict[Callable[[StandIn, str], None], Right] = {
    paid: Right("paid"),
    declined_then_paid: Right("paid"),
    abandoned: Right("expired", 0),
    debited: Right("paid"),
    bounced: Right("failed", 0),
    still_with_the_bank: Right("pending", 0),
    refunded_at_stripe: Right("paid", refunds=((500, "succeeded"), (1000, "succeeded"))),
    refunded_in_vain: Right("paid", refunds=((1000, "failed"),)),
    disputed: Right("paid", disputes=("needs_response",)),
    disputed_and_lost: Right("paid", disputes=("lost",)),
}


@on_both_databases
@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.__name__)
def test_messages_in_any_order_however_often_lead_to_the_one_right_state(
    bought: Bought, stripe: StandIn, course: Callable[[StandIn, str], None]
) -> None:
    chance = random.Random(course.__name__)
    shop = bought.shop
    for _ in range(SCENARIOS):
        number = a_bare_order(shop, bought.number)
        page = a_page(shop, number)
        stripe.post.waiting.clear()
        course(stripe, page)
        told = stripe.post.waiting[:]
        messages = told + chance.choices(told, k=len(told))
        chance.shuffle(messages)
        for message in messages:
            if chance.random() < 0.3:
                body, signature = chance.choice(forged(message))
                assert hear(shop, Message("", "", body), signature) == 400
            assert hear(shop, message) == 200
        COURSES[course].check(known(shop, number))


@on_both_databases
def test_what_comes_late_changes_nothing_about_what_was_paid(bought: Bought, stripe: StandIn) -> None:
    page = bought.pay()
    session = stripe.account.shown(stripe.account.sessions[page])
    stripe.account.pay(page, CARD)
    post_without_hesitation(stripe)
    after = known(bought.shop, bought.number)
    for kind in ("checkout.session.expired", "checkout.session.async_payment_failed"):
        assert hear(bought.shop, written(kind, session | {"status": "expired"})) == 200
    assert known(bought.shop, bought.number) == after
    assert intent_of(bought.shop, bought.number).state == "paid"
