"""Works out what customers seem to prefer, many at a time, and writes it down for segments: see inferred_preference."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from catalog.model import Family
from webapp.catalogues.published import Published
from webapp.customers import inference, inferred_preference
from webapp.customers import inference_figures as figures
from webapp.customers.consent import Consent
from webapp.customers.evidence import BUILT, Act, Reader, Told
from webapp.customers.inference import FactKind
from webapp.customers.inferred_preference import InferredPreference, Reckoning
from webapp.customers.profile import PREFERRED
from webapp.customers.touchpoint import Touchpoint
from webapp.customers.unused_fact import UnusedFact
from webapp.customers.wording import SAY_SO_OF_GROUPS, Purpose

BATCH = 100  # customers of one transaction
OTHERS = frozenset(kind.value for kind in FactKind if kind not in PREFERRED)


class Stale(NamedTuple):
    """Somebody whose reckoning is missing, or not of all that they did."""

    customer_id: int
    acts: int
    last_at: datetime


class Worked(NamedTuple):
    """What was worked out of one customer's acts, and the kinds of facts that were switched off then."""

    stale: Stale
    unused: frozenset[str]
    found: Sequence[tuple[str, str, datetime]]


def seal(sold: Iterable[Published]) -> str:
    """Changes with whatever would have anything follow differently: the catalogues on sale, and the figures."""
    said = {name: repr(value) for name, value in vars(figures).items() if name.isupper()}
    told = repr((sorted((each.family.code, each.sha256) for each in sold), sorted(said.items())))
    return hashlib.sha256(told.encode()).hexdigest()


def stale(session: Session, sold: str, *, limit: int = BATCH) -> list[Stale]:
    """Customers who allow it and of whom what is written down does not hold, or is not written down."""
    counted, reckoning = inferred_preference.acts().subquery(), Reckoning.__table__  # type: ignore[attr-defined]
    allowed = select(col(Consent.customer_id)).where(*_holding())
    holds = inferred_preference.covers(reckoning.c, counted.c) & (reckoning.c.sold == sold)
    rows = (
        select(counted.c.customer_id, counted.c.acts, counted.c.last_at)
        .outerjoin(reckoning, (reckoning.c.customer_id == counted.c.customer_id) & holds)
        .where(reckoning.c.customer_id.is_(None), counted.c.customer_id.in_(allowed))
        .order_by(counted.c.customer_id)
        .limit(limit)
    )
    return [Stale(*row) for row in session.execute(rows)]


def work_out(
    session: Session, those: Sequence[Stale], families: Sequence[Family], *, at: datetime
) -> list[Worked]:
    """What follows of the acts of these, as their profiles would say at that moment; reads two statements."""
    numbers = [each.customer_id for each in those]
    off = _unused(session, numbers)
    acts = _acts(session, numbers, families)
    worked = []
    for each in those:
        unused = off.get(each.customer_id, frozenset())
        facts = inference.infer(acts.get(each.customer_id, ()), at=at, unused=unused | OTHERS)
        found = [(fact.trait, fact.value, inference.lasts_until(fact, at)) for fact in facts]
        worked.append(Worked(each, unused, found))
    return worked


def keep(session: Session, worked: Sequence[Worked], sold: str) -> None:
    """Writes it down, of those who allow it still and have switched nothing since.

    A withdrawal comes before, or finds it.
    """
    numbers = [each.stale.customer_id for each in worked]
    those = select(col(Consent.customer_id)).where(col(Consent.customer_id).in_(numbers), *_holding())
    allowed = set(session.execute(those.with_for_update()).scalars())
    off = _unused(session, numbers)
    fit = [
        each
        for each in worked
        if each.stale.customer_id in allowed and off.get(each.stale.customer_id, frozenset()) == each.unused
    ]
    inferred_preference.keep(
        session,
        [Reckoning(**each.stale._asdict(), sold=sold) for each in fit],
        [
            InferredPreference(trait=trait, value=value, customer_id=each.stale.customer_id, until=until)
            for each in fit
            for trait, value, until in each.found
        ],
    )


def _holding() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Consent.purpose) == Purpose.PERSONALISATION.value,
        col(Consent.edition).in_(SAY_SO_OF_GROUPS),
        col(Consent.withdrawn_at).is_(None),
    )


def _unused(session: Session, customers: Collection[int]) -> dict[int, frozenset[str]]:
    rows = select(col(UnusedFact.customer_id), col(UnusedFact.kind))
    found: dict[int, frozenset[str]] = {}
    for number, kind in session.execute(rows.where(col(UnusedFact.customer_id).in_(customers))):
        found[number] = found.get(number, frozenset()) | {kind}
    return found


def _acts(session: Session, customers: Collection[int], families: Sequence[Family]) -> dict[int, list[Act]]:
    """The latest acts of each, as many as a profile looks at."""
    latest = func.row_number().over(
        partition_by=col(Touchpoint.customer_id),
        order_by=(col(Touchpoint.at).desc(), col(Touchpoint.id).desc()),
    )
    told = ("id", "kind", "family", "option_group", "option", "at", "detail", "ref")
    ranked = (
        select(
            col(Touchpoint.customer_id), *(getattr(Touchpoint, name) for name in told), latest.label("place")
        )
        .where(col(Touchpoint.customer_id).in_(customers))
        .subquery()
    )
    rows = select(ranked.c.customer_id, *(ranked.c[name] for name in told))
    reader, found = Reader({family.code: family for family in families}), dict[int, list[Act]]()
    for number, *row in session.execute(rows.where(ranked.c.place <= figures.MOST)):
        act = Told(*row)
        said = act if act.kind in BUILT else act._replace(detail=None)
        found.setdefault(number, []).append(reader.act(said))
    return found
