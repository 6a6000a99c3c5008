"""Acts of staff as the record shows them: what was done, to what, and the difference in words."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import JsonValue

from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_role import Role
from webapp.formats import money
from webapp.languages import LANGUAGES, language
from webapp.outbox import State as LetterState
from webapp.sales.order_state import State as OrderState
from webapp.staff import bp
from webapp.staff.moments import moment
from webapp.staff.shown_calendar import calendar_facts
from webapp.staff.shown_letter import state_title as letter_state_title
from webapp.staff.shown_order import act_title as order_act_title
from webapp.staff.shown_order import state_title as order_state_title
from webapp.staff.shown_role import role_title

# What acts are called, by the kind of thing they are done to. A page with acts of its own adds them here.
TITLES: dict[str, dict[str, object]] = {
    "staff": {
        "sign-in": lazy_gettext("Signed in"),
        "sign-out": lazy_gettext("Signed out"),
        "second-step-refused": lazy_gettext("Second step refused"),
        "recovery-code": lazy_gettext("Recovery code used"),
        "new-recovery-codes": lazy_gettext("New recovery codes"),
        "authenticator": lazy_gettext("Authenticator app set up"),
        "authenticator-removed": lazy_gettext("Authenticator app taken away"),
        "password": lazy_gettext("Password changed"),
        "joined": lazy_gettext("Joined"),
        "roles": lazy_gettext("Roles changed"),
        "left": lazy_gettext("Left"),
        "returned": lazy_gettext("Came back"),
        "session-ended": lazy_gettext("Signed out by hand"),
        "added": lazy_gettext("Added on the command line"),
    },
    "invitation": {
        "invited": lazy_gettext("Invited"),
        "sent-again": lazy_gettext("Invited once more"),
        "withdrawn": lazy_gettext("Invitation withdrawn"),
    },
    "letter": {"sent-again": lazy_gettext("Sent again")},
    "calendar": {
        "closed": lazy_gettext("Closed"),
        "opened": lazy_gettext("Opened again"),
        "capacity": lazy_gettext("Pieces of a week"),
        "pattern": lazy_gettext("Days and pieces from a week on"),
    },
}
THINGS: dict[str, object] = {
    "order": lazy_gettext("Order"),
    "letter": lazy_gettext("Letter"),
    "calendar": lazy_gettext("Calendar"),
    "staff": lazy_gettext("Colleague"),
    "invitation": lazy_gettext("Invitation"),
}
# Where a thing is looked at: an endpoint of the desk, and what its address calls the thing; nothing where it is alone.
PLACES: dict[str, tuple[str, str]] = {
    "order": ("staff.order_file", "number"),
    "letter": ("staff.letter", "message_id"),
    "calendar": ("staff.workshop_calendar", ""),
    "staff": ("staff.colleague_file", "number"),
    "invitation": ("staff.colleagues", ""),
}
FIELDS: dict[str, object] = {
    "state": lazy_gettext("State"),
    "paid": lazy_gettext("Paid"),
    "fee": lazy_gettext("Fee"),
    "roles": lazy_gettext("Roles"),
    "email": lazy_gettext("E-mail"),
    "name": lazy_gettext("Their name"),
    "device": lazy_gettext("Device"),
    "sessions": lazy_gettext("Sign-ins"),
    "second_step": lazy_gettext("Second step"),
    "recovery_codes": lazy_gettext("Recovery codes"),
    "reason": lazy_gettext("Reason"),
    "left": lazy_gettext("Has left"),
    "until": lazy_gettext("Good until"),
}
SAID: dict[str, object] = {
    "app": lazy_gettext("app"),
    "demo": lazy_gettext("password alone, as the demo allows"),
    "recovery code": lazy_gettext("recovery code"),
    "wrong": lazy_gettext("wrong code"),
    "used before": lazy_gettext("code used before"),
}
# Who finds words for what an act of a kind of thing speaks of; empty where there are none.
NAMERS: dict[str, Callable[[StaffAct, str], str]] = {}
AMOUNTS = {"paid", "fee"}
PRICES = ("/price", "/amount")  # ends of places in a document
UNSEEN = {"currency"}  # it says how to read the others
NOTHING = "–"


class Difference(NamedTuple):
    """One thing that an act changed. `name` is empty where the words speak for themselves."""

    name: str
    before: str
    after: str


@bp.app_template_filter("act_words")
def act_words(act: StaffAct) -> str:
    return act_title(act.thing, act.act)


def act_title(thing: str, act: str) -> str:
    """What was done; an act that nobody named is called as its code has it."""
    if thing in TITLES and act in TITLES[thing]:
        return str(TITLES[thing][act])
    if thing == "order":
        with suppress(KeyError):
            return order_act_title(act)
    return act.replace("-", " ").capitalize()


@bp.app_template_filter("thing_title")
def thing_title(thing: str) -> str:
    return str(THINGS.get(thing, thing.replace("-", " ").capitalize()))


@bp.app_template_filter("thing_place")
def thing_place(act: StaffAct) -> str:
    """Where to look at what an act was done to; nothing where there is no such page."""
    endpoint, name = PLACES.get(act.thing, ("", ""))
    if endpoint not in current_app.view_functions:
        return ""
    named: dict[str, Any] = {name: act.thing_id} if name else {}
    return url_for(endpoint, **named)


@bp.app_template_filter("differences")
def differences(act: StaffAct) -> list[Difference]:
    """What an act changed, each with what it was and what it became."""
    if act.thing == "calendar":
        return [Difference("", *(calendar_facts(side) if side else "" for side in (act.before, act.after)))]
    names = [*act.before, *(name for name in act.after if name not in act.before)]
    return [
        Difference(
            _called(act, name),
            _written(act, name, act.before),
            _written(act, name, act.after),
        )
        for name in names
        if name not in UNSEEN and act.before.get(name) != act.after.get(name)
    ]


def _called(act: StaffAct, name: str) -> str:
    if name in FIELDS:
        return str(FIELDS[name])
    words = NAMERS[act.thing](act, name) if act.thing in NAMERS else ""
    words = words or name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def _written(act: StaffAct, name: str, side: Mapping[str, JsonValue]) -> str:
    """One value in words; empty where this side says nothing about it."""
    if name not in side:
        return ""
    value = side[name]
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if (name in AMOUNTS or name.endswith(PRICES)) and isinstance(value, int):
        return _amount(value, side)
    if name == "state":
        return _state(act.thing, str(value))
    if isinstance(value, list):
        return ", ".join(_one(name, each) for each in value)
    return _one(name, value)


def _one(name: str, value: JsonValue) -> str:
    if name == "roles" and value in set(Role):
        return role_title(Role(value))
    if name in ("until", "left", "due") and isinstance(value, str):
        return moment(datetime.fromisoformat(value))
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            return str(value.get(language()) or next(iter(value.values())))
        return ", ".join(f"{key}: {_one(key, each)}" for key, each in value.items())
    return str(SAID.get(str(value), value))


def _amount(value: int, side: Mapping[str, JsonValue]) -> str:
    currency = side.get("currency")
    return money(value, currency) if isinstance(currency, str) else f"{value / 100:.2f}"


def _state(thing: str, value: str) -> str:
    titles: dict[str, tuple[type[Enum], Callable[..., str]]] = {
        "order": (OrderState, order_state_title),
        "letter": (LetterState, letter_state_title),
    }
    if thing not in titles:
        return value
    kind, title = titles[thing]
    return title(kind(value)) if value in {each.value for each in kind} else value
