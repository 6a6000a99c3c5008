"""A build as somebody shows it to others: to look at, to speak about, and to copy as one's own."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, limits
from webapp.account.build_form import TokenForm
from webapp.account.opinion_form import CommentForm
from webapp.account.opinions import Opinions
from webapp.account.sharing import Sharing
from webapp.account.shown_build import ShownBuild
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.sales import build
from webapp.sales.build import Build
from webapp.sales.key import Purpose, read
from webapp.shop.visiting import known_owner, owner


@bp.get("/shared/<key>")
def shared_build(key: str) -> Response:
    return shared_page(shared(reading(), key), key, CommentForm(formdata=None))


@bp.post("/shared/<key>/copies")
def copy_shared_build(key: str) -> Response:
    form = TokenForm()
    if not form.validate_on_submit():
        abort(422)
    who = owner()
    with writing() as session:
        shown = shared(session, key)
        limits.count_a_save(session, at=clock.now())
        mine = build.duplicate(
            session, shown, token=form.token.data or "", owner=who, name=shown.name, at=clock.now()
        )
    flash(_("This is your own copy. Change it as you like."), "done")
    return redirect(url_for("account.kept_build", key=ShownBuild(mine).edit_key), 303)


def shared(session: Session, key: str) -> Build:
    """The build that a link to share opens, else 404."""
    lock = read(Purpose.LOOK, key, settings.current().secret_key)
    return build.by_lock(session, Purpose.LOOK, lock) or abort(404)


def shared_page(opened: Build, key: str, form: CommentForm, status: int = 200) -> Response:
    """The page with what this reader has said before, and the form to say more."""
    shown, who = ShownBuild(opened), known_owner()
    page = render_template(
        "account/shared_build.html",
        shown=shown,
        sharing=Sharing(shown),
        said=Opinions(opened, writer=who) if who else None,
        form=form,
        key=key,
        copy_form=TokenForm(formdata=None),
    )
    return kept_private(make_response(page, status))
