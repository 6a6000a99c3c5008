"""Two who may be one, as the desk shows them beside each other."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlmodel import Session

from webapp.customers.consent import Purpose
from webapp.customers.mailbox import box
from webapp.customers.wording import wording
from webapp.languages import language
from webapp.relations.card import known_person, manager
from webapp.relations.card.known_person import KnownPerson
from webapp.relations.card.subject import Subject
from webapp.relations.merging import duplicate, merge
from webapp.relations.merging.duplicate import Pair, Reason
from webapp.sales import build

REASONS = {
    Reason.MAIL: lazy_gettext("the same e-mail address but for dots, capitals or what follows a plus"),
    Reason.PLACE: lazy_gettext("the same name at the same address"),
    Reason.PHONE: lazy_gettext("the same telephone number"),
}


class ShownPair(NamedTuple):
    """`kept`: has an account; the one with more orders, or the older, where both have."""

    kept: KnownPerson
    other: KnownPerson
    why: list[str]


class Side(NamedTuple):
    """One of two on the page that merges them."""

    person: KnownPerson
    subject: Subject
    builds: int
    looked_after_by: str
    consents: list[str]


def shown(session: Session, pairs: Sequence[Pair]) -> list[ShownPair]:
    """Pairs with who they are; those of whom nothing is there any more are left out."""
    owners = list(dict.fromkeys(name for pair in pairs for name in (pair.one, pair.other)))
    people = {one.owner: one for one in known_person.named(session, owners)} if owners else {}
    found = []
    for pair in pairs:
        if pair.one in people and pair.other in people:
            kept, other = sorted((people[pair.one], people[pair.other]), key=_rank)
            found.append(ShownPair(kept, other, why(pair)))
    return found


def why(pair: Pair) -> list[str]:
    return [str(REASONS[each]) for each in pair.reasons]


def reasons_of(session: Session, one: str, other: str) -> list[str]:
    """Why these two may be one, if anything says so."""
    pairs = (each for each in duplicate.of(session, one) if other in (each.one, each.other))
    return next((why(each) for each in pairs), [])


def side(session: Session, who: Subject) -> Side:
    people = known_person.named(session, [who.owner])
    looks = manager.of(session, who.customer_id) if who.customer_id else None
    held = merge.held(session, who.customer_id) if who.customer_id else set()
    return Side(
        people[0],
        who,
        build.count(session.connection(), who.owner),
        looks.name if looks else "",
        titles([each for each in Purpose if each in held]),
    )


def titles(purposes: Sequence[Purpose]) -> list[str]:
    return [wording(each).title[language()] for each in purposes]


def signs_in(kept: Subject, other: Subject) -> str:
    """What becomes of the other address, in a sentence."""
    if other.customer_id is None:
        return _("%(name)s has no account; the orders come to this one.", name=other.name or other.email)
    if box(kept.email) == box(other.email):
        return _("Both addresses are one mailbox: either signs in.")
    return _(
        "From then on only %(kept)s signs in; %(other)s opens nothing any more, so that nobody gets into an account "
        "by being merged with it. Both addresses get a letter about it.",
        kept=kept.email,
        other=other.email,
    )


def _rank(one: KnownPerson) -> tuple[bool, int, int]:
    return one.customer_id is None, -one.orders, one.customer_id or 0
