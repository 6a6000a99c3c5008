"""A customer's profile: what they say of themselves, and what follows from what they did, as far as they allow it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    cast,
    exists,
    literal,
    null,
    select,
    union_all,
)
from sqlmodel import Session, col

from catalog.fitting import COLOUR
from catalog.model import NONE, Family
from catalog.preference import Preference
from webapp.catalogues import published
from webapp.customers import birthday, inference, stated_address, stated_fact, touchpoint
from webapp.customers.consent import Consent
from webapp.customers.evidence import BUILT, Act, Reader, Told
from webapp.customers.inference import FAMILY, Fact, FactKind
from webapp.customers.inference_figures import MOST
from webapp.customers.stated_address import StatedAddress
from webapp.customers.stated_fact import StatedFact
from webapp.customers.touchpoint import Touchpoint
from webapp.customers.unused_fact import UnusedFact
from webapp.customers.wording import Purpose

ACT, SAID, OFF = "act", "said", "off"
CONTACT = "contact"
OWN_KINDS = {CONTACT: FactKind.CONTACT, birthday.TRAIT: FactKind.BIRTHDAY}
PREFERRED = (FactKind.LIKINGS, FactKind.COLOURS, FactKind.FAMILIES)  # what one may prefer among options
ABOUT_OPTIONS = (*PREFERRED, FactKind.MEASURES)


class Profile:
    """All that is known of one customer at one moment, worked out anew each time."""

    def __init__(
        self, rows: Iterable[Sequence[Any]], families: Iterable[Family], at: datetime, time_zone: str
    ) -> None:
        self.families = {family.code: family for family in families}
        self.at, self.time_zone = at, time_zone
        self.acts: list[Act] = []
        self.stated: dict[str, dict[str, datetime]] = {}
        self.unused: set[str] = set()
        reader = Reader(self.families)
        for what, *row in rows:
            told = Told(*row)
            if what == ACT:
                self.acts.append(reader.act(told))
            elif what == SAID:
                self.stated.setdefault(told.group or "", {})[told.option or ""] = told.at
            else:
                self.unused.add(told.kind)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What is inferred of the kinds that are in use; also where something stated outranks it."""
        return inference.infer(self.acts, at=self.at, unused=frozenset(self.unused), time_zone=self.time_zone)

    @property
    def standing(self) -> list[Fact]:
        """What is inferred and not said otherwise."""
        return [fact for fact in self.facts if fact.trait not in self.stated]

    @property
    def preferences(self) -> tuple[Preference, ...]:
        """What they prefer: what they state, and what is inferred where they state nothing."""
        said = [
            Preference(trait, value, True, 1.0)
            for trait, values in self.stated.items()
            if self.kind_of(trait) in ABOUT_OPTIONS and self.is_used(trait)
            for value in values
            if value != NONE
        ]
        inferred = [
            Preference(fact.trait, fact.value, False, round(fact.strength, 3))
            for fact in self._inferred(*PREFERRED)
            if fact.trait not in self.stated
        ]
        return (*said, *inferred)

    @property
    def ceilings(self) -> dict[str, int]:
        """Up to what the builds of a family usually cost, in minor units, where that is known."""
        return {fact.family: fact.band[1] for fact in self._inferred(FactKind.PRICES)}

    def _inferred(self, *kinds: FactKind) -> tuple[Fact, ...]:
        """Facts of these kinds alone, as far as they are in use; when somebody comes matters to none of them."""
        others = {kind.value for kind in FactKind if kind not in kinds}
        return inference.infer(self.acts, at=self.at, unused=frozenset(self.unused | others))

    def is_used(self, trait: str) -> bool:
        """Whether facts of its kind are in use: what is switched off is shown to its owner alone."""
        return self.kind_of(trait).value not in self.unused

    def kind_of(self, trait: str) -> FactKind:
        if trait in OWN_KINDS:
            return OWN_KINDS[trait]
        if any(measure.code == trait for family in self.families.values() for measure in family.measures):
            return FactKind.MEASURES
        return {COLOUR: FactKind.COLOURS, FAMILY: FactKind.FAMILIES}.get(trait, FactKind.LIKINGS)


def profile_of(
    session: Session,
    customer_id: int,
    *,
    at: datetime,
    families: Sequence[Family] | None = None,
    time_zone: str = "UTC",
) -> Profile:
    """A customer's profile, empty without their consent. Two statements; one where the `families` are given."""
    if families is None:
        families = [sold.family for sold in published.families(session.connection())]
    return Profile(session.execute(ROWS, {"whose": customer_id}), families, at, time_zone)


def forget_fact(
    session: Session,
    customer_id: int,
    name: str,
    *,
    at: datetime,
    families: Sequence[Family],
    time_zone: str = "UTC",
) -> bool:
    """Removes all that speaks for an inferred fact, older acts that were not looked at before included; whether there
    was such a fact."""
    found = False
    while True:
        profile = profile_of(session, customer_id, at=at, families=families, time_zone=time_zone)
        fact = next((each for each in profile.facts if each.name == name), None)
        if fact is None:
            return found
        found = True
        speaking = [act.number for act in profile.acts if inference.speaks_for(act, fact, time_zone)]
        touchpoint.forget(session, customer_id, speaking)


def say(
    session: Session, customer_id: int, trait: str, *values: str, at: datetime, only: bool = False
) -> bool:
    """Keeps what a customer says of a trait, if they allow a profile at this moment; whether they do.

    `only`: in place of all that they said of it; "no preference" always is.
    """
    if not session.execute(select(_allowed(customer_id))).scalar():
        return False
    stated_fact.say(session, customer_id, trait, values, only=only, at=at)
    return True


def say_address(session: Session, said: StatedAddress) -> bool:
    """Keeps the address that a customer tells, if they allow a profile at this moment; whether they do."""
    if not session.execute(select(_allowed(said.customer_id))).scalar():
        return False
    stated_address.say(session, said)
    return True


def address_of(session: Session, customer_id: int, *, in_use: bool = False) -> StatedAddress | None:
    """The address that a customer told, while they allow a profile; `in_use`: only if it may be used, too."""
    told = select(StatedAddress).where(col(StatedAddress.customer_id) == customer_id, _allowed(customer_id))
    if in_use:
        off = exists().where(
            col(UnusedFact.customer_id) == customer_id, col(UnusedFact.kind) == FactKind.ADDRESS.value
        )
        told = told.where(~off)
    return session.execute(told).scalars().first()


def _rows() -> Select[Any]:
    """Acts, what was said and what is switched off, in one statement, so that a page costs little more."""
    customer_id = bindparam("whose", type_=Integer)
    act, allowed = Touchpoint.__table__.c, _allowed(customer_id)  # type: ignore[attr-defined]
    of_builds = case((act.kind.in_([kind.value for kind in BUILT]), act.detail), else_=cast(null(), JSON))
    latest = (
        select(
            literal(ACT).label("row"),
            *(act.id, act.kind, act.family, act.option_group, act.option, act.at),
            of_builds.label("detail"),
            act.ref,
        )
        .where(act.customer_id == customer_id, allowed)
        .order_by(act.at.desc(), act.id.desc())
        .limit(MOST)
        .subquery()
    )
    nothing = literal("")
    said = select(
        literal(SAID),
        *(col(StatedFact.id), nothing, nothing, col(StatedFact.trait), col(StatedFact.value)),
        *(col(StatedFact.at), cast(null(), JSON), nothing),
    ).where(col(StatedFact.customer_id) == customer_id, allowed)
    off = select(
        *(literal(OFF), literal(0), col(UnusedFact.kind), nothing, nothing, nothing, col(UnusedFact.at)),
        *(cast(null(), JSON), nothing),
    ).where(col(UnusedFact.customer_id) == customer_id, allowed)
    return select(union_all(select(latest), said, off).subquery())


def _allowed(customer_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(
        col(Consent.customer_id) == customer_id,
        col(Consent.purpose) == Purpose.PERSONALISATION.value,
        col(Consent.withdrawn_at).is_(None),
    )


ROWS = _rows()
