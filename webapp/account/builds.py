"""Keeping another build."""

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, limits, short_question
from webapp.account.build_form import SaveForm
from webapp.account.opened_build import begin_to_change, version_begun_with
from webapp.account.shown_build import ShownBuild
from webapp.account.wanted import Wanted, by_address
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, writing
from webapp.formats import day
from webapp.languages import language
from webapp.sales import build, current_build
from webapp.sales.build import LONGEST_NAME, Build
from webapp.sales.build_version import Cause
from webapp.shop.visiting import known_owner, owner, visitor, whose


@bp.get("/builds/new/<code>")
def new_build(code: str) -> Response:
    """Asks for a name before a build is kept."""
    owner()  # known before the form is sent, so that sent twice it is still one person's
    wanted = by_address(code)
    opened = _opened(code)
    form = SaveForm(formdata=None)
    form.name.data = _name_for(wanted) if opened is None else opened.name
    form.seen.data = version_begun_with(opened) if opened else None
    return _page(wanted, form, opened)


@bp.post("/builds/new/<code>")
def save_build(code: str) -> Response:
    """Keeps what the address says, and shows where it can be found again."""
    wanted = by_address(code)
    opened = _opened(code)
    form = SaveForm()
    if wanted.configuration is None:
        return _page(wanted, form, opened, 409)
    if not form.validate_on_submit():
        return _page(wanted, form, opened, 422)
    kept, between = _kept(wanted, form, opened)
    begin_to_change(kept)
    if kept.latest_number == 1:
        flash(_("Saved. The private link on this page opens the build on any device."), "done")
    else:
        flash(_("Saved. This is version %(number)s.", number=kept.latest_number), "done")
    if between:
        flash(came_between(between), "note")
    return redirect(url_for("account.kept_build", key=ShownBuild(kept).edit_key), 303)


def _kept(wanted: Wanted, form: SaveForm, opened: Build | None) -> tuple[Build, range]:
    """The build made by this form, however often it is sent, and which versions came between."""
    who, at, specification = owner(), clock.now(), wanted.specification()
    family, number = wanted.published.family.code, wanted.published.number
    token, name = form.token.data or "", form.name.data or ""
    between = range(0)
    with writing() as session:
        limits.count_a_save(session, at=at)
        target = build.locked(session, opened.id) if opened and opened.id else None
        if target is not None and form.place.data == SaveForm.SAME:
            latest = target.latest_number
            if build.change(session, target, specification, Cause.SAVED, at=at):
                between = range((form.seen.data or latest) + 1, latest + 1)
            build.rename(target, name, at=at)
            kept = target
        else:
            kept = build.save(session, token=token, owner=who, name=name, specification=specification, at=at)
        current_build.take_up(session, who, family, number, wanted.address, build_id=kept.id, at=at)
        touchpoint.record(
            session.connection(),
            visitor=visitor(),
            kind=Kind.SAVE,
            family=family,
            version=number,
            at=at,
            whose=whose(kept.code, choices=specification["choices"], total=specification["total"]),
        )
        short_question.ask(session, wanted.published.family, at=at)
    return kept, between


def came_between(versions: range) -> str:
    """What to tell whoever saves a build that somebody else has saved meanwhile."""
    if len(versions) > 1:
        return _(
            "Versions %(first)s to %(last)s were saved meanwhile in another tab or on another device. "
            "Nothing is lost: all of them stand under “Versions”.",
            first=versions[0],
            last=versions[-1],
        )
    return _(
        "Version %(number)s was saved meanwhile in another tab or on another device. "
        "Nothing is lost: both stand under “Versions”.",
        number=versions[0],
    )


def _opened(code: str) -> Build | None:
    """The kept build that this visitor is changing, if any."""
    who = known_owner()
    current = current_build.find(reading(), who, code) if who else None
    return reading().get(Build, current.build_id) if current and current.build_id else None


def _name_for(wanted: Wanted) -> str:
    """A first proposal: what it is and when it was made."""
    family = wanted.published.family
    picked = wanted.configuration.picked if wanted.configuration else ()
    named = family.option_by_key[picked[0]] if picked else family  # the base model comes first
    title = named.title.in_(language())
    return f"{title}, {day(clock.today(settings.current().time_zone))}"[:LONGEST_NAME]


def _page(wanted: Wanted, form: SaveForm, opened: Build | None, status: int = 200) -> Response:
    page = render_template("account/new_build.html", wanted=wanted, form=form, opened=opened)
    return make_response(page, status if wanted.configuration else 409)
