"""Erasing myself: what goes and what stays, a code by letter, and then it is done."""

import hashlib
import hmac
import logging

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, courier, erasure_list, mail, old_letters, outbox, settings
from webapp.account import bp, claims, limits, sign_in_limits
from webapp.account.build_form import TokenForm
from webapp.account.my_data import me
from webapp.account.sign_in_form import DigitsForm
from webapp.customers import erasure, sign_in_request
from webapp.customers.person import Person
from webapp.database import reading, stop_reading, writing
from webapp.guards import kept_private
from webapp.sales import erasing
from webapp.sales.erasing import Forgotten
from webapp.shop import visiting

log = logging.getLogger(__name__)

DONE = "erased"


@bp.get("/account/erasure")
def erasure_page() -> Response:
    """Says what an erasure would come to, before anybody decides."""
    return _page(me())


@bp.post("/account/erasure/codes")
def send_erasure_code() -> Response:
    """The first step: a code for the mailbox, so that nobody erases whose device they found open."""
    who, form, at = visiting.customer() or abort(401), TokenForm(), clock.now()
    if not form.validate_on_submit():
        return redirect(url_for("account.erasure_page"), 303)
    given = sign_in_request.new_secrets(_mac("erasure", who.email, form.token.data or ""))
    letter = mail.rendered("erasure_code", who.email, who.language, secret=True, given=given)
    with writing() as session:
        asked = sign_in_limits.of_letters(session, who.email, at=at)
        wait = limits.pause(session, asked, at=at)
        if wait is None:
            if sign_in_request.ask(session, who.email, given, _key(), language=who.language, at=at):
                outbox.put(session, letter, at=at)
            else:
                limits.take_back(session, asked)
    if wait is not None:
        limits.refuse(wait)
    return redirect(url_for("account.erasure_page", code=given.code), 303)


@bp.post("/account/erasure")
def erase_me() -> Response:
    """The second step: with the digits of the letter a customer is erased, without any a guest's device."""
    who, at = me(), clock.now()
    if who is None:
        return redirect(url_for("account.erasure_done" if DONE in browser else "account.erasure_page"), 303)
    if not who.email:
        if not TokenForm().validate_on_submit():
            return redirect(url_for("account.erasure_page"), 303)
        with writing() as session:
            done = erasing.erase(session, who, channel="site", at=at)
        return _goodbye(who, done)
    form, code = DigitsForm(), request.form.get("code", "")
    if not form.validate_on_submit():
        return _page(who, 422, form)
    tried, erased = sign_in_limits.of_digits(who.email), None
    with writing() as session:
        wait = limits.pause(session, tried, at=at)
        if (
            wait is None
            and sign_in_request.use_digits(session, code, form.digits.data, _key(), at=at) == who.email
        ):
            erased = erasing.erase(session, who, channel="site", at=at)
    if wait is not None:
        limits.refuse(wait)
    if erased is None:
        stop_reading()
        return _page(who, 422, form, _("This is not the code of the letter, or it is older than 15 minutes."))
    return _goodbye(who, erased)


@bp.get("/account/erasure/done")
def erasure_done() -> Response:
    """What was done, for as long as the browser is open: afterwards nobody could tell whom to tell it."""
    if DONE not in browser:
        abort(404)
    page = render_template("account/erasure_done.html", done=browser[DONE], shop=settings.current())
    return kept_private(make_response(page))


def put_on_list(who: Person, done: Forgotten) -> None:
    """What belongs to an erasure outside of the database; what fails there is made up for by what the rows say."""
    stop_reading()
    here = settings.current()
    try:
        for address in who.emails or ("",):
            old_letters.forget(courier.folder(here), address, done.letters)
        row = erasure.by_code(reading(), done.code)
        if row is not None:
            erasure_list.add(here.instance, erasure_list.Listed(row.at, row.code, tuple(row.hashes)))
    except OSError:
        log.exception("erasure %s is not on the list beside the database", done.code)


def _goodbye(who: Person, done: Forgotten) -> Response:
    put_on_list(who, done)
    response = make_response(redirect(url_for("account.erasure_done"), 303))
    visiting.sign_out(response)
    claims.forget_opened()
    browser[DONE] = {
        "code": done.code,
        "kept": [*done.kept],
        "under_way": [*done.under_way],
        "guest": not who.email,
    }
    flash(_("Erased."), "done")
    return kept_private(response)


def _page(
    who: Person | None, status: int = 200, form: DigitsForm | None = None, trouble: str = ""
) -> Response:
    code = request.values.get("code", "")
    asked = sign_in_request.by_code(reading(), code) if code else None
    mine = asked is not None and who is not None and asked.email == who.email
    page = render_template(
        "account/erasure.html",
        me=visiting.customer(),
        who=who,
        met=erasing.concerned(reading(), who) if who else None,
        code=code if asked and mine and asked.takes_digits(clock.now()) else "",
        is_old=bool(code) and not (asked and mine and asked.takes_digits(clock.now())),
        form=form or DigitsForm(formdata=None),
        token=TokenForm(formdata=None).token.data,
        trouble=trouble,
    )
    return kept_private(make_response(page, status))


def _key() -> str:
    """Another key than that of signing in: neither letter's code does the other's work."""
    return f"{settings.current().secret_key}:erasure"


def _mac(*parts: str) -> str:
    return hmac.new(_key().encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()
