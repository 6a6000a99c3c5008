"""One kept build, opened by its private link: to look at, rename, change, copy, share, delete, order."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp
from webapp.account.build_form import NameForm, TokenForm
from webapp.account.shown_build import ShownBuild
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.sales import build, current_build
from webapp.sales.build import Build, named_as_copy
from webapp.sales.key import Purpose, read
from webapp.shop.addresses import configurator
from webapp.shop.visiting import owner


@bp.get("/builds/<key>")
def kept_build(key: str) -> Response:
    found = _build(reading(), key)
    return _page(found, NameForm(formdata=None, name=found.name))


@bp.post("/builds/<key>/name")
def rename_build(key: str) -> Response:
    form = NameForm()
    if not form.validate_on_submit():
        return _page(_build(reading(), key), form, 422)
    with writing() as session:
        build.rename(_build(session, key, for_update=True), form.name.data or "", at=clock.now())
    return redirect(url_for("account.kept_build", key=key), 303)


@bp.post("/builds/<key>/change")
def change_build(key: str) -> Response:
    """Opens the configurator on it; what is saved there may replace it."""
    who = owner()
    with writing() as session:
        opened = _build(session, key, for_update=True)  # deleted meanwhile, it could not be taken up
        latest = opened.latest
        current_build.take_up(
            session, who, latest.family, latest.version, latest.address, build_id=opened.id, at=clock.now()
        )
    return redirect(configurator(latest.family, latest.said), 303)


@bp.post("/builds/<key>/copies")
def copy_build(key: str) -> Response:
    """A second build that starts as this one."""
    form = TokenForm()
    if not form.validate_on_submit():
        abort(422)
    who = owner()
    with writing() as session:
        opened = _build(session, key)
        copied = build.duplicate(
            session,
            opened,
            token=form.token.data or "",
            owner=who,
            name=named_as_copy(opened.name, _("copy")),
            at=clock.now(),
        )
    flash(_("This is the copy; the build it was made from is unchanged."), "done")
    return redirect(url_for("account.kept_build", key=ShownBuild(copied).edit_key), 303)


@bp.post("/builds/<key>/removal")
def delete_build(key: str) -> Response:
    with writing() as session:
        opened = _build(session, key, for_update=True)
        build.delete(session, opened)
    flash(_("“%(name)s” is deleted.", name=opened.name), "done")
    return redirect(url_for("account.builds"), 303)


def _build(session: Session, key: str, *, for_update: bool = False) -> Build:
    lock = read(Purpose.EDIT, key, settings.current().secret_key)
    return build.by_lock(session, Purpose.EDIT, lock, for_update=for_update) or abort(404)


def _page(opened: Build, form: NameForm, status: int = 200) -> Response:
    page = render_template(
        "account/kept_build.html", shown=ShownBuild(opened), form=form, copy_form=TokenForm(formdata=None)
    )
    return kept_private(make_response(page, status))
