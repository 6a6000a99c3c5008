"""Taking over a list of customers: the file, what its columns hold, what is wrong with it, and the way back."""

from collections.abc import Mapping

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue
from sqlmodel import Session, col, select
from werkzeug import Response

from webapp import clock, settings
from webapp.account.build_form import TokenForm
from webapp.account.entries import one_line
from webapp.customers import staff_act
from webapp.customers.customer import Customer
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.fragments import page_or_fragment
from webapp.guards import takes_up_to
from webapp.languages import LANGUAGES, language
from webapp.relations.importing import customer_import, customer_list
from webapp.relations.importing.customer_import import Choice, CustomerImport, State
from webapp.relations.importing.customer_list import Column, Unreadable
from webapp.staff import bp, shown_act, shown_import
from webapp.staff.roles import allowed
from webapp.staff.shown_import import CHOICES, DELIMITERS, ENCODINGS, OUTCOMES, UNREADABLE
from webapp.staff.sign_in import colleague

THING = "customer-import"
AROUND = 64 * 1024  # of a form around its file
LISTED = 50
TOLD = 100  # rows that are told of at once
shown_act.TITLES[THING] = {
    "sent": lazy_gettext("List sent"),
    "started": lazy_gettext("List taken over"),
    "taken-back": lazy_gettext("List taken back"),
    "discarded": lazy_gettext("List thrown away"),
}
shown_act.THINGS[THING] = lazy_gettext("List of customers")
shown_act.PLACES[THING] = ("staff.customer_import_file", "number")
shown_act.FIELDS |= {"rows": lazy_gettext("Rows"), "known": lazy_gettext("Those we know")}
shown_act.SAID |= dict(CHOICES)


@bp.get("/customers/imports")
@allowed(Role.RELATIONSHIP)
def customer_imports() -> Response:
    """The lists that were sent of late, and the way to send one."""
    return _list_page(TokenForm(formdata=None))


@bp.post("/customers/imports/upload")
@allowed(Role.RELATIONSHIP)
@takes_up_to(customer_list.LARGEST + AROUND)
def send_customers() -> Response:
    """Reads a file; nothing of it is anybody's before somebody has looked at it."""
    form, sent, at, who = TokenForm(), request.files.get("file"), clock.now(), colleague()
    if not form.validate_on_submit():
        return _list_page(TokenForm(formdata=None), _("This page has grown old. Try again."), 422)
    if sent is None or not sent.filename:
        return _list_page(form, _("Choose a file."), 422)
    try:
        sheet = customer_list.read(sent.read(customer_list.LARGEST + 1))
    except Unreadable as fault:
        return _list_page(form, str(UNREADABLE[fault.why]), 422)
    name = one_line(sent.filename)[:120] or "list.csv"
    stop_reading()
    with writing() as session:
        kept = customer_import.keep(
            session,
            sheet,
            token=form.token.data or "",
            name=name,
            language=language(),
            by=who.name,
            at=at,
        )
        number = kept.id or 0
        if kept.at == at:
            _record(session, "sent", number, {"rows": kept.total})
    return redirect(url_for("staff.customer_import_file", number=number), 303)


@bp.get("/customers/imports/<int:number>")
@allowed(Role.RELATIONSHIP)
def customer_import_file(number: int) -> Response:
    return _page(_found(number))


@bp.post("/customers/imports/<int:number>/mapping")
@allowed(Role.RELATIONSHIP)
def map_customer_columns(number: int) -> Response:
    """Keeps what the columns hold; with `start` it begins, if there is anything to take in."""
    _found(number)
    mapping = _mapping()
    choice = request.form.get("choice", "")
    spoken = request.form.get("language", "")
    starts = "start" in request.form
    if choice not in set(Choice) or spoken not in LANGUAGES:
        abort(422)
    trouble = _("Say which column holds the e-mail address.") if Column.EMAIL.value not in mapping else ""
    today = clock.today(settings.current().time_zone)
    with writing() as session:
        one = customer_import.by_id(session, number, for_update=True) or abort(404)
        if one.state == State.MAPPING:
            customer_import.map_columns(one, mapping, Choice(choice), spoken)
            if starts and not trouble:
                customer_import.start(session, one, tuple(LANGUAGES), today)
                _record(session, "started", number, {"rows": one.total, "known": choice})
    if trouble:
        stop_reading()
        return _page(_found(number), trouble, 422)
    return redirect(url_for("staff.customer_import_file", number=number), 303)


@bp.post("/customers/imports/<int:number>/taking-back")
@allowed(Role.RELATIONSHIP)
def take_customers_back(number: int) -> Response:
    with writing() as session:
        one = customer_import.by_id(session, number, for_update=True) or abort(404)
        if one.state == State.DONE:
            customer_import.undo(session, one)
            _record(session, "taken-back", number, {})
    return redirect(url_for("staff.customer_import_file", number=number), 303)


@bp.post("/customers/imports/<int:number>/removal")
@allowed(Role.RELATIONSHIP)
def discard_customers(number: int) -> Response:
    """Throws away a list of which nothing was taken in yet."""
    with writing() as session:
        one = customer_import.by_id(session, number, for_update=True) or abort(404)
        if one.state == State.MAPPING:
            customer_import.discard(session, one)
            _record(session, "discarded", number, {})
    flash(_("The list is thrown away."), "done")
    return redirect(url_for("staff.customer_imports"), 303)


def _found(number: int) -> CustomerImport:
    return customer_import.by_id(reading(), number) or abort(404)


def _mapping() -> dict[str, int]:
    """What each column holds, as the form says it: a thing stands in one column."""
    mapping: dict[str, int] = {}
    known = set(Column)
    for place in range(customer_list.MOST_COLUMNS):
        said = request.form.get(f"column-{place}", "")
        if said in known:
            mapping.setdefault(said, place)
    return mapping


def _list_page(form: TokenForm, trouble: str = "", status: int = 200) -> Response:
    page = render_template(
        "staff/customers/imports.html",
        form=form,
        trouble=trouble,
        imports=customer_import.latest(reading(), limit=LISTED),
        state=shown_import.state,
    )
    return make_response(page, status)


def _page(one: CustomerImport, trouble: str = "", status: int = 200) -> Response:
    number = one.id or 0
    waits = one.state == State.MAPPING
    judged = _judged(one) if waits else None
    return page_or_fragment(
        "staff/customers/import.html",
        "staff/customers/_import_progress.html",
        status,
        one=one,
        waits=waits,
        place=url_for("staff.customer_import_file", number=number),
        state=shown_import.state(one),
        trouble=trouble,
        columns=shown_import.columns(),
        held={place: name for name, place in one.mapping.items()},
        choices=CHOICES,
        encoding=ENCODINGS.get(one.encoding, one.encoding),
        delimiter=DELIMITERS[one.delimiter],
        judged=judged,
        samples=[cells for _line, cells in customer_import.lines(reading(), number)[:3]] if waits else [],
        outcomes=_outcomes(one),
        told=[] if waits else shown_import.told(customer_import.told(reading(), number, limit=TOLD)),
        most=TOLD,
    )


def _judged(one: CustomerImport) -> shown_import.Judged:
    today = clock.today(settings.current().time_zone)
    spoken = customer_import.spoken(one, tuple(LANGUAGES))
    entries = customer_list.entries(customer_import.lines(reading(), one.id or 0), one.mapping, spoken, today)
    emails = [found.email for _line, found in entries if found.is_taken]
    known: set[str] = set()
    for start in range(0, len(emails), customer_import.AT_ONCE):
        part = emails[start : start + customer_import.AT_ONCE]
        known.update(reading().exec(select(Customer.email).where(col(Customer.email).in_(part))))
    return shown_import.judged(entries, known, most=TOLD)


def _outcomes(one: CustomerImport) -> Mapping[str, int]:
    counted = customer_import.outcomes(reading(), one.id or 0)
    return {str(title): counted[name] for name, title in OUTCOMES.items() if name in counted}


def _record(session: Session, act: str, number: int, after: dict[str, JsonValue]) -> None:
    what = (THING, str(number))
    staff_act.record(session, colleague(), act, what, before={}, after=after, at=clock.now())
