"""My profile, the mirror: what the shop thinks it knows of me, from what, and how I change it."""

from collections.abc import Callable, Mapping

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from catalog.model import NONE
from webapp import clock, settings
from webapp.account import about_me, bp
from webapp.account.about_me import ENTRIES
from webapp.account.address_form import AddressForm
from webapp.account.shown_profile import ShownProfile
from webapp.catalogues import published
from webapp.customers import (
    asked_question,
    birthday,
    consent,
    processing,
    profile,
    question,
    stated_address,
    stated_fact,
    touchpoint,
)
from webapp.customers import unused_fact as unused
from webapp.customers.consent import Purpose
from webapp.customers.customer_session import SignedIn
from webapp.customers.inference import FactKind
from webapp.customers.question import Question
from webapp.customers.stated_address import StatedAddress
from webapp.database import reading, reading_rows, stop_reading, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.shop import visiting


@bp.get("/account/profile")
def my_profile() -> Response:
    """All of it; for guests and without the consent what it would be."""
    return _page()


@bp.post("/account/profile/said/<trait>")
def say(trait: str) -> Response:
    """States something, or takes it back: each button says one thing, so pressed twice it is said once."""
    who, asked = _who(), _question(trait)
    number, at = request.form.get("number", "").strip(), clock.now()
    if asked.is_number and "number" in request.form:
        if number and not asked.takes(number):
            words = _(
                "A whole number from %(least)s to %(most)s, please.", least=asked.least, most=asked.most
            )
            return _page({trait: (words, number)}, 422)
        _act(who, lambda session: _say_number(session, who, trait, number))
    elif value := request.form.get("say", ""):
        if value != NONE and not asked.takes(value):
            abort(404)
        only = asked.is_number
        _act(who, lambda session: profile.say(session, who.customer_id, trait, value, at=at, only=only))
    elif value := request.form.get("unsay", ""):
        _act(who, lambda session: stated_fact.unsay(session, who.customer_id, trait, value))
    else:
        abort(422)
    return _back(f"say-{trait}")


@bp.post("/account/profile/facts/<name>/removal")
def forget_fact(name: str) -> Response:
    """Forgets all that speaks for an inferred fact."""
    who, zone = _who(), settings.current().time_zone
    families = [sold.family for sold in published.families(reading_rows())]

    def act(session: Session) -> None:
        profile.forget_fact(session, who.customer_id, name, at=clock.now(), families=families, time_zone=zone)

    _act(who, act)
    flash(_("Forgotten, with all that it rested on."), "done")
    return _back("facts")


@bp.post("/account/profile/evidence/<int:number>/removal")
def forget_act(number: int) -> Response:
    """Forgets one thing that I did; pressed twice it is gone once."""
    who = _who()
    _act(who, lambda session: touchpoint.forget(session, who.customer_id, [number]))
    flash(_("Forgotten. The facts are worked out anew without it."), "done")
    return _back("facts")


@bp.post("/account/profile/kinds/<kind>")
def switch_kind(kind: str) -> Response:
    """Turns a whole kind of facts off, or on again."""
    who = _who()
    if kind not in set(FactKind):
        abort(404)
    if request.form.get("on"):
        _act(who, lambda session: unused.switch_on(session, who.customer_id, kind))
        flash(_("Used again from this moment on."), "done")
    else:
        _act(who, lambda session: unused.switch_off(session, who.customer_id, kind, at=clock.now()))
        flash(_("No longer used, from this moment on."), "done")
    return _back("kinds")


@bp.post("/account/profile/question/removal")
def skip_question() -> Response:
    """Skips the short question that waits."""
    who = visiting.customer() or abort(401)
    with writing() as session:
        asked_question.close(session, who.customer_id, at=clock.now())
    return _back("")


@bp.post("/account/profile/address")
def say_address() -> Response:
    """Tells where deliveries go, or takes it back."""
    who, form = _who(), AddressForm()
    if request.form.get("forget"):
        _act(who, lambda session: stated_address.forget(session, who.customer_id))
        return _saved("say-address")
    if not form.validate_on_submit():
        return _page(status=422, form=form)
    entries = {name: getattr(form, name).data for name in ENTRIES}
    said = StatedAddress(customer_id=who.customer_id, at=clock.now(), **entries)
    _act(who, lambda session: profile.say_address(session, said))
    return _saved("say-address")


@bp.post("/account/profile/birthday")
def say_birthday() -> Response:
    """Tells a day and a month, and the year if one likes; or takes it back."""
    who, at = _who(), clock.now()
    if request.form.get("forget"):
        _act(who, lambda session: stated_fact.forget(session, who.customer_id, birthday.TRAIT))
        return _saved("say-birthday")
    typed = {name: request.form.get(name, "").strip()[:10] for name in ("day", "month", "year")}
    born = birthday.said(**typed, today=clock.day_of(at, settings.current().time_zone))
    if born is None:
        words = _("There is no such day. A year, if you give one, has four digits.")
        return _page(status=422, typed=typed, words=words)
    said, trait = born.code, birthday.TRAIT
    _act(who, lambda session: profile.say(session, who.customer_id, trait, said, at=at, only=True))
    return _saved("say-birthday")


def _saved(anchor: str) -> Response:
    flash(_("Saved."), "done")
    return _back(anchor)


def _say_number(session: Session, who: SignedIn, trait: str, number: str) -> None:
    if number:
        profile.say(session, who.customer_id, trait, str(int(number)), at=clock.now(), only=True)
    else:
        stated_fact.forget(session, who.customer_id, trait)


def _act(who: SignedIn, act: Callable[[Session], object]) -> None:
    stop_reading()
    with writing() as session:
        act(session)
        if "back" in request.form:  # a short question asked for it
            asked_question.close(session, who.customer_id, at=clock.now())


def _who() -> SignedIn:
    """Who is signed in and allows a profile; nobody else has one to change."""
    who = visiting.customer() or abort(401)
    return who if who.personalised else abort(404)


def _question(trait: str) -> Question:
    families = [sold.family for sold in published.families(reading_rows())]
    return next((each for each in question.questions(families) if each.trait == trait), None) or abort(404)


def _back(anchor: str) -> Response:
    """To where the button stood: the profile, or the page of a build with a short question."""
    back = request.form.get("back", "")
    if back.startswith("/builds/") and not back.startswith("//"):
        flash(_("Thank you. You find it in your profile."), "done")
        return redirect(back, 303)
    return redirect(url_for("account.my_profile", _anchor=anchor or None), 303)


def _page(
    trouble: Mapping[str, tuple[str, str]] | None = None,
    status: int = 200,
    *,
    form: AddressForm | None = None,
    typed: Mapping[str, str] | None = None,
    words: str = "",
) -> Response:
    who, mine, about = visiting.customer(), None, None
    if who is not None and who.personalised:
        zone = settings.current().time_zone
        known = profile.profile_of(reading(), who.customer_id, at=clock.now(), time_zone=zone)
        mine = ShownProfile(known, who.owner, trouble=trouble)
        about = about_me.about(who, known, form=form, typed=typed, trouble=words)
    page = render_template(
        "account/profile.html",
        me=who,
        mine=mine,
        about=about,
        wording=consent.wording(Purpose.PERSONALISATION),
        powers=processing.POWERS[Purpose.PERSONALISATION],
        purpose=Purpose.PERSONALISATION.value,
        read_in=language(),
    )
    return kept_private(make_response(page, status))
