"""What the parts of a document are called at the desk."""

from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from flask_babel import get_locale, lazy_gettext

from webapp.staff import bp


class Thing(NamedTuple):
    """A kind of thing with a name of its own: one of it, and several."""

    one: str
    plural: str


THINGS: dict[str, Thing] = {
    "steps": Thing(lazy_gettext("step"), lazy_gettext("steps")),
    "groups": Thing(lazy_gettext("group"), lazy_gettext("groups")),
    "options": Thing(lazy_gettext("option"), lazy_gettext("options")),
    "rules": Thing(lazy_gettext("rule"), lazy_gettext("rules")),
    "resources": Thing(lazy_gettext("resource"), lazy_gettext("resources")),
    "price_rules": Thing(lazy_gettext("price rule"), lazy_gettext("price rules")),
    "bundles": Thing(lazy_gettext("bundle"), lazy_gettext("bundles")),
    "ready_made": Thing(lazy_gettext("ready-made build"), lazy_gettext("ready-made builds")),
    "attributes": Thing(lazy_gettext("attribute"), lazy_gettext("attributes")),
    "traits": Thing(lazy_gettext("trait"), lazy_gettext("traits")),
    "measures": Thing(lazy_gettext("measure"), lazy_gettext("measures")),
    "files": Thing(lazy_gettext("picture"), lazy_gettext("pictures")),
    "cases": Thing(lazy_gettext("test case"), lazy_gettext("test cases")),
}

FIELDS: dict[str, str] = {
    "title": lazy_gettext("name"),
    "description": lazy_gettext("description"),
    "reason": lazy_gettext("reason"),
    "code": lazy_gettext("code"),
    "price": lazy_gettext("price"),
    "prices": lazy_gettext("scheduled prices"),
    "since": lazy_gettext("sold from"),
    "until": lazy_gettext("sold until"),
    "min": lazy_gettext("at least"),
    "max": lazy_gettext("at most"),
    "step": lazy_gettext("step"),
    "traits": lazy_gettext("traits"),
    "attributes": lazy_gettext("attributes"),
    "values": lazy_gettext("values"),
    "from_attribute": lazy_gettext("from which attribute"),
    "to_attribute": lazy_gettext("to which attribute"),
    "unit": lazy_gettext("unit"),
    "layers": lazy_gettext("layers"),
    "picture": lazy_gettext("picture"),
    "paints": lazy_gettext("paints"),
    "swatch": lazy_gettext("swatch"),
    "thumbnail": lazy_gettext("part of the picture"),
    "rule": lazy_gettext("rule"),
    "when": lazy_gettext("condition"),
    "amount": lazy_gettext("amount"),
    "percent": lazy_gettext("percent"),
    "of": lazy_gettext("taken of"),
    "options": lazy_gettext("options"),
    "choices": lazy_gettext("choices"),
    "currency": lazy_gettext("currency"),
    "tax_percent": lazy_gettext("tax"),
    "tax_class": lazy_gettext("tax abroad"),
    "lead": lazy_gettext("lead time"),
}


def day_of(text: str) -> str:
    """A day of a document as the reader writes it."""
    return short_day(date.fromisoformat(text))


@bp.app_template_filter("short_day")
def short_day(day: date) -> str:
    """A day in as few signs as it takes: "1 Dec 2026"."""
    return str(format_date(day, "medium", locale=get_locale()))
