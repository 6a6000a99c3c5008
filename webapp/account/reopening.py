"""Bringing a kept build up to the catalogue of today, in one of the ways that its page offers."""

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, Length

from webapp import clock
from webapp.account import bp, limits
from webapp.account.opened_build import begin_to_change, opened_build
from webapp.account.shown_reopening import ShownReopening
from webapp.account.wanted import wanted_by
from webapp.database import reading, writing
from webapp.sales import build, current_build
from webapp.sales.build_version import Cause
from webapp.shop import addresses
from webapp.shop.visiting import known_owner


class WayForm(FlaskForm):
    """What a button of the page stood for: the build and the catalogue as they were seen, the choices, the total."""

    shown_number = IntegerField(validators=[InputRequired()])
    shown_version = IntegerField(validators=[InputRequired()])
    shown_total = IntegerField(validators=[InputRequired()])
    choices = HiddenField(validators=[Length(max=8000)])

    @property
    def saw(self) -> tuple[int | None, int | None, int | None]:
        return self.shown_number.data, self.shown_version.data, self.shown_total.data


@bp.post("/builds/<key>/reopenings")
def take_way(key: str) -> Response:
    """Makes a version of the build by one of the ways offered; the versions before it are kept.

    Where the build or the catalogue has moved on since the page was made, the page is shown again instead.
    """
    opened = opened_build(reading(), key)
    form = WayForm()
    if not form.validate_on_submit():
        abort(422)
    shown = ShownReopening(opened.latest)
    way = shown.way(form.choices.data or "")
    back = redirect(url_for("account.kept_build", key=key), 303)
    if shown.reopening is None and addresses.query(opened.latest.said) == form.choices.data:
        return back  # sent twice, and taken already
    if way is None or form.saw != (opened.latest_number, way.version.number, way.way.total):
        return _moved_on(back)
    specification = wanted_by(way.version, way.way.choices.parameters()).specification()
    at = clock.now()
    with writing() as session:
        target = opened_build(session, key, for_update=True)
        is_as_seen = target.latest_number == form.shown_number.data
        if is_as_seen:
            limits.count_a_save(session, at=at)
            build.change(session, target, specification, Cause.REPAIRED, at=at)
            if who := known_owner():
                current_build.follow(session, who, target.latest, at=at)
    if not is_as_seen:
        return _moved_on(back)
    begin_to_change(target)
    said = _(
        "Taken. This is version %(number)s; the build as it was stands under “Versions”.",
        number=target.latest_number,
    )
    flash(said, "done")
    return back


def _moved_on(back: Response) -> Response:
    flash(_("Something has changed meanwhile. Here is how things stand now."), "note")
    return back
