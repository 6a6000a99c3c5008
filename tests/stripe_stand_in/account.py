"""One account at the stand-in: its sessions, payments, refunds and disputes, and the rules they keep."""

import itertools
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.stripe_stand_in.trouble import Trouble, missing

Thing = dict[str, Any]
Tell = Callable[[str, Thing], None]

HALF_AN_HOUR, A_DAY, A_BIT = 30 * 60, 24 * 3600, 60
DECLINED = {
    "4000000000000002": ("card_declined", "Your card was declined."),
    "4000000000009995": ("card_declined", "Your card has insufficient funds."),
    "4000000000000069": ("expired_card", "Your card has expired."),
}
GOOD = ("4242424242424242", "5555555555554444")
# Direct debits: Stripe's own test numbers, of which the bank says yes or no days later.
DEBITS = {"AT611904300234573201": True, "AT861904300235473202": False}


class Account:
    """What one account holds; every change is told as the events that Stripe sends about it."""

    def __init__(self, tell: Tell, pages: Callable[[], str]) -> None:
        self.tell, self.pages = tell, pages
        self.lock = threading.RLock()
        self.sessions: dict[str, Thing] = {}
        self.payments: dict[str, Thing] = {}
        self.charges: dict[str, Thing] = {}
        self.refunds: dict[str, Thing] = {}
        self.disputes: dict[str, Thing] = {}
        self._count = itertools.count(1)

    def create_session(self, given: Thing) -> Thing:
        now = int(time.time())
        ends = given.get("expires_at", now + A_DAY)
        if not now + HALF_AN_HOUR - A_BIT <= ends <= now + A_DAY + A_BIT:
            raise Trouble(
                400,
                "The `expires_at` timestamp must be between 30 minutes and 24 hours after Session creation.",
                param="expires_at",
            )
        currencies = {line["price_data"]["currency"] for line in given["line_items"]}
        if len(currencies) != 1:
            raise Trouble(400, "All line items must have the same currency.", param="line_items")
        total = sum(line["quantity"] * line["price_data"]["unit_amount"] for line in given["line_items"])
        if total < 50:
            raise Trouble(
                400,
                "The Checkout Session's total amount due must add up to at least €0.50 eur",
                code="amount_too_small",
            )
        name = f"cs_test_{self._name(44)}"
        session: Thing = {
            "id": name,
            "object": "checkout.session",
            "adaptive_pricing": None,
            "after_expiration": None,
            "allow_promotion_codes": None,
            "amount_subtotal": total,
            "amount_total": total,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "billing_address_collection": None,
            "cancel_url": given.get("cancel_url"),
            "client_reference_id": given.get("client_reference_id"),
            "client_secret": None,
            "consent": None,
            "created": now,
            "currency": currencies.pop(),
            "currency_conversion": None,
            "custom_fields": [],
            "customer": None,
            "customer_creation": "if_required",
            "customer_details": {"email": given.get("customer_email"), "name": None, "phone": None},
            "customer_email": given.get("customer_email"),
            "discounts": [],
            "expires_at": ends,
            "invoice": None,
            "livemode": False,
            "locale": given.get("locale"),
            "metadata": given.get("metadata", {}),
            "mode": "payment",
            "payment_intent": None,
            "payment_link": None,
            "payment_method_collection": "if_required",
            "payment_method_types": ["card", "sepa_debit"],
            "payment_status": "unpaid",
            "recovered_from": None,
            "setup_intent": None,
            "shipping_cost": None,
            "status": "open",
            "submit_type": None,
            "subscription": None,
            "success_url": given["success_url"],
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": "hosted_page",
            "url": f"{self.pages()}/c/pay/{name}",
        }
        with self.lock:
            self.sessions[name] = session | {"_given": given}
        return self.shown(session)

    def session(self, name: str) -> Thing:
        found = self.sessions.get(name) or _raise(missing("checkout.session", name))
        if found["status"] == "open" and found["expires_at"] <= time.time():
            self.expire(name)
        return found

    def expire(self, name: str) -> Thing:
        """By the shop, or by time."""
        with self.lock:
            session = self.sessions.get(name) or _raise(missing("checkout.session", name))
            if session["status"] != "open":
                raise Trouble(
                    400,
                    f'Only Checkout Sessions with a status in ["open"] can be expired. '
                    f"This Checkout Session has a status of {session['status']}.",
                )
            session.update(status="expired", url=None)
            self.tell("checkout.session.expired", self.shown(session))
            return self.shown(session)

    def pay(self, name: str, number: str) -> str:
        """Pays on the page with a card or by direct debit; what the page says where that fails."""
        number = number.replace(" ", "").upper()
        with self.lock:
            session = self.session(name)
            if session["status"] != "open":
                return "You're all done here."
            if number in DECLINED:
                payment = self._payment(session)
                payment["last_payment_error"] = {"type": "card_error", "code": DECLINED[number][0]}
                self.tell("payment_intent.payment_failed", _copy(payment))
                return DECLINED[number][1]
            if number not in GOOD and number not in DEBITS:
                return "Your card number is invalid."
            payment = self._payment(session)
            session.update(status="complete", url=None, payment_intent=payment["id"])
            if number in DEBITS:
                payment["status"], payment["_debit"] = "processing", DEBITS[number]
                self.tell("payment_intent.processing", _copy(payment))
                self.tell("checkout.session.completed", self.shown(session))
                return ""
            self._charge(payment)
            session["payment_status"] = "paid"
            self.tell("checkout.session.completed", self.shown(session))
            return ""

    def clear(self, name: str) -> None:
        """Lets the bank say what it has to say about a direct debit."""
        with self.lock:
            session = self.session(name)
            payment = self.payments[session["payment_intent"]]
            if payment["status"] != "processing":
                return
            if payment["_debit"]:
                self._charge(payment)
                session["payment_status"] = "paid"
                self.tell("checkout.session.async_payment_succeeded", self.shown(session))
            else:
                payment["status"] = "requires_payment_method"
                self.tell("payment_intent.payment_failed", _copy(payment))
                self.tell("checkout.session.async_payment_failed", self.shown(session))

    def refund(self, given: Thing) -> Thing:
        """Whole or in part, never more than is left of the charge."""
        with self.lock:
            payment = self.payments.get(given["payment_intent"]) or _raise(
                missing("payment_intent", given["payment_intent"])
            )
            charge = self.charges.get(payment.get("latest_charge") or "")
            if charge is None:
                raise Trouble(
                    400, "This PaymentIntent does not have a successful charge to refund.", is_kept=True
                )
            left = charge["amount"] - charge["amount_refunded"]
            amount = given.get("amount", left)
            if left == 0:
                raise Trouble(
                    400,
                    f"Charge {charge['id']} has already been refunded.",
                    code="charge_already_refunded",
                    is_kept=True,
                )
            if amount > left:
                raise Trouble(
                    400,
                    f"Refund amount (€{amount / 100:.2f}) is greater than unrefunded amount on charge "
                    f"(€{left / 100:.2f})",
                    param="amount",
                    is_kept=True,
                )
            made: Thing = {
                "id": f"re_{self._name()}",
                "object": "refund",
                "amount": amount,
                "balance_transaction": f"txn_{self._name()}",
                "charge": charge["id"],
                "created": int(time.time()),
                "currency": charge["currency"],
                "destination_details": {"card": {"type": "refund"}, "type": "card"},
                "metadata": given.get("metadata", {}),
                "payment_intent": payment["id"],
                "reason": given.get("reason"),
                "receipt_number": None,
                "source_transfer_reversal": None,
                "status": "succeeded",
                "transfer_reversal": None,
            }
            self.refunds[made["id"]] = made
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self.tell("refund.created", _copy(made))
            self.tell("charge.refunded", _copy(charge))
            return _copy(made)

    def fail_refund(self, name: str) -> None:
        """The bank sends a refund back, days after it seemed done."""
        with self.lock:
            refund = self.refunds[name]
            refund.update(status="failed", failure_reason="lost_or_stolen_card")
            self.charges[refund["charge"]]["amount_refunded"] -= refund["amount"]
            self.tell("refund.failed", _copy(refund))

    def dispute(self, session: str) -> str:
        """The customer asks their bank for the money back."""
        with self.lock:
            payment = self.payments[self.sessions[session]["payment_intent"]]
            charge = self.charges[payment["latest_charge"]]
            made: Thing = {
                "id": f"dp_{self._name()}",
                "object": "dispute",
                "amount": charge["amount"],
                "balance_transactions": [],
                "charge": charge["id"],
                "created": int(time.time()),
                "currency": charge["currency"],
                "evidence": {},
                "evidence_details": {
                    "due_by": int(time.time()) + 7 * A_DAY,
                    "has_evidence": False,
                    "past_due": False,
                    "submission_count": 0,
                },
                "is_charge_refundable": False,
                "livemode": False,
                "metadata": {},
                "payment_intent": payment["id"],
                "reason": "product_not_received",
                "status": "needs_response",
            }
            self.disputes[made["id"]] = made
            charge["disputed"] = True
            self.tell("charge.dispute.created", _copy(made))
            return made["id"]

    def decide(self, dispute: str, *, won: bool) -> None:
        with self.lock:
            self.disputes[dispute]["status"] = "won" if won else "lost"
            self.tell("charge.dispute.closed", _copy(self.disputes[dispute]))

    def shown(self, session: Thing, *, in_full: bool = False) -> Thing:
        """A session as the shop sees it."""
        seen = _copy(session)
        if in_full and seen["payment_intent"]:
            seen["payment_intent"] = _copy(self.payments[seen["payment_intent"]])
        return seen

    def _payment(self, session: Thing) -> Thing:
        """The payment of a session, made at its first try."""
        if "_payment" not in session:
            data = session["_given"].get("payment_intent_data", {})
            payment: Thing = {
                "id": f"pi_{self._name()}",
                "object": "payment_intent",
                "amount": session["amount_total"],
                "amount_capturable": 0,
                "amount_received": 0,
                "capture_method": "automatic_async",
                "confirmation_method": "automatic",
                "created": int(time.time()),
                "currency": session["currency"],
                "description": data.get("description"),
                "last_payment_error": None,
                "latest_charge": None,
                "livemode": False,
                "metadata": data.get("metadata", {}),
                "payment_method_types": ["card", "sepa_debit"],
                "status": "requires_payment_method",
            }
            self.payments[payment["id"]] = payment
            session["_payment"] = payment["id"]
        return self.payments[session["_payment"]]

    def _charge(self, payment: Thing) -> None:
        charge: Thing = {
            "id": f"ch_{self._name()}",
            "object": "charge",
            "amount": payment["amount"],
            "amount_captured": payment["amount"],
            "amount_refunded": 0,
            "captured": True,
            "created": int(time.time()),
            "currency": payment["currency"],
            "description": payment["description"],
            "disputed": False,
            "livemode": False,
            "metadata": payment["metadata"],
            "outcome": {"network_status": "approved_by_network", "type": "authorized"},
            "paid": True,
            "payment_intent": payment["id"],
            "refunded": False,
            "status": "succeeded",
        }
        self.charges[charge["id"]] = charge
        payment.update(status="succeeded", amount_received=payment["amount"], latest_charge=charge["id"])
        self.tell("charge.succeeded", _copy(charge))
        self.tell("payment_intent.succeeded", _copy(payment))

    def _name(self, size: int = 18) -> str:
        return f"{next(self._count):04}{secrets.token_hex(size)}"[: size + 4]


def _copy(thing: Thing) -> Thing:
    """What the outside sees: nothing of our own notes, and nothing that changes later."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def _raise(trouble: Trouble) -> Any:
    raise trouble
