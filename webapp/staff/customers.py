"""The customers: found by whatever somebody says of themselves, and the card of each."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug import Response

from webapp import clock, settings
from webapp.catalogues import published
from webapp.customers import merged_account, staff_act
from webapp.customers.consent import Purpose
from webapp.customers.profile import profile_of
from webapp.customers.staff_role import Role
from webapp.database import reading, reading_rows, stop_reading, writing
from webapp.languages import language
from webapp.relations.card import access, card, known_person, search, subject, time_line
from webapp.relations.card.subject import THING, Subject
from webapp.relations.card.time_line import Channel
from webapp.relations.merging import duplicate
from webapp.sales import build, order
from webapp.staff import bp, shown_act
from webapp.staff.roles import allowed
from webapp.staff.serving_form import WAYS, contact_form, errand_form, manager_form
from webapp.staff.shown_card import CHANNELS, ShownCard
from webapp.staff.shown_moment import ShownMoment
from webapp.staff.shown_order import StaffOrder
from webapp.staff.shown_pair import shown
from webapp.staff.sign_in import colleague
from webapp.staff.talk.shown import entries

LAST = 2**31 - 1  # the highest row number there can be
shown_act.TITLES[THING] = {access.OPENED: lazy_gettext("Card opened")}
shown_act.TITLES.setdefault("order", {})[access.OPENED] = shown_act.TITLES[THING][access.OPENED]
shown_act.THINGS[THING] = lazy_gettext("Customer")
shown_act.PLACES[THING] = ("staff.customer_card", "number")


@bp.get("/customers")
@allowed(Role.RELATIONSHIP)
def customers() -> str:
    """The newest accounts, or who fits what is looked for; the words stand in the address."""
    words = request.args.get("words", "").strip()[: search.LONGEST]
    before = max(0, min(request.args.get("before", LAST, type=int), LAST))
    older = None
    if words:
        owners = search.owners(reading(), words, limit=known_person.PAGE)
    else:
        found = known_person.latest(reading(), before=before, limit=known_person.PAGE + 1)
        shown = found[: known_person.PAGE]
        older = shown[-1].id if len(found) > len(shown) else None
        owners = [one.owner for one in shown]
    return render_template(
        "staff/customers/list.html",
        people=known_person.named(reading(), owners),
        words=words,
        older=older,
        is_first=before == LAST,
        most=known_person.PAGE,
    )


@bp.get("/customers/<int:number>")
@allowed(Role.RELATIONSHIP)
def customer_card(number: int) -> Response:
    """The card; of somebody who was merged into another it is that one's."""
    found = subject.of_customer(reading(), number)
    merged = merged_account.by_number(reading(), number) if found is None else None
    if merged is not None:
        return redirect(url_for("staff.customer_card", number=merged.customer_id), 303)
    return card_page(found or abort(404))


@bp.get("/customers/guests/<order_number>")
@allowed(Role.RELATIONSHIP)
def guest_card(order_number: str) -> Response:
    """Of somebody who ordered without an account."""
    found = subject.of_guest(reading(), order_number) or abort(404)
    if found.customer_id is not None:
        return redirect(url_for("staff.customer_card", number=found.customer_id), 303)
    return card_page(found)


@bp.get("/customers/<int:number>/orders")
@allowed(Role.RELATIONSHIP)
def customer_orders(number: int) -> str:
    found = known(number)
    rows = partial(order.of, reading(), found.owner)
    return _all(
        "orders", found, lambda skip, limit: [StaffOrder(one) for one in rows(skip=skip, limit=limit)]
    )


@bp.get("/customers/<int:number>/payments")
@allowed(Role.RELATIONSHIP)
def customer_payments(number: int) -> str:
    """The rows that the sum on the card is made of."""
    found = known(number)
    rows = partial(card.payments, reading(), found.owner)
    return _all("payments", found, lambda skip, limit: rows(skip=skip, limit=limit))


@bp.get("/customers/<int:number>/builds")
@allowed(Role.RELATIONSHIP)
def customer_builds(number: int) -> str:
    found = known(number)
    rows = partial(build.of, reading(), found.owner)
    return _all("builds", found, lambda skip, limit: rows(skip=skip, limit=limit))


@bp.get("/customers/<int:number>/time-line")
@allowed(Role.RELATIONSHIP)
def customer_time_line(number: int) -> str:
    """All that happened, a page at a time; channel and place stand in the address."""
    found, channels = known(number), wanted_channels()
    part = time_line.of(
        reading(), found, before=_before(), limit=card.PAGE, channels=channels or tuple(Channel)
    )
    return render_template(
        "staff/customers/time_line.html",
        who=found,
        moments=[ShownMoment(one) for one in part.moments],
        older=part.older,
        is_first="before" not in request.args,
        channels=CHANNELS,
        chosen=channels[0] if channels else None,
    )


def known(number: int) -> Subject:
    """The customer of a number; there is no page about anybody else."""
    return subject.of_customer(reading(), number) or abort(404)


def card_page(found: Subject, status: int = 200, **forms: Any) -> Response:
    """The card; that it was looked at is recorded once a day for each colleague."""
    at, zone = clock.now(), settings.current().time_zone
    note_opening(found, at)
    channels = wanted_channels()
    read = card.of(
        reading(),
        found,
        at=at,
        today=clock.day_of(at, zone),
        day_of=partial(clock.day_of, zone=zone),
        channels=channels or tuple(Channel),
    )
    families = published.families(reading_rows())
    profile = None
    if found.customer_id is not None and read.allows(Purpose.PERSONALISATION):
        sold = [one.family for one in families]
        profile = profile_of(reading(), found.customer_id, at=at, families=sold, time_zone=zone)
    own_forms = {
        "contact_form": contact_form(),
        "errand_form": errand_form(empty=True),
        "manager_form": manager_form(read.manager, empty=True),
    }
    page = render_template(
        "staff/customers/card.html",
        card=ShownCard(read, profile),
        who=found,
        few=card.FEW,
        families={one.family.code: one.family.title.in_(language()) for one in families},
        channels=CHANNELS,
        chosen=channels[0] if channels else None,
        ways=WAYS,
        threads=entries(read.threads, at),
        twins=shown(reading(), duplicate.of(reading(), found.owner)),
        **(own_forms | forms),
    )
    return make_response(page, status)


def note_opening(found: Subject, at: datetime) -> None:
    """Writes into the record that this colleague has looked at somebody's card today, unless that stands there."""
    who = colleague()
    name = str(found.customer_id) if found.customer_id is not None else found.order_number
    thing = (THING, name) if found.customer_id is not None else ("order", name)
    since = access.start_of_day(at, settings.current().time_zone)
    if access.is_noted(reading(), who.id, thing, since=since):
        return
    stop_reading()
    with writing() as session:
        staff_act.record(session, who, access.OPENED, thing, before={}, after={}, at=at)


def wanted_channels() -> list[Channel]:
    name = request.args.get("channel", "")
    return [Channel(name)] if name in set(Channel) else []


def _before() -> datetime:
    try:
        given = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return clock.now()
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _all(kind: str, found: Subject, rows: Any) -> str:
    """One list of the card in full, a page at a time."""
    first = max(0, min(request.args.get("from", 0, type=int), 10**6))
    listed = list(rows(first, card.PAGE + 1))
    return render_template(
        "staff/customers/all.html",
        who=found,
        kind=kind,
        rows=listed[: card.PAGE],
        first=first,
        later=first + card.PAGE if len(listed) > card.PAGE else None,
    )
