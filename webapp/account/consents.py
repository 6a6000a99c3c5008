"""What I allow: each purpose by itself, in its own words, with the receipts; withdrawn by one press."""

from typing import NamedTuple

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.account import bp
from webapp.customers import consent, processing
from webapp.customers.consent import Consent, Purpose, Wording
from webapp.customers.customer_session import SignedIn
from webapp.customers.processing import Processing
from webapp.customers.retention import Words
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.news import ending
from webapp.shop import visiting


class Asked(NamedTuple):
    """One purpose as the page asks for it. `trouble`: what was wrong with the form."""

    purpose: Purpose
    wording: Wording
    powers: Words
    held: Consent | None
    trouble: str


class ShownUse(NamedTuple):
    """One use of data with what it needs, if anything."""

    use: Processing
    asked: tuple[Asked, ...]


@bp.get("/account/consents")
def consents() -> Response:
    """Guests see it too: that nothing of this happens without a consent, and that theirs would need a sign-in."""
    return _page(visiting.customer())


@bp.post("/account/consents/<purpose>")
def give_consent(purpose: str) -> Response:
    """Agrees to the words of the page, in the language they were read in."""
    who = visiting.customer() or abort(401)
    edition, read_in = request.form.get("edition", ""), request.form.get("language", language())
    wanted = _purpose(purpose)
    if wanted not in processing.ASKED:
        abort(404)
    if edition != consent.wording(wanted).edition or read_in not in consent.wording(wanted).words:
        flash(_("The words have changed meanwhile. Please read them once more."), "note")
        return redirect(url_for("account.consents", _anchor=wanted.value), 303)
    if not request.form.get("agree"):
        return _page(who, 422, wanted)
    with writing() as session:
        consent.give(session, who.customer_id, wanted, edition, language=read_in, at=clock.now())
    if wanted is Purpose.PERSONALISATION and "from_profile" in request.form:
        flash(_("Thank you. From now on this page fills; you can withdraw it here at any time."), "done")
        return redirect(url_for("account.my_profile"), 303)
    flash(_("Thank you. You can withdraw this here at any time."), "done")
    return redirect(url_for("account.consents", _anchor=wanted.value), 303)


@bp.post("/account/consents/<purpose>/withdrawal")
def withdraw_consent(purpose: str) -> Response:
    """Ends a consent, and in the same transaction all that it turned on."""
    who, wanted = visiting.customer() or abort(401), _purpose(purpose)
    with writing() as session:
        ending.withdraw(session, who.customer_id, wanted, at=clock.now())
    flash(_("Withdrawn. It holds from this moment on."), "done")
    return redirect(url_for("account.consents", _anchor=wanted.value), 303)


def _purpose(name: str) -> Purpose:
    try:
        return Purpose(name)
    except ValueError:
        abort(404)


def _page(who: SignedIn | None, status: int = 200, unticked: Purpose | None = None) -> Response:
    given = consent.receipts(reading(), who.customer_id) if who else []
    held = {one.purpose: one for one in given if one.withdrawn_at is None}
    uses = [
        ShownUse(
            use,
            tuple(
                Asked(
                    purpose,
                    consent.wording(purpose),
                    processing.POWERS[purpose],
                    held.get(purpose.value),
                    _("Tick the box if you want to allow this.") if purpose is unticked else "",
                )
                for purpose in use.consents
                if purpose in processing.ASKED or purpose in held
            ),
        )
        for use in processing.ALL
        if not (use.unused and use.consents) or any(purpose in held for purpose in use.consents)
    ]
    page = render_template(
        "account/consents.html",
        me=who,
        uses=uses,
        receipts=given,
        powers={purpose.value: words for purpose, words in processing.POWERS.items()},
    )
    return kept_private(make_response(page, status))
