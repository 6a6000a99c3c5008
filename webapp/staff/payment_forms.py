"""Forms about the money of an order."""

import secrets
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from webapp import clock, settings
from webapp.sales import receiving
from webapp.sales.order import Order
from webapp.sales.payment import Payment
from webapp.sales.refund import Reason
from webapp.staff.amount_field import AmountField, written


def new_token() -> str:
    """The mark of one form: whatever it does is done once."""
    return secrets.token_urlsafe(16)


class MoneyForm(FlaskForm):
    """An amount of an order's currency, and a note for the record."""

    token = HiddenField(default=new_token, validators=[Optional(), Regexp(r"^[A-Za-z0-9_-]{16,64}$")])
    amount = AmountField(lazy_gettext("Amount"))
    note = StringField(lazy_gettext("Note for the record"), [Length(max=500)])

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amount.currency = currency

    @property
    def mark(self) -> str:
        return self.token.data or new_token()


class PaymentForm(MoneyForm):
    """Money that has come in by transfer; without an amount, all that is due."""

    received_on = DateField(lazy_gettext("Received on"), [Optional()])

    @classmethod
    def for_order(cls, order: Order, **kwargs: Any) -> "PaymentForm":
        asked = next(iter(receiving.asked_for(order).values()), 0)
        shown = {"amount": written(asked, order.currency), "received_on": _today()}
        return cls(currency=order.currency, data=shown, prefix="", **kwargs)

    def validate_received_on(self, field: Field) -> None:
        if field.data and field.data > _today():
            raise ValidationError(lazy_gettext("This day has not come yet."))

    @property
    def moment(self) -> datetime:
        """Now, or noon of an earlier day."""
        day = self.received_on.data
        if not day or day == _today():
            return clock.now()
        return datetime.combine(day, time(12), ZoneInfo(settings.current().time_zone))


class RefundForm(MoneyForm):
    """Money that is to go back of one payment."""

    reason = SelectField(lazy_gettext("Reason"), [DataRequired()])

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, currency=order.currency, **kwargs)
        self.reason.choices = [SelectChoice(reason.value, title) for reason, title in reasons(order)]

    @classmethod
    def for_payment(cls, order: Order, payment: Payment, **kwargs: Any) -> "RefundForm":
        suggested = min(payment.refundable, suggestion(order))
        shown = {"amount": written(suggested, order.currency)}
        return cls(order=order, data=shown, **kwargs)

    def validate_amount(self, field: AmountField) -> None:
        if field.minor is None and not field.errors:
            raise ValidationError(lazy_gettext("How much goes back?"))


def reasons(order: Order) -> list[tuple[Reason, Any]]:
    """Why money of this order may go back, the likeliest first."""
    cancelled = (Reason.CANCELLED, lazy_gettext("The order is cancelled"))
    over = (Reason.OVERPAID, lazy_gettext("Too much was paid"))
    always = [
        (Reason.GOODWILL, lazy_gettext("As a courtesy")),
        (Reason.RETURNED, lazy_gettext("Something came back")),
    ]
    if order.state.value in ("cancelled", "refunded"):
        return [cancelled, *always]
    return [over, *always] if order.balance.over else always


def suggestion(order: Order) -> int:
    """How much should go back."""
    return order.refund_due


def _today() -> date:
    return clock.today(settings.current().time_zone)
