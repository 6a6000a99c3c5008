"""What I have from my profile: each thing in a line, with its switch."""

from typing import NamedTuple

from flask import abort, flash, redirect, url_for
from flask import request as asked
from flask_babel import gettext as _
from werkzeug import Response

from webapp.account import bp
from webapp.customers import benefit, consent
from webapp.customers.benefit import Benefit
from webapp.customers.consent import Purpose
from webapp.database import reading, writing
from webapp.shop import visiting
from webapp.shop.personal import Standing, standing


class ShownBenefit(NamedTuple):
    """One thing as the page shows it. `needs`: the consent without which it is off; `way`: where its button leads."""

    name: str
    title: str
    words: str
    standing: Standing
    needs: Purpose
    way: str


@bp.app_template_global()
def my_benefits() -> list[ShownBenefit]:
    """All that the shop does for a customer by themself, whether it does it at the moment or not."""
    who = visiting.customer()
    if who is None:
        return []
    said = {
        Benefit.MARKS: (
            _("“Fits you” on options"),
            _(
                "The configurator marks what suits you, with the reason. Order and prices stay the same for everybody."
            ),
        ),
        Benefit.HOME: (
            _("Home begins with yours"),
            _("Your latest builds first, and in each family a build made for you."),
        ),
        Benefit.FORMS: (
            _("Filled-in forms"),
            _("The checkout begins with the address and telephone of your latest order."),
        ),
    }
    shown = [
        ShownBenefit(
            each.value,
            *words,
            standing(each),
            Purpose.PERSONALISATION,
            url_for("account.switch", name=each.value),
        )
        for each, words in said.items()
    ]
    letters = consent.holds(reading(), who.customer_id, Purpose.BUILD_LETTERS)
    reminders = ShownBenefit(
        "reminders",
        _("Reminders before a promised price ends"),
        _("On your page always; as a letter only if you allow letters about your builds."),
        Standing.ON if letters else Standing.NOT_ALLOWED,
        Purpose.BUILD_LETTERS,
        url_for("account.withdraw_consent", purpose=Purpose.BUILD_LETTERS.value),
    )
    return [*shown, reminders]


@bp.post("/account/benefits/<name>")
def switch(name: str) -> Response:
    """Turns one thing on or off; it holds from the next page on."""
    who = visiting.customer() or abort(401)
    if name not in set(Benefit):
        abort(404)
    on = bool(asked.form.get("on"))
    with writing() as session:
        benefit.switch(session, who.customer_id, Benefit(name), on=on)
    flash(_("Turned on.") if on else _("Turned off. It holds from this moment on."), "done")
    return redirect(url_for("account.settings_page", _anchor=f"benefit-{name}"), 303)
