"""Who is in a segment, page by page, and why one person is or is not."""

from typing import Any, NamedTuple

from flask import abort, current_app, render_template, request, url_for
from flask_babel import gettext as _

from webapp.customers.customer import Customer
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.formats import day, money
from webapp.relations.segments import segment
from webapp.relations.segments.condition import Condition, Not, Shape
from webapp.relations.segments.fact import Person
from webapp.relations.segments.membership import Judged
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.segments.editing import found
from webapp.staff.segments.segment_words import shown_name
from webapp.staff.segments.shown_segment import ShownRule, speech

PAGE = 50
BEHIND = 5  # things that a value is linked to
CARD = "staff.customer_card"


class ShownAtom(NamedTuple):
    """One fact of a rule for one person: in words, as written, whether it is so, its value, the things behind it."""

    words: str
    text: str
    holds: bool
    value: str
    behind: list[tuple[str, str]]  # words and address, which may be empty


@bp.get("/segments/<code>/people")
@allowed(Role.RELATIONSHIP)
def segment_people(code: str) -> str:
    """Everybody in it; `and` or `without` another one, as the figures of an overlap ask."""
    kept, said = found(code), speech()
    shown = said.of(kept.rule)
    shared, left_out = (segment.by_code(reading(), request.args.get(name, "")) for name in ("and", "without"))
    people, membership = [], None
    if shown.condition is not None:
        membership = shown.membership
        if shared is not None:
            membership = membership.also(_condition(said.of(shared.rule)))
        if left_out is not None:
            membership = membership.also(Not(_condition(said.of(left_out.rule))))
        after = max(0, min(request.args.get("after", 0, type=int), 2**31 - 1))
        people = membership.members(after=after, limit=PAGE + 1)
    return render_template(
        "staff/segments/people.html",
        kept=kept,
        shown=shown,
        shared=shared,
        left_out=left_out,
        count=membership.count if membership else 0,
        people=people[:PAGE],
        further=people[PAGE - 1].id if len(people) > PAGE else None,
        is_first=not request.args.get("after"),
    )


@bp.get("/segments/<code>/people/<int:number>")
@allowed(Role.RELATIONSHIP)
def segment_person(code: str, number: int) -> str:
    """Why somebody is in it, or why not: each fact with its value."""
    kept, shown = found(code), speech().of(found(code).rule)
    who = reading().get(Customer, number) if number < 2**31 else None
    if who is None or shown.condition is None:
        abort(404)
    person = Person(who.id or 0, who.owner)
    is_in, judged = shown.membership.why(person)
    return render_template(
        "staff/segments/person.html",
        kept=kept,
        shown=shown,
        who=who,
        card=card_of(who.id or 0),
        is_in=is_in,
        atoms=[_shown(shown, person, each) for each in judged],
    )


@bp.app_template_global("customer_card")
def card_of(number: int) -> str:
    """The address of a customer's card; empty where there is no such page."""
    if CARD not in current_app.view_functions:
        return ""
    return url_for(CARD, number=number)


def _condition(shown: ShownRule) -> Condition:
    return shown.condition or abort(404)


def _shown(shown: ShownRule, person: Person, judged: Judged) -> ShownAtom:
    behind = [
        (name, url_for("staff.order_file", number=name) if kind == "order" else card_of(person.id))
        for kind, name in shown.membership.behind(person, judged.atom, limit=BEHIND)
    ]
    return ShownAtom(
        shown.speech.words.atom(judged.atom),
        judged.atom.text,
        judged.holds,
        _value(shown, judged),
        behind,
    )


def _value(shown: ShownRule, judged: Judged) -> str:
    """What an atom was judged by, in words."""
    value: Any = judged.value
    match judged.atom.shape:
        case Shape.COUNT:
            return str(value or 0)
        case Shape.AMOUNT:
            return money(int(value or 0), shown.speech.lexicon.currency)
        case Shape.MOMENT:
            return day(value) if value else _("never")
        case Shape.NAME:
            return shown_name(judged.atom.fact, value) if value else _("unknown")
        case Shape.PARTS:
            return str(value or 0)
    if value and judged.atom.fact == "prefers":
        return _("said, or shown by what they did, last on %(day)s", day=day(value))
    return _("since %(day)s", day=day(value)) if value else _("no")
