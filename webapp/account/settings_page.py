"""My settings: who I am and where I am signed in."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.account import bp
from webapp.account.settings_form import SettingsForm
from webapp.customers import customer, customer_session
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


def _who() -> SignedIn:
    return visiting.customer() or abort(401)


def _page(who: SignedIn, form: SettingsForm, status: int = 200) -> Response:
    page = render_template(
        "account/settings.html",
        me=who,
        form=form,
        devices=customer_session.living(reading(), who.customer_id, at=clock.now()),
    )
    return kept_private(make_response(page, status))
