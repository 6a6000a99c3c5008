"""Money at the desk: transfers taken down in part or whole, refunds that never exceed what there is."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.stripe_stand_in.api import StandIn
from tests.webapp.payments.till import (
    CARD,
    TOTAL,
    Bought,
    buy,
    known,
    post_without_hesitation,
)
from tests.webapp.shopping import a_colleague, database_of
from webapp import clock
from webapp.account import reconciliation
from webapp.customers.staff_act import StaffAct
from webapp.sales.dispute import Dispute
from webapp.sales.order_state import State
from webapp.sales.payment import Payment

GOODWILL = {"reason": "goodwill"}


@pytest.fixture
def colleague(shop: Flask) -> FlaskClient:
    return a_colleague(shop)


@pytest.fixture
def bought(shop: Flask, stripe: StandIn) -> Bought:
    return buy(shop)


@pytest.fixture
def paid(bought: Bought, stripe: StandIn) -> Bought:
    stripe.account.pay(bought.pay(), CARD)
    post_without_hesitation(stripe)
    return bought


def refunds_of(bought: Bought) -> str:
    """Where the refund of its first payment is sent."""
    with database_of(bought.shop).reading() as session:
        number = session.exec(select(Payment.id).order_by(Payment.id)).first()  # type: ignore[arg-type]
    return f"/staff/orders/{bought.number}/payments/{number}/refunds"


def mark(number: int = 1) -> str:
    return f"a-token-of-a-form-{number:04}"


def acts(shop: Flask) -> list[tuple[str, int, int]]:
    with database_of(shop).reading() as session:
        return [(one.act, one.before["paid"], one.after["paid"]) for one in session.exec(select(StaffAct))]  # type: ignore[misc]


@on_both_databases
def test_a_transfer_is_taken_down_in_parts_and_each_has_its_letter(
    bought: Bought, colleague: FlaskClient
) -> None:
    place = f"/staff/orders/{bought.number}/payments"
    day = (clock.now() - timedelta(days=3)).date().isoformat()
    for number, (amount, state) in enumerate(
        [("200", State.PART), ("29,50", State.PART), ("349.50", State.PAID)]
    ):
        form = {"token": mark(number), "amount": amount, "received_on": day}
        assert [colleague.post(place, data=form).status_code for _ in range(2)] == [303, 303]  # sent twice
        now = known(bought.shop, bought.number)
        assert (now.state, now.letters) == (state, number + 1)
    assert known(bought.shop, bought.number).balance.received == TOTAL
    assert acts(bought.shop) == [("payment", 0, 20000), ("payment", 20000, 22950), ("payment", 22950, TOTAL)]
    assert colleague.post(place, data={"token": mark(9)}).status_code == 409  # nothing is due
    page = bought.shopper.get(bought.address).text
    assert re.findall(r'data-movement="(-?\d+)"', page) == ["20000", "2950", "34950"]


@on_both_databases
def test_what_is_paid_too_much_is_said_and_given_back(bought: Bought, colleague: FlaskClient) -> None:
    place = f"/staff/orders/{bought.number}/payments"
    colleague.post(place, data={"token": mark(), "amount": "600"})
    assert known(bought.shop, bought.number).balance.over == 60000 - TOTAL
    assert f'data-over="{60000 - TOTAL}"' in bought.shopper.get(bought.address).text
    too_much = colleague.post(
        refunds_of(bought), data={"token": mark(2), "amount": "21.01", "reason": "overpaid"}
    )
    assert too_much.status_code == 409
    assert "At most €21.00 can go back." in too_much.text
    colleague.post(refunds_of(bought), data={"token": mark(3), "amount": "21", "reason": "overpaid"})
    now = known(bought.shop, bought.number)
    assert (now.balance.over, now.balance.due, now.refunds) == (0, 0, [(2100, "succeeded")])
    assert now.state is State.PAID


@pytest.mark.parametrize(
    "amount", ["much", "-5", "1.2.3", "12.345", "0", "1e3", "12,34,56", "99999999999999"]
)
def test_what_is_no_amount_is_said_beside_it_and_kept(
    bought: Bought, colleague: FlaskClient, amount: str
) -> None:
    answer = colleague.post(
        f"/staff/orders/{bought.number}/payments", data={"amount": amount, "note": "n. 12"}
    )
    assert answer.status_code == 422
    assert f'value="{amount}"' in answer.text
    assert 'value="n. 12"' in answer.text
    assert "field-error" in answer.text
    assert known(bought.shop, bought.number).balance.received == 0


def test_a_day_that_has_not_come_is_refused(bought: Bought, colleague: FlaskClient) -> None:
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    answer = colleague.post(f"/staff/orders/{bought.number}/payments", data={"received_on": day})
    assert answer.status_code == 422
    assert "This day has not come yet." in answer.text


@on_both_databases
def test_a_card_payment_goes_back_in_parts_and_never_more_than_there_is(
    paid: Bought, colleague: FlaskClient, stripe: StandIn
) -> None:
    place = refunds_of(paid)
    for number, amount in ((1, "79"), (1, "79"), (2, "300")):
        answer = colleague.post(place, data=GOODWILL | {"token": mark(number), "amount": amount})
        assert answer.status_code == 303
    assert colleague.post(place, data=GOODWILL | {"token": mark(3), "amount": "200.01"}).status_code == 409
    now = known(paid.shop, paid.number)
    assert now.refunds == [(7900, "succeeded"), (30000, "succeeded")]
    assert (now.state, now.balance.held, now.balance.due) == (State.PAID, 20000, 0)
    post_without_hesitation(stripe)  # the messages say nothing new, twice
    assert known(paid.shop, paid.number) == now
    assert [name for name, *_ in acts(paid.shop)] == ["refund", "refund"]
    charge = next(one for one in stripe.account.charges.values() if one["metadata"]["order"] == paid.number)
    assert charge["amount_refunded"] == 37900


@on_both_databases
def test_eight_refunds_at_once_send_back_what_there_is_and_no_more(
    paid: Bought, stripe: StandIn, shop: Flask
) -> None:
    place = refunds_of(paid)
    people = [a_colleague(shop, f"desk{number}@example.com") for number in range(4)]
    answers: list[int] = []

    def refund(number: int) -> None:
        form = GOODWILL | {"token": mark(number), "amount": "100"}
        answers.append(people[number % 4].post(place, data=form).status_code)

    threads = [threading.Thread(target=refund, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] * 5 + [409] * 3
    assert known(shop, paid.number).refunds == [(10000, "succeeded")] * 5
    post_without_hesitation(stripe)
    assert known(shop, paid.number).balance.held == TOTAL - 50000


@on_both_databases
@pytest.mark.parametrize("is_told", [True, False])
def test_a_refund_whose_answer_is_lost_is_made_once(
    paid: Bought, colleague: FlaskClient, stripe: StandIn, is_told: bool
) -> None:
    stripe.lose = 2
    answer = colleague.post(refunds_of(paid), data=GOODWILL | {"token": mark(), "amount": "100"})
    assert answer.status_code == 303
    assert known(paid.shop, paid.number).refunds == [(10000, "requested")]
    assert (
        colleague.post(refunds_of(paid), data=GOODWILL | {"token": mark(2), "amount": "500"}).status_code
        == 409
    )  # what is on its way is gone
    if is_told:
        post_without_hesitation(stripe)
    else:
        with paid.shop.app_context():
            report = reconciliation.reconcile(
                at=clock.now() + timedelta(days=3)
            )  # keys are forgotten by then
        assert (report.refunds, report.unknown) == (1, 0)
    assert known(paid.shop, paid.number).refunds == [(10000, "succeeded")]
    post_without_hesitation(stripe)
    assert (
        len([one for one in stripe.account.refunds.values() if one["metadata"]["order"] == paid.number]) == 1
    )


def test_a_refused_refund_says_so_and_counts_for_nothing(
    paid: Bought, colleague: FlaskClient, stripe: StandIn
) -> None:
    reference = next(
        one["payment_intent"]
        for one in stripe.account.charges.values()
        if one["metadata"]["order"] == paid.number
    )
    stripe.account.refund(
        {"payment_intent": reference}
    )  # somebody did it at Stripe, and we were not told yet
    stripe.post.waiting.clear()
    colleague.post(refunds_of(paid), data=GOODWILL | {"token": mark(), "amount": "100"})
    now = known(paid.shop, paid.number)
    assert now.refunds == [(10000, "failed")]
    assert now.balance.held == TOTAL
    assert "has already been refunded" in colleague.get(f"/staff/orders/{paid.number}").text


@on_both_databases
def test_cancelling_what_is_paid_offers_the_refund(
    paid: Bought, colleague: FlaskClient, stripe: StandIn
) -> None:
    colleague.post(f"/staff/orders/{paid.number}/steps/cancellation")
    page = colleague.get(f"/staff/orders/{paid.number}").text
    assert f'name="shown" value="{TOTAL}"' in page  # at one press; in parts below
    assert f'value="{TOTAL // 100}.00"' in page
    colleague.post(
        refunds_of(paid), data={"token": mark(), "amount": f"{TOTAL // 100}", "reason": "cancelled"}
    )
    now = known(paid.shop, paid.number)
    assert (now.state, now.balance.held) == (State.REFUNDED, 0)


@on_both_databases
def test_what_is_paid_by_transfer_cannot_be_paid_by_card_too(
    bought: Bought, colleague: FlaskClient, stripe: StandIn
) -> None:
    page = bought.pay()
    colleague.post(f"/staff/orders/{bought.number}/payments", data={"token": mark()})
    assert stripe.account.sessions[page]["status"] == "expired"
    assert known(bought.shop, bought.number).intents == ["expired"]


def test_nobody_pays_for_what_was_cancelled(bought: Bought, colleague: FlaskClient, stripe: StandIn) -> None:
    page = bought.pay()
    colleague.post(f"/staff/orders/{bought.number}/steps/cancellation")
    assert stripe.account.pay(page, CARD) == "You're all done here."


def test_a_dispute_and_what_does_not_fit_are_shown_with_the_order(
    paid: Bought, colleague: FlaskClient, stripe: StandIn
) -> None:
    page = next(
        name for name, one in stripe.account.sessions.items() if one["client_reference_id"] == paid.number
    )
    dispute = stripe.account.dispute(page)
    post_without_hesitation(stripe)
    order_file, listed = f"/staff/orders/{paid.number}", "/staff/orders?disputed=1"
    shown = colleague.get(order_file).text
    assert 'data-dispute="needs_response"' in shown
    assert "The customer says that nothing has arrived. Answer the bank at Stripe by" in shown
    for page_with_it in ("/staff/orders", listed):
        assert 'data-disputed="1"' in colleague.get(page_with_it).text
        assert "answer by" in colleague.get(page_with_it).text
    stripe.account.decide(dispute, won=False)
    post_without_hesitation(stripe)
    shown = colleague.get(order_file).text
    assert 'data-dispute="lost"' in shown
    assert "the money is gone" in shown
    assert "data-disputed" not in colleague.get("/staff/orders").text
    assert "No order is like this." in colleague.get(listed).text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("warning_needs_response", "Answer the bank at Stripe by"),
        ("under_review", "It is answered; the bank decides."),
        ("won", "Dispute won"),
        ("warning_closed", "Dispute over, the money stays here"),
        ("prevented", "Dispute over, the money stays here"),
        ("lost", "Dispute over, the money is gone"),
    ],
)
def test_how_far_a_dispute_is_is_said(
    paid: Bought, colleague: FlaskClient, stripe: StandIn, status: str, words: str
) -> None:
    page = next(
        name for name, one in stripe.account.sessions.items() if one["client_reference_id"] == paid.number
    )
    stripe.account.dispute(page)
    post_without_hesitation(stripe)
    with database_of(paid.shop).writing() as session:
        one = session.exec(select(Dispute)).one()
        one.status, one.reason = status, "something_of_tomorrow"
        one.closed_at = None if status in ("warning_needs_response", "under_review") else one.opened_at
    shown = colleague.get(f"/staff/orders/{paid.number}").text
    assert words in shown
    assert "something of tomorrow" in shown


def test_a_refund_of_another_orders_payment_is_not_there(
    paid: Bought, colleague: FlaskClient, shop: Flask
) -> None:
    other = buy(shop)
    place = refunds_of(paid).replace(paid.number, other.number)
    assert colleague.post(place, data=GOODWILL | {"token": mark(), "amount": "1"}).status_code == 404
