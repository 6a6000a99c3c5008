"""My rights: asking the people of the shop, objecting, and how far my requests are."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, url_for
from flask import session as browser
from flask_babel import gettext as _
from sqlalchemy import update
from sqlmodel import Session, SQLModel
from werkzeug import Response

from webapp import clock, formats, settings
from webapp.account import bp, limits
from webapp.account.limits import Limit
from webapp.account.rights_form import AskForm, ObjectionForm
from webapp.customers import rights_request
from webapp.customers.consent import Purpose
from webapp.customers.customer_session import SignedIn
from webapp.customers.data_map import TABLES
from webapp.customers.person import Person
from webapp.customers.rights_request import Channel, Kind, RightsRequest, State
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.news import ending
from webapp.shop import visiting

MOST = 10  # requests of a customer in a day
A_DAY = 24 * limits.AN_HOUR
PROFILING = (Purpose.PERSONALISATION,)
MARKETING = tuple(purpose for purpose in Purpose if purpose not in PROFILING)
COUNTED = ("touchpoints", "demand_journeys")


def rights_page(
    status: int = 200, *, ask: AskForm | None = None, objection: ObjectionForm | None = None
) -> Response:
    """The page about my data; forms that were refused come back with what was typed."""
    who = visiting.customer()
    page = render_template(
        "account/my_data.html",
        me=who,
        is_known=who is not None or visiting.known_visitor() is not None,
        ask=ask or AskForm(formdata=None),
        objection=objection or ObjectionForm(formdata=None),
        requests=rights_request.of(reading(), who.customer_id) if who else [],
        kind_title=kind_title,
        state_title=state_title,
        today=clock.today(settings.current().time_zone),
        erased=browser.get("erased"),
    )
    return kept_private(make_response(page, status))


@bp.post("/account/requests")
def ask_about_my_data() -> Response:
    """Something that people have to answer."""
    who = visiting.customer()
    if who is None:
        return redirect(url_for("account.sign_in", next=url_for("account.my_data")), 303)
    form, at = AskForm(), clock.now()
    if not form.validate_on_submit():
        return rights_page(422, ask=form)
    with writing() as session:
        wait = limits.pause(session, [Limit(f"requests of {who.customer_id}", MOST, A_DAY)], at=at)
        if wait is None:
            asked = _kept(session, who, Kind(form.kind.data), form.words.data, form.token.data or "")
    if wait is not None:
        limits.refuse(wait)
    flash(_("We have it. You get an answer by %(day)s at the latest.", day=formats.day(asked.due_on)), "done")
    return redirect(url_for("account.my_data", _anchor="requests"), 303)


@bp.post("/account/objections")
def object_() -> Response:
    """An objection needs no reason and nobody's answer: it acts at once, and its receipt says so."""
    form, who, device = ObjectionForm(), visiting.customer(), visiting.known_visitor()
    if not form.validate_on_submit():
        return rights_page(422, objection=form)
    against, at = set(form.against.data or ()), clock.now()
    with writing() as session:
        if who is not None:
            for purpose in _ended_by(against):
                ending.withdraw(session, who.customer_id, purpose, at=at)
            asked = _kept(session, who, Kind.OBJECT, ", ".join(sorted(against)), form.token.data or "")
            if asked.is_open:
                rights_request.answer(asked, "", at=at)
        if ObjectionForm.COUNTING in against:
            _uncount(session, Person(tuple(filter(None, (device, who.owner if who else None)))))
    response = make_response(redirect(url_for("account.my_data"), 303))
    if ObjectionForm.COUNTING in against and who is not None:
        visiting.rename(response)  # what comes next is not joined to what was before
    flash(_("Done. What you object to has ended with this press."), "done")
    return response


def kind_title(kind: str) -> str:
    return {
        Kind.ACCESS: _("To know what is kept"),
        Kind.ERASE: _("To erase"),
        Kind.CORRECT: _("To correct"),
        Kind.OBJECT: _("Objection"),
        Kind.OTHER: _("Something else"),
    }[Kind(kind)]


def state_title(state: str) -> str:
    return {
        State.OPEN: _("waits for our answer"),
        State.ANSWERED: _("answered"),
        State.REFUSED: _("refused"),
    }[State(state)]


def _kept(session: Session, who: SignedIn, kind: Kind, words: str, token: str) -> RightsRequest:
    at = clock.now()
    fresh = RightsRequest(
        token=token,
        customer_id=who.customer_id,
        kind=kind.value,
        channel=Channel.SITE.value,
        language=language(),
        email=who.email,
        name=who.name,
        words=words,
        received_at=at,
        due_on=rights_request.due_on(clock.day_of(at, settings.current().time_zone), language()),
    )
    return rights_request.ask(session, fresh)


def _ended_by(against: set[str]) -> tuple[Purpose, ...]:
    ended: Mapping[str, tuple[Purpose, ...]] = {
        ObjectionForm.PROFILING: PROFILING,
        ObjectionForm.MARKETING: MARKETING,
    }
    return tuple(purpose for name, purposes in ended.items() if name in against for purpose in purposes)


def _uncount(session: Session, who: Person) -> None:
    """Lets clicks count without the name."""
    for name in COUNTED:
        mine = update(SQLModel.metadata.tables[name]).where(who.is_in(name))
        session.execute(mine.values(**TABLES[name].blank))
