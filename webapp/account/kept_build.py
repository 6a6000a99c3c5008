"""One kept build, opened by its private link: to look at, rename, change, copy, share, delete, order."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock
from webapp.account import bp, claims, limits, short_question
from webapp.account.build_form import NameForm, TokenForm
from webapp.account.comparable import beside
from webapp.account.link_form import LetterForm
from webapp.account.opened_build import begin_to_change, opened_build
from webapp.account.opinions import Opinions
from webapp.account.sharing import Sharing
from webapp.account.shown_build import ShownBuild
from webapp.account.shown_promise import ShownPromise
from webapp.account.shown_watches import watches_of
from webapp.account.versions import history
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.sales import build, current_build
from webapp.sales.build import Build, named_as_copy
from webapp.shop.addresses import configurator
from webapp.shop.visiting import owner


@bp.get("/builds/<key>")
def kept_build(key: str) -> Response:
    found = opened_build(reading(), key)
    claims.note(found)
    return _page(found, NameForm(formdata=None, name=found.name))


@bp.post("/builds/<key>/name")
def rename_build(key: str) -> Response:
    form = NameForm()
    if not form.validate_on_submit():
        return _page(opened_build(reading(), key), form, 422)
    with writing() as session:
        renamed = opened_build(session, key, for_update=True)
        build.rename(renamed, form.name.data or "", at=clock.now())
    flash(_("The build is called “%(name)s” now.", name=renamed.name), "done")
    return redirect(url_for("account.kept_build", key=key), 303)


@bp.post("/builds/<key>/change")
def change_build(key: str) -> Response:
    """Opens the configurator on it; what is saved there may replace it."""
    who = owner()
    with writing() as session:
        opened = opened_build(session, key, for_update=True)  # deleted meanwhile, it could not be taken up
        latest = opened.latest
        current_build.take_up(
            session, who, latest.family, latest.version, latest.address, build_id=opened.id, at=clock.now()
        )
    begin_to_change(opened)
    return redirect(configurator(latest.family, latest.said), 303)


@bp.post("/builds/<key>/copies")
def copy_build(key: str) -> Response:
    """A second build that starts as this one."""
    form = TokenForm()
    if not form.validate_on_submit():
        abort(422)
    who = owner()
    with writing() as session:
        opened = opened_build(session, key)
        limits.count_a_save(session, at=clock.now())
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
        opened = opened_build(session, key, for_update=True)
        build.delete(session, opened)
    flash(_("“%(name)s” is deleted.", name=opened.name), "done")
    return redirect(url_for("account.builds"), 303)


def refused(opened: Build, status: int, **answers: Any) -> Response:
    """The page with a form of another file as it was refused."""
    return _page(opened, NameForm(formdata=None, name=opened.name), status, **answers)


def _page(opened: Build, form: NameForm, status: int = 200, **answers: Any) -> Response:
    """`answers`: parts of the page as a form that was refused left them."""
    page = render_template(
        "account/kept_build.html",
        shown=ShownBuild(opened),
        form=form,
        copy_form=TokenForm(formdata=None),
        history=history(opened),
        sharing=Sharing(ShownBuild(opened)),
        opinions=Opinions(opened),
        choice=beside(opened),
        short_question=short_question.waiting(),
        question_words=short_question.words,
        **(
            {
                "promise": ShownPromise(opened),
                "watches": watches_of(opened),
                "letter_form": LetterForm(formdata=None),
            }
            | answers
        ),
    )
    return kept_private(make_response(page, status))
