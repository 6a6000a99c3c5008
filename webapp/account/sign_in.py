"""Signing in without a password: a letter with a link, and with a code for the page that asked."""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, outbox, settings
from webapp.account import bp, claims, limits, sign_in_limits
from webapp.account.build_form import TokenForm
from webapp.account.device import described
from webapp.account.merged_letter import signs_in_elsewhere
from webapp.account.sign_in_form import DigitsForm, EmailForm
from webapp.account.sign_in_letter import sign_in_letter
from webapp.customers import customer, customer_session, merged_account, sign_in_request
from webapp.customers.customer import Customer
from webapp.customers.sign_in_request import SignInRequest
from webapp.database import reading, reading_rows, stop_reading, writing
from webapp.guards import kept_private
from webapp.languages import has_chosen, language, local, remember
from webapp.outbox import Letter
from webapp.relations.talk import thread
from webapp.sales import claim
from webapp.sales.claim import Claimed
from webapp.shop import visiting

NEXT = "after-sign-in"
LONGEST_NEXT = 2_000  # a longer one would burst the cookie, and with it the forms of the site


@bp.get("/sign-in")
def sign_in() -> Response:
    """Asks for an e-mail address."""
    if visiting.customer():
        return redirect(url_for("account.account"), 303)
    if wanted := request.args.get("next"):
        browser[NEXT] = local(wanted) if len(wanted) <= LONGEST_NEXT else "/"
    return _email_page(EmailForm(formdata=None))


@bp.post("/sign-in")
def send_letter() -> Response:
    """Sends the letter, to whomever: that somebody is a customer here is nobody else's business."""
    form = EmailForm()
    if not form.validate_on_submit():
        return _email_page(form, 422)
    email, at = customer.normal(form.email.data), clock.now()
    given = sign_in_request.new_secrets(_mac("request", email, form.token.data))
    elsewhere = _signs_in_elsewhere(email)
    letter = elsewhere or sign_in_letter(email, given)  # before the transaction: it takes its time
    stop_reading()
    with writing() as session:
        asked = sign_in_limits.of_letters(session, email, at=at)
        wait = limits.pause(session, asked, at=at)
        one_works = sign_in_request.is_any_open(session, email, at=at)
        if wait is None:
            if sign_in_request.ask(session, email, given, _key(), language=language(), at=at):
                outbox.put(session, letter, at=at)
            else:
                limits.take_back(session, asked)
    if wait is not None:
        return _later(_email_page(form, 429, _too_many(wait, one_works=one_works)), wait)
    return redirect(url_for("account.digits", code=given.code), 303)


@bp.get("/sign-in/code/<code>")
def digits(code: str) -> Response:
    """Says that a letter is on its way, and takes its digits."""
    if visiting.customer():
        return redirect(url_for("account.account"), 303)
    return _digits_page(_asked(code), DigitsForm(formdata=None))


@bp.post("/sign-in/code/<code>")
def sign_in_by_digits(code: str) -> Response:
    asked, form, at = _asked(code), DigitsForm(), clock.now()
    if not form.validate_on_submit():
        return _digits_page(asked, form, 422)
    token = _mac("session", code, form.digits.data, form.token.data)
    tried = sign_in_limits.of_digits(asked.email)
    done: Claimed | None = None
    with writing() as session:
        wait = limits.pause(session, tried, at=at)
        if wait is None:
            email = sign_in_request.use_digits(session, code, form.digits.data, _key(), at=at)
            done = _signed_in(session, email, token, at)
            if done is not None:
                limits.take_back(session, tried)
    if wait is not None:
        trouble = _("Too many wrong tries. The link in the letter still works.")
        form.digits.errors = [f"{trouble} {limits.later(wait)}"]
        return _later(_digits_page(asked, form, 429), wait)
    if done is None:
        stop_reading()  # the page says how it stands after this try
        form.digits.errors = [_("This is not the code of the letter.")]
        return _digits_page(asked, form, 422)
    return _welcome(token, done)


@bp.get("/sign-in/link/<link>")
def link(link: str) -> Response:
    """A button: what mail programs fetch on their own must not use the link up."""
    asked = sign_in_request.by_link(reading(), link)
    if asked is None or not asked.is_open(clock.now()):
        return _used_up()
    page = render_template(
        "account/sign_in_link.html",
        email=asked.email,
        form=TokenForm(formdata=None),
        other=_other(asked.email),
    )
    return kept_private(make_response(page))


@bp.post("/sign-in/link/<link>")
def sign_in_by_link(link: str) -> Response:
    form, at = TokenForm(), clock.now()
    if not form.validate_on_submit():
        abort(422)
    token = _mac("session", link, form.token.data)
    tried = sign_in_limits.of_links()
    wait = None
    with writing() as session:
        # A link that is right is always let in: however many wrong ones came from the same place.
        email = sign_in_request.use_link(session, link, at=at)
        done = _signed_in(session, email, token, at)
        if done is None:
            wait = limits.pause(session, tried, at=at)
    if wait is not None:
        limits.refuse(wait)
    return _used_up() if done is None else _welcome(token, done)


def _signed_in(session: Session, email: str | None, token: str, at: datetime) -> Claimed | None:
    """Signs this device in and brings along what it has kept; None where nothing was proven.

    A form that was sent twice is answered twice, with one and the same session.
    """
    before = visiting.customer()
    if email is None:
        known = customer_session.signed_in(session.connection(), token, at=at)
        return Claimed() if known else None
    who = merged_account.proven(session, email, language=language(), at=at)
    if who is None:  # merged into another account meanwhile
        return None
    assert who.id is not None
    # What somebody else kept here before is theirs: only what no customer has is brought along.
    guest = visiting.known_visitor() if before is None or before.customer_id == who.id else None
    if before is not None:
        customer_session.end(session, before.customer_id, before.session_id, at=at)
    customer_session.start(session, who, token, described(request.user_agent.string), at=at)
    thread.claim(session, who.id, who.owner, who.email, guest)
    return claim.claim(session, guest, who.owner, claims.opened())


def _signs_in_elsewhere(email: str) -> Letter | None:
    """The letter to the address of an account that is part of another by now; to anybody else none."""
    merged = merged_account.by_email(reading(), email)
    if merged is None or merged.opens or customer.by_email(reading(), email) is not None:
        return None
    kept = reading().get_one(Customer, merged.customer_id)
    return signs_in_elsewhere(email, kept.email, language())


def _welcome(token: str, done: Claimed) -> Response:
    response = make_response(redirect(browser.pop(NEXT, None) or url_for("account.account"), 303))
    if visiting.customer() is not None:
        visiting.rename(response)
    visiting.sign_in(response, token)
    stop_reading()
    who = customer_session.signed_in(reading_rows(), token, at=clock.now())
    if who is not None and who.language != language() and not has_chosen():
        remember(response, who.language)  # as they chose it in their settings
    claims.forget_opened()
    flash(_("You are signed in."), "done")
    claims.tell(done)
    return kept_private(response)


def _asked(code: str) -> SignInRequest:
    return sign_in_request.by_code(reading(), code) or abort(404)


def _other(email: str) -> str:
    """Who is signed in on this device, where that is somebody else."""
    who = visiting.customer()
    return who.email if who and who.email != email else ""


def _mac(*parts: str | None) -> str:
    """32 bytes that nobody can tell beforehand, the same for a form that is sent again."""
    said = "\n".join(part or "" for part in parts)
    return hmac.new(_key().encode(), said.encode(), hashlib.sha256).hexdigest()


def _key() -> str:
    return settings.current().secret_key


def _email_page(form: EmailForm, status: int = 200, trouble: str = "") -> Response:
    page = render_template("account/sign_in.html", form=form, trouble=trouble)
    return kept_private(make_response(page, status))


def _digits_page(asked: SignInRequest, form: DigitsForm, status: int = 200) -> Response:
    fresh = sign_in_request.by_code(reading(), asked.code) or asked
    again = EmailForm(formdata=None, email=asked.email)
    page = render_template(
        "account/sign_in_code.html",
        asked=fresh,
        takes_digits=fresh.takes_digits(clock.now()),
        form=form,
        again=again,
    )
    return kept_private(make_response(page, status))


def _too_many(wait: timedelta, *, one_works: bool) -> str:
    """That no more letters leave for now: the same words whether somebody is known here or not."""
    if one_works:
        trouble = _("Too many letters were asked for. The last one that came still works.")
    else:
        trouble = _("Too many letters were asked for.")
    return f"{trouble} {limits.later(wait)}"


def _used_up() -> Response:
    return kept_private(make_response(render_template("account/sign_in_used.html"), 410))


def _later(response: Response, wait: timedelta) -> Response:
    response.headers["Retry-After"] = limits.seconds(wait)
    return response
