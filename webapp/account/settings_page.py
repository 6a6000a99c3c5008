"""My settings: who I am, where I am signed in, what I have allowed."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.account import bp
from webapp.account.settings_form import SettingsForm
from webapp.customers import consent, customer, customer_session
from webapp.customers.consent import Purpose
from webapp.customers.customer import Customer
from webapp.customers.customer_session import SignedIn
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language, remember
from webapp.shop import visiting


@bp.get("/account/settings")
def settings_page() -> Response:
    who = visiting.customer()
    if who is None:
        return redirect(url_for("account.sign_in", next=request.path), 303)
    known = reading().get_one(Customer, who.customer_id)
    # Until they have chosen one it is whichever they read, which is this one.
    theirs = known.language if known.language_chosen else language()
    form = SettingsForm(formdata=None, name=known.name, phone=known.phone, language=theirs)
    return _page(who, form)


@bp.post("/account/settings")
def save_settings() -> Response:
    who, form = _who(), SettingsForm()
    if not form.validate_on_submit():
        return _page(who, form, 422)
    with writing() as session:
        known = session.get_one(Customer, who.customer_id, with_for_update=True)
        known.name, known.phone = form.name.data, form.phone.data
        customer.choose_language(known, form.language.data)
    flash(_("Saved."), "done")
    response = redirect(url_for("account.settings_page"), 303)
    remember(response, form.language.data)
    return response


@bp.post("/account/consents/<purpose>")
def give_consent(purpose: str) -> Response:
    """Agrees to the words of the page, in the language they were read in."""
    who = _who()
    edition, read_in = request.form.get("edition", ""), request.form.get("language", language())
    wanted = _purpose(purpose)
    if edition != consent.wording(wanted).edition or read_in not in consent.wording(wanted).words:
        flash(_("The words have changed meanwhile. Please read them once more."), "note")
        return redirect(url_for("account.settings_page", _anchor="consents"), 303)
    with writing() as session:
        consent.give(session, who.customer_id, wanted, edition, language=read_in, at=clock.now())
    flash(_("Thank you. You can withdraw this here at any time."), "done")
    return redirect(url_for("account.settings_page", _anchor="consents"), 303)


@bp.post("/account/consents/<purpose>/withdrawal")
def withdraw_consent(purpose: str) -> Response:
    who, wanted = _who(), _purpose(purpose)
    with writing() as session:
        consent.withdraw(session, who.customer_id, wanted, at=clock.now())
    flash(_("Withdrawn. It holds from this moment on."), "done")
    return redirect(url_for("account.settings_page", _anchor="consents"), 303)


def _who() -> SignedIn:
    return visiting.customer() or abort(401)


def _purpose(name: str) -> Purpose:
    try:
        return Purpose(name)
    except ValueError:
        abort(404)


def _page(who: SignedIn, form: SettingsForm, status: int = 200) -> Response:
    given = consent.receipts(reading(), who.customer_id)
    held = {one.purpose: one for one in given if one.withdrawn_at is None}
    page = render_template(
        "account/settings.html",
        me=who,
        form=form,
        devices=customer_session.living(reading(), who.customer_id, at=clock.now()),
        consents=[(purpose, consent.wording(purpose), held.get(purpose.value)) for purpose in Purpose],
        receipts=given,
    )
    return kept_private(make_response(page, status))
