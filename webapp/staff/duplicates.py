"""Customers who may be one person: found, merged by a colleague in one act, and parted again."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from pydantic import JsonValue
from werkzeug import Response

from webapp import clock, outbox
from webapp.account.merged_letter import letters
from webapp.customers import customer, merged_account, retention, staff_act
from webapp.customers.mailbox import box
from webapp.customers.merged_account import MergedAccount
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.relations.card import subject
from webapp.relations.card.subject import THING, Subject
from webapp.relations.merging import duplicate, merge
from webapp.relations.merging.merge import CannotMerge, CannotPart, How, Parted
from webapp.staff import bp, shown_act
from webapp.staff.customers import known
from webapp.staff.merge_form import HOWS, MergeForm
from webapp.staff.roles import allowed
from webapp.staff.shown_pair import reasons_of, shown, side, signs_in, titles
from webapp.staff.sign_in import colleague

LONGEST = 254
shown_act.TITLES[THING] |= {
    "merge": lazy_gettext("Merged with another"),
    "parting": lazy_gettext("Parted from another"),
    "different": lazy_gettext("Said to be somebody else"),
}
shown_act.FIELDS |= {
    "merged": lazy_gettext("Merged"),
    "how": lazy_gettext("How it was known"),
    "ended": lazy_gettext("Consents that ended"),
    "rows_back": lazy_gettext("Rows that went back"),
    "rows_kept": lazy_gettext("Rows that had changed since"),
}
shown_act.SAID |= dict(HOWS)


@bp.get("/customers/duplicates")
@allowed(Role.RELATIONSHIP)
def duplicates() -> str:
    """Who may be one, the surest first; nothing is done about it until a colleague does."""
    pairs = duplicate.pairs(reading())
    return render_template(
        "staff/customers/duplicates.html", pairs=shown(reading(), pairs), most=duplicate.MOST, sought=""
    )


@bp.get("/customers/<int:number>/merge")
@allowed(Role.RELATIONSHIP)
def merge_page(number: int) -> Response:
    """Both beside each other, and what merging them would do."""
    kept = known(number)
    sought = " ".join(request.args.get("with", "").split())[:LONGEST]
    other = _other(sought)
    if other is None or other.owner == kept.owner:
        page = render_template("staff/customers/merge_with.html", who=kept, sought=sought, found=other)
        return make_response(page, 422 if sought else 200)
    return _page(kept, other, MergeForm(formdata=None))


@bp.post("/customers/<int:number>/merging")
@allowed(Role.RELATIONSHIP)
def merge_now(number: int) -> Response:
    kept, form, who, at = known(number), MergeForm(), colleague(), clock.now()
    done = merged_account.by_token(reading(), form.token.data or "")
    other = _other(request.form.get("with", "")[:LONGEST])
    if done is None and (other is None or other.owner == kept.owner):
        abort(404)
    if done is None and other is not None:
        if not form.validate_on_submit():
            return _page(kept, other, form, 422)
        opens = other.customer_id is not None and box(kept.email) == box(other.email)
        written = letters(kept, other, opens=opens)
        ended = merge.ends(reading(), number, other.customer_id)
        stop_reading()
        try:
            with writing() as session:
                fresh = merged_account.by_token(session, form.token.data or "") is None
                done = merge.merge(
                    session,
                    number,
                    other,
                    how=How(form.how.data),
                    token=form.token.data or "",
                    by=who.name,
                    at=at,
                )
                if fresh:
                    after: dict[str, JsonValue] = {
                        "merged": _name(done),
                        "how": done.how,
                        "ended": [*ended.of_kept, *ended.of_merged],
                    }
                    staff_act.record(
                        session, who, "merge", (THING, str(number)), before={}, after=after, at=at
                    )
                    for letter in written:
                        outbox.put(session, letter, at=at)
        except CannotMerge:
            abort(409)
    flash(_("They are one customer now. Under “Merged” below they can be parted again."), "done")
    return redirect(url_for("staff.customer_card", number=number, _anchor="merged"), 303)


@bp.post("/customers/<int:number>/difference")
@allowed(Role.RELATIONSHIP)
def tell_apart(number: int) -> Response:
    """Takes note that two are two: they are not shown as duplicates any more."""
    kept, who, at = known(number), colleague(), clock.now()
    other = _other(request.form.get("with", "")[:LONGEST]) or abort(404)
    with writing() as session:
        duplicate.tell_apart(session, kept.owner, other.owner, by=who.name, at=at)
        named = str(other.customer_id or other.order_number)
        staff_act.record(
            session, who, "different", (THING, str(number)), before={}, after={"merged": named}, at=at
        )
    flash(_("Noted: they are two people."), "done")
    return redirect(url_for("staff.duplicates"), 303)


@bp.post("/customers/<int:number>/merged/<int:merge_id>/parting")
@allowed(Role.RELATIONSHIP)
def part(number: int, merge_id: int) -> Response:
    """What was the other's returns to them; what happened since stays here, and how much that is is said."""
    known(number)
    who, at = colleague(), clock.now()
    try:
        with writing() as session:
            done = session.get(MergedAccount, merge_id)
            if done is None or done.customer_id != number:
                abort(404)
            name = _name(done)
            parted = merge.part(session, done, at=at)
            after: dict[str, JsonValue] = {
                "merged": name,
                "rows_back": parted.rows.back,
                "rows_kept": parted.rows.stayed,
            }
            staff_act.record(session, who, "parting", (THING, str(number)), before={}, after=after, at=at)
    except CannotPart:
        flash(
            _("They cannot be parted now: only whoever was merged last can, and only for a while."), "warning"
        )
        return redirect(url_for("staff.customer_card", number=number), 303)
    flash(" ".join(_told(parted)), "done")
    return redirect(url_for("staff.customer_card", number=number), 303)


def _other(sought: str) -> Subject | None:
    """Somebody by the number of their account, their address of e-mail or an order of theirs."""
    if sought.isdecimal() and len(sought) < 10:
        return subject.of_customer(reading(), int(sought))
    if "@" in sought:
        found = customer.by_email(reading(), sought)
        return subject.of_customer(reading(), found.id or 0) if found else None
    return subject.of_guest(reading(), sought) if sought else None


def _page(kept: Subject, other: Subject, form: MergeForm, status: int = 200) -> Response:
    ended = merge.ends(reading(), kept.customer_id or 0, other.customer_id)
    page = render_template(
        "staff/customers/merge.html",
        kept=side(reading(), kept),
        other=side(reading(), other),
        named=str(other.customer_id or other.order_number),
        why=reasons_of(reading(), kept.owner, other.owner),
        ended_of_kept=titles(ended.of_kept),
        ended_of_other=titles(ended.of_merged),
        signs_in=signs_in(kept, other),
        days=retention.MERGES.days,
        form=form,
    )
    return make_response(page, status)


def _name(done: MergedAccount) -> str:
    """The number of whoever was merged: the record of the desk names no customers."""
    return str(done.merged_id) if done.merged_id is not None else _("a guest")


def _told(parted: Parted) -> list[str]:
    """What came of parting, in sentences."""
    said = [_("They are two again: what was the other's has returned to them.")]
    since = [
        ngettext("%(num)s order", "%(num)s orders", parted.orders) if parted.orders else "",
        ngettext("%(num)s build", "%(num)s builds", parted.builds) if parted.builds else "",
        ngettext("%(num)s contact", "%(num)s contacts", parted.contacts) if parted.contacts else "",
    ]
    if any(since):
        said.append(_("What came since stays here: %(what)s.", what=", ".join(filter(None, since))))
    if parted.rows.stayed:
        said.append(
            ngettext(
                "%(num)s thing had been changed since and stays as it is.",
                "%(num)s things had been changed since and stay as they are.",
                parted.rows.stayed,
            )
        )
    if parted.regained:
        said.append(_("These consents hold again: %(which)s.", which=", ".join(titles(parted.regained))))
    return said
