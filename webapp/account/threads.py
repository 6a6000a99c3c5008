"""My messages: threads with the shop, about a build, an order or nothing in particular. For guests and customers."""

from typing import NamedTuple

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, outbox, settings
from webapp.account import bp, limits, talk_letters, thread_limits
from webapp.account.message_form import LARGEST_BODY, TYPES, FirstMessageForm, GuestMessageForm, MessageForm
from webapp.account.opened_build import opened_build
from webapp.account.opened_order import opened_order
from webapp.account.shown_thread import ShownThread, has_news
from webapp.account.thread_page import said, seen, shown_picture, thread_page
from webapp.customers.customer import normal
from webapp.database import reading, writing
from webapp.guards import kept_private, takes_up_to
from webapp.languages import language
from webapp.relations.card import manager
from webapp.relations.talk import answer_clock, talk, thread
from webapp.relations.talk.message import By
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import Thread
from webapp.sales.build import Build
from webapp.sales.order import Order
from webapp.shop.visiting import customer, known_owner, owner


class About(NamedTuple):
    """What a new thread is about; the keys are those of the address that leads to the form."""

    build: Build | None = None
    order: Order | None = None
    address: str = ""

    @property
    def title(self) -> str:
        if self.order is not None:
            return _("Order %(number)s", number=self.order.number)
        return self.build.name if self.build is not None else ""


@bp.get("/account/messages")
def my_threads() -> Response:
    who, me = known_owner(), customer()
    page = render_template(
        "account/threads.html",
        threads=[ShownThread(each) for each in thread.all_of(reading(), who)] if who else [],
        me=me,
        manager=manager.of(reading(), me.customer_id) if me else None,
    )
    return kept_private(make_response(page))


@bp.get("/account/messages/new")
def new_thread() -> Response:
    about = _about(reading())
    form = FirstMessageForm if customer() else GuestMessageForm
    return _form_page(form(formdata=None, title=about.title), about)


@bp.post("/account/messages/new")
@takes_up_to(LARGEST_BODY)
def open_thread() -> Response:
    """Sends the first message; a guest gets the private link by letter, and the page at once."""
    about, me, at = _about(reading()), customer(), clock.now()
    form = FirstMessageForm() if me else GuestMessageForm()
    if not form.validate_on_submit():
        return _form_page(form.renewed(), about, 422)
    who, email = owner(), "" if me else normal(form.email.data or "")
    name = me.name if me else form.name.data or ""
    fresh = Thread(
        code="",
        token=form.token.data or "",
        owner=who,
        customer_id=me.customer_id if me else None,
        name="" if me else name,
        email=email,
        language=language(),
        build_id=about.build.id if about.build else None,
        order_id=about.order.id if about.order else None,
        title=form.title.data or "",
        opened_at=at,
        latest_at=at,
    )
    first = Said(
        By.CUSTOMER if me else By.GUEST,
        name,
        form.text.data or "",
        form.token.data or "",
        pictures=form.taken,
    )
    tried = thread_limits.of_a_thread(email)
    with writing() as session:
        pause = limits.pause(session, tried, at=at)
        if pause is None:
            promise = answer_clock.promise(
                session, fresh.customer_id, zone=settings.current().time_zone, at=at
            )
            opened = talk.begin(session, fresh, first, at=at, promise=promise)
            if opened is not fresh:
                limits.take_back(session, tried)
            elif email:
                outbox.put(session, talk_letters.opened(opened), at=at)
            code = opened.code
    if pause is not None:
        form.text.errors = [limits.later(pause)]
        response = _form_page(form, about, 429)
        response.headers["Retry-After"] = limits.seconds(pause)
        return response
    if email:
        flash(_("Sent. The link to this page is on its way to %(email)s.", email=email), "done")
    else:
        flash(_("Sent. The answer comes here and to your e-mail address."), "done")
    return redirect(url_for("account.my_thread", code=code), 303)


@bp.get("/account/messages/<code>")
def my_thread(code: str) -> Response:
    mine = _mine(reading(), code)
    seen(mine)
    return thread_page(ShownThread(mine), MessageForm(formdata=None))


@bp.post("/account/messages/<code>")
@takes_up_to(LARGEST_BODY)
def write_in_my_thread(code: str) -> Response:
    me = customer()
    return said(
        ShownThread(_mine(reading(), code)),
        lambda session: _mine(session, code, for_update=True),
        By.CUSTOMER if me else By.GUEST,
        me.name if me else None,
    )


@bp.get("/account/messages/<code>/pictures/<picture>")
def my_thread_picture(code: str, picture: str) -> Response:
    return shown_picture(_mine(reading(), code), picture)


@bp.app_template_global()
def answers_unseen() -> int:
    """In how many of my threads something was said that I have not seen."""
    who = known_owner()
    return sum(has_news(each) for each in thread.all_of(reading(), who)) if who else 0


def _mine(session: Session, code: str, *, for_update: bool = False) -> Thread:
    who = known_owner()
    return (thread.of(session, who, code, for_update=for_update) if who else None) or abort(404)


def _about(session: Session) -> About:
    """What the address names by its private key; whoever has the key may ask about it."""
    if key := request.args.get("order"):
        return About(order=opened_order(session, key), address=url_for("account.new_thread", order=key))
    if key := request.args.get("build"):
        return About(opened_build(session, key), address=url_for("account.new_thread", build=key))
    return About(address=url_for("account.new_thread"))


def _form_page(form: FirstMessageForm, about: About, status: int = 200) -> Response:
    page = render_template("account/new_thread.html", form=form, about=about, me=customer(), types=TYPES)
    return kept_private(make_response(page, status))
