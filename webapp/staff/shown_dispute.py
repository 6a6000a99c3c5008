"""A dispute about a payment in the words of the desk: what the bank asks, by when, how it ended."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.formats import money
from webapp.sales.dispute import ANSWERED, Dispute
from webapp.staff.moments import moment

# As Stripe names them; one that it adds later is shown as it is written.
REASONS = {
    "bank_cannot_process": lazy_gettext("The bank could not process the payment."),
    "credit_not_processed": lazy_gettext("The customer says that money was to come back and did not."),
    "customer_initiated": lazy_gettext("The customer asked their bank and gave no reason."),
    "debit_not_authorized": lazy_gettext("The customer says that they did not allow the debit."),
    "duplicate": lazy_gettext("The customer says that it was charged twice."),
    "fraudulent": lazy_gettext("The customer says that somebody else used the card."),
    "general": lazy_gettext("The bank names no reason."),
    "incorrect_account_details": lazy_gettext("The account is not the right one."),
    "insufficient_funds": lazy_gettext("There was not enough on the account."),
    "product_not_received": lazy_gettext("The customer says that nothing has arrived."),
    "product_unacceptable": lazy_gettext("The customer says that what came is not what was ordered."),
    "subscription_canceled": lazy_gettext("The customer says that they had called it off before."),
    "unrecognized": lazy_gettext("The customer does not recognise the payment."),
}
HARMLESS = ("won", "warning_closed", "prevented")


class ShownDispute:
    """One dispute as the page of its order shows it."""

    def __init__(self, dispute: Dispute) -> None:
        self.dispute = dispute

    @property
    def is_over_well(self) -> bool:
        """Whether it has ended and the money is ours."""
        return not self.dispute.is_open and self.dispute.status in HARMLESS

    @property
    def title(self) -> str:
        amount = money(self.dispute.amount, self.dispute.currency)
        if self.dispute.is_open:
            return _("Disputed: %(amount)s", amount=amount)
        if self.dispute.status == "won":
            return _("Dispute won: %(amount)s", amount=amount)
        if self.is_over_well:
            return _("Dispute over, the money stays here: %(amount)s", amount=amount)
        return _("Dispute over, the money is gone: %(amount)s", amount=amount)

    @property
    def reason(self) -> str:
        return str(REASONS.get(self.dispute.reason, self.dispute.reason.replace("_", " ")))

    @property
    def next(self) -> str:
        """What is to be done about it, and by when."""
        if not self.dispute.is_open:
            return ""
        if self.dispute.status in ANSWERED:
            return _("It is answered; the bank decides.")
        by = self.dispute.answer_by
        answer = (
            _("Answer the bank at Stripe by %(moment)s.", moment=moment(by))
            if by
            else _("Answer the bank at Stripe.")
        )
        return f"{answer} {_('Give nothing back here meanwhile: the bank may take it once more.')}"
