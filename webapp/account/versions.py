"""The versions of a kept build: what each changed, going back to one, starting another build from one."""

from dataclasses import dataclass
from typing import cast

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock
from webapp.account import bp, limits
from webapp.account.build_form import NameForm, TokenForm
from webapp.account.opened_build import begin_to_change, opened_build
from webapp.account.shown_build import ShownBuild
from webapp.account.shown_version import ShownVersion, beside_each_other
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.sales import build, build_version, current_build
from webapp.sales.build import Build, named_as_copy
from webapp.sales.build_version import BuildVersion
from webapp.shop.visiting import known_owner, owner

FEW, MANY = 3, 20
LAST_NUMBER = 2**31 - 1  # that a version can have: an address may name any


class BranchForm(NameForm, TokenForm):
    """The name of another build that starts as a version of this one."""


@dataclass(frozen=True)
class History:
    """The newest versions of a build, where it comes from, and what has come from it."""

    versions: list[ShownVersion]
    is_cut: bool
    parent: ShownBuild | None
    branches: list[ShownBuild]


@bp.get("/builds/<key>/versions")
def build_versions(key: str) -> Response:
    opened = opened_build(reading(), key)
    before = request.args.get("before", LAST_NUMBER, type=int)
    shown = history(opened, MANY, before=max(0, min(before, LAST_NUMBER)))
    page = render_template("account/versions.html", shown=ShownBuild(opened), history=shown, key=key)
    return kept_private(make_response(page))


@bp.get("/builds/<key>/versions/<int:number>")
def build_version_page(key: str, number: int) -> Response:
    opened = opened_build(reading(), key)
    form = BranchForm(formdata=None)
    return _page(opened, key, number, form)


@bp.post("/builds/<key>/versions/<int:number>/restoration")
def restore_version(key: str, number: int) -> Response:
    """Makes an earlier version the latest again; whoever is changing the build goes on with that."""
    at = clock.now()
    with writing() as session:
        opened = opened_build(session, key, for_update=True)
        limits.count_a_save(session, at=at)
        build.restore(session, opened, _version(session, opened, number), at=at)
        if who := known_owner():
            current_build.follow(session, who, opened.latest, at=at)
    begin_to_change(opened)
    if opened.latest_number == number:
        flash(_("This is the latest version already."), "done")
    else:
        said = _("This is version %(number)s again. All versions are kept.", number=number)
        flash(said, "done")
    return redirect(url_for("account.kept_build", key=key), 303)


@bp.post("/builds/<key>/versions/<int:number>/branches")
def branch_version(key: str, number: int) -> Response:
    """Starts another build from this version; this one stays as it is."""
    form = BranchForm()
    if not form.validate_on_submit():
        return _page(opened_build(reading(), key), key, number, form, 422)
    token, name, who = form.token.data or "", form.name.data or "", owner()
    with writing() as session:
        version = _version(session, opened_build(session, key), number)
        limits.count_a_save(session, at=clock.now())
        made = build.branch(session, version, token=token, owner=who, name=name, at=clock.now())
    flash(_("“%(name)s” is a build of its own now.", name=made.name), "done")
    return redirect(url_for("account.kept_build", key=ShownBuild(made).edit_key), 303)


def history(opened: Build, most: int = FEW, *, before: int | None = None) -> History:
    """As many versions as shall be seen at once; four statements, however many there are."""
    session = reading()
    found = build_version.history(session, cast(int, opened.id), most=most + 1, before=before)
    return History(
        beside_each_other(opened, found, most),
        len(found) > most,
        _parent(session, opened),
        [ShownBuild(each) for each in _branches(session, opened)],
    )


def _parent(session: Session, opened: Build) -> ShownBuild | None:
    """The build that it was branched off. Whoever has the private link of one has not that of the other."""
    found = session.get(Build, opened.branched_from_id) if opened.branched_from_id else None
    return ShownBuild(found) if found and found.owner == known_owner() else None


def _branches(session: Session, opened: Build) -> list[Build]:
    who = known_owner()
    return build.branches(session, opened, who) if who else []


def _version(session: Session, opened: Build, number: int) -> BuildVersion:
    found = build_version.find(session, cast(int, opened.id), number) if number <= LAST_NUMBER else None
    return found or abort(404)


def _page(opened: Build, key: str, number: int, form: BranchForm, status: int = 200) -> Response:
    if not 0 < number <= opened.latest_number:
        abort(404)
    found = build_version.history(reading(), cast(int, opened.id), most=2, before=number + 1)
    [shown] = beside_each_other(opened, found, 1)
    if status == 200:
        form.name.data = named_as_copy(opened.name, _("version %(number)s", number=number))
    page = render_template(
        "account/version.html", opened=ShownBuild(opened), shown=shown, form=form, branch_form=form, key=key
    )
    return kept_private(make_response(page, status))
