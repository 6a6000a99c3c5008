"""Taking an option from another build into one's own: nothing of one's own changes unless one says so."""

from collections.abc import Sequence

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import HiddenField, IntegerField
from wtforms.validators import DataRequired, InputRequired, Length

from catalog.expression import OptionKey
from webapp import clock
from webapp.account import bp, limits
from webapp.account.comparable import Comparable, choosable, find, of_build, query, references
from webapp.account.merging import Merging
from webapp.account.opened_build import begin_to_change, opened_build
from webapp.account.wanted import today, wanted_by
from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind
from webapp.database import reading, stop_reading, writing
from webapp.guards import LONGEST_ADDRESS, kept_private
from webapp.sales import build, current_build
from webapp.sales.build import Build
from webapp.sales.build_version import Cause
from webapp.shop import addresses
from webapp.shop.visiting import known_owner, visitor, whose

MOST = 4  # builds that an address may name; the first other one of the same family counts


class MergeForm(FlaskForm):
    """The choices after taking an option, and what the page said them of."""

    choices = HiddenField(validators=[DataRequired(), Length(max=LONGEST_ADDRESS)])
    seen = IntegerField(validators=[InputRequired()])  # version of the build
    catalogue = IntegerField(validators=[InputRequired()])  # version of the family


@bp.get("/builds/<key>/merge")
def merge(key: str) -> Response:
    """The options in which another build differs; of one that does not fit, why, and the ways to have it."""
    return _page(opened_build(reading(), key), key)


@bp.post("/builds/<key>/merge")
def merge_option(key: str) -> Response:
    """Makes a version of the build with the option; only of what the page has shown."""
    opened = opened_build(reading(), key)
    form = MergeForm()
    if not form.validate_on_submit():
        return _page(opened, key, 422)
    version = today(opened.latest.family) or abort(404)
    wanted = wanted_by(version, addresses.parsed(form.choices.data or "").parameters)
    if version.number != form.catalogue.data or wanted.configuration is None or wanted.reading.unknown:
        return _page(opened, key, 409)
    at, specification, outdated = clock.now(), wanted.specification(), False
    with writing() as session:
        target = opened_build(session, key, for_update=True)
        if target.latest_number == form.seen.data:
            limits.count_a_save(session, at=at)
            build.change(session, target, specification, Cause.MERGED, at=at)
            if who := known_owner():
                current_build.follow(session, who, target.latest, at=at)
            touchpoint.record(
                session.connection(),
                visitor=visitor(),
                kind=Kind.SAVE,
                family=version.family.code,
                version=version.number,
                at=at,
                whose=whose(target.code, choices=specification["choices"], total=specification["total"]),
            )
        else:  # unless it is this very form, sent twice, somebody has made another version
            outdated = target.latest.choices != specification["choices"]
    if outdated:
        stop_reading()  # the page shows what somebody else has made of it
        return _page(opened_build(reading(), key), key, 409)
    begin_to_change(target)
    flash(_("The option is in this build now. The version before it stands under “Versions”."), "done")
    return redirect(url_for("account.kept_build", key=key, _anchor="history"), 303)


def _page(opened: Build, key: str, status: int = 200) -> Response:
    asked = references(addresses.asked().parameters)
    found = find(asked[:MOST])
    mine = of_build(opened, found.families, is_mine=True)
    other = _other(found.all, mine)
    on_sale = found.families.get(mine.family)
    merging = None
    if other is not None and on_sale is not None:
        merging = Merging(opened, other, wanted_by(on_sale, opened.latest.said.parameters()))
    group, _dot, option = request.args.get("take", "").partition(".")
    take = OptionKey(group, option)
    page = render_template(
        "account/merge.html",
        key=key,
        opened=opened,
        mine=mine,
        on_sale=on_sale,
        asked=asked,
        other=other,
        merging=merging,
        take=take,
        conflict=merging.conflict(take) if merging else None,
        place=_place(key, other) if other else "",
        compared=f"{url_for('account.compare')}?{query([mine.reference, other.reference])}" if other else "",
        choice=choosable([mine.reference], found.families.values(), mine.family) if merging is None else None,
        outdated=status == 409,
    )
    return kept_private(make_response(page, status))


def _other(found: Sequence[Comparable], mine: Comparable) -> Comparable | None:
    """The build to take from, if it is another one of the same family."""
    for each in found:
        if each.family == mine.family and each.reference != mine.reference:
            return each
    return None


def _place(key: str, other: Comparable) -> str:
    return f"{url_for('account.merge', key=key)}?{query([other.reference])}"
