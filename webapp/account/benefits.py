"""What I have from what I allow: each thing in a line, with its switch."""

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
from webapp.relations.news import subscriber, subscription
from webapp.relations.news.topic import Kind
from webapp.shop import visiting
from webapp.shop.personal import Standing, standing


class ShownBenefit(NamedTuple):
    """One thing as the page shows it. `way`: where its button leads; `allow`: where it is allowed, being off."""

    name: str
    title: str
    words: str
    standing: Standing
    way: str
    allow: str


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
            _("The checkout begins with the address you told us, else with that of your latest order."),
        ),
    }
    allow = url_for("account.consents", _anchor=Purpose.PERSONALISATION.value)
    shown = [
        ShownBenefit(
            each.value,
            *words,
            standing(each),
            url_for("account.switch", name=each.value),
            allow,
        )
        for each, words in said.items()
    ]
    reminders = ShownBenefit(
        Benefit.REMINDERS.value,
        _("Reminders before a promised price ends"),
        _("On your page always; as a letter only if you allow letters about your builds."),
        reminds("promises"),
        url_for("account.switch", name=Benefit.REMINDERS.value),
        url_for("account.consents", _anchor=Purpose.BUILD_LETTERS.value),
    )
    care = ShownBenefit(
        "care",
        _("Reminders to look after what you own"),
        _("A letter a month after it reached you, and then once a year."),
        reminds("care"),
        url_for("account.save_topics", purpose=Purpose.CARE_LETTERS.value),
        url_for("account.topics", _anchor=Purpose.CARE_LETTERS.value),
    )
    return [*shown, reminders, care]


@bp.app_template_global()
def reminds(of: str, owner: str = "") -> Standing:
    """Whether letters remind whoever is asking of "promises" that end, or of "care" of what they own.

    `owner`: whose thing it stands beside; for anybody else it is as for a guest.
    """
    who = visiting.customer()
    if who is None or (owner and who.owner != owner):
        return Standing.GUEST
    purpose = Purpose.BUILD_LETTERS if of == "promises" else Purpose.CARE_LETTERS
    if not consent.holds(reading(), who.customer_id, purpose):
        return Standing.NOT_ALLOWED
    if of == "promises":
        return Standing.TURNED_OFF if Benefit.REMINDERS in benefit.off(who.benefits_off) else Standing.ON
    known = subscriber.of_customer(reading(), who.customer_id)
    mine = subscription.of(reading(), known.id or 0) if known else ()
    # What is not followed is chosen where its consent is, so it is offered there again.
    return Standing.ON if any(one.about.kind is Kind.CARE for one in mine) else Standing.NOT_ALLOWED


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
