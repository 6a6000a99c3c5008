"""The privacy policy and the page about cookies: written from what the code enforces, so that they cannot disagree."""

from flask import render_template
from flask_babel import ngettext

from webapp import settings
from webapp.account import bp
from webapp.customers import data_kind, processing, recipient, wording
from webapp.customers.cookie import COOKIES
from webapp.customers.recipient import Recipient
from webapp.customers.retention import Retention
from webapp.languages import language


@bp.get("/privacy")
def privacy_notice() -> str:
    return render_template(
        "account/privacy_policy.html",
        shop=settings.current(),
        uses=processing.ALL,
        kinds=data_kind.ALL,
        recipients=[one for one in recipient.ALL if is_asked(one)],
        is_asked=is_asked,
        titles={purpose: wording.wording(purpose).title for purpose in wording.Purpose},
        asked=processing.ASKED,
        period=in_words,
    )


@bp.get("/cookies")
def cookies() -> str:
    return render_template("account/cookies.html", cookies=COOKIES, days=_days)


def is_asked(one: Recipient) -> bool:
    """Whether this shop tells them anything."""
    return settings.current().takes_cards or not one.only_with_cards


def in_words(period: Retention) -> str:
    """How long, and since when."""
    length = _days(period.days) if period.days else ngettext("%(num)s year", "%(num)s years", period.years)
    return f"{length} {period.since[language()]}"


def _days(number: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", number)
