"""The code that a shopper has, and why it takes nothing off."""

from flask_babel import gettext as _

from webapp import clock
from webapp.account import limits
from webapp.account.checkout_form import CheckoutForm
from webapp.account.limits import AN_HOUR, from_here
from webapp.account.review import Review
from webapp.database import reading, writing
from webapp.formats import day
from webapp.sales import order_terms
from webapp.sales.offer import NotTaken, Reason
from webapp.shop.privileges import privileges
from webapp.shop.visiting import customer

MOST_WRONG = 30  # codes that one place may try in an hour


def agree(review: Review, form: CheckoutForm) -> None:
    """Takes off what the form's code is good for, else what the level gives; why it is good for nothing is told."""
    without_code(review)
    code = form.code.data or ""
    if not code:
        return
    who = customer()
    try:
        terms = order_terms.gather(
            reading(),
            review.order_lines,
            code=code,
            customer=who.owner if who else None,
            email=form.email.data or "",
            today=review.today,
            level=privileges().terms,
        )
    except NotTaken as refused:
        refuse(form, refused)
    else:
        review.agree(terms, code)


def without_code(review: Review) -> None:
    """Takes off what the customer's level gives, if anything."""
    review.agree(order_terms.of_level(review.order_lines, privileges().terms), "")


def refuse(form: CheckoutForm, refused: NotTaken) -> None:
    """Says why; whoever tries one unknown code after the other is asked to wait."""
    if refused.reason is Reason.UNKNOWN:
        with writing() as session:
            wait = limits.pause(session, [from_here("offer codes", MOST_WRONG, AN_HOUR)], at=clock.now())
        if wait is not None:
            form.refuse_code(f"{_('Too many codes were tried.')} {limits.later(wait)}")
            return
    when = day(refused.day) if refused.day else ""
    form.refuse_code(
        {
            Reason.UNKNOWN: _("We know no such code. Please look at how it is spelt."),
            Reason.EARLY: _("This code is good from %(day)s on.", day=when),
            Reason.ENDED: _("This code was good until %(day)s.", day=when),
            Reason.USED_UP: _("This code has been used up."),
            Reason.USED_BEFORE: _("You have used this code already; it is good for one order."),
            Reason.ELSEWHERE: _("This code is for other things than these."),
            Reason.LESS: _(
                "Your level takes off at least as much; reductions are not added up. The code stays yours."
            ),
            Reason.REDUCED: _("What you order is reduced already; reductions are not added up."),
        }[refused.reason]
    )
