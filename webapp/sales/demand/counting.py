"""Counting: the worker folds touchpoints into journeys and refusals, a batch at a time, each exactly once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from webapp.customers.touchpoint import COUNTED, Kind, Touchpoint
from webapp.locks import alone
from webapp.sales.demand import journey, progress
from webapp.sales.demand.journey import Journey
from webapp.sales.demand.progress import TOUCHPOINTS
from webapp.sales.demand.refusal import Refusal, RefusalRule, telling

BATCH = 500  # touchpoints of one transaction
# Rows are numbered before they are there for others to see: what is younger than any transaction may last has to wait,
# else a number that comes to light late would be passed over.
SETTLED = timedelta(minutes=1)


def waiting(session: Session, *, before: datetime) -> tuple[int, Sequence[Touchpoint]]:
    """The last one that is counted, and those after it up to the first that has not settled before a moment."""
    start = _reached(session)
    rest = select(Touchpoint).where(col(Touchpoint.id) > start, col(Touchpoint.kind).in_(COUNTED))
    acts = session.exec(rest.order_by(col(Touchpoint.id)).limit(BATCH)).all()
    fresh = next((place for place, act in enumerate(acts) if act.at >= before), len(acts))
    return start, acts[:fresh]


def count(session: Session, start: int, acts: Sequence[Touchpoint], *, at: datetime) -> bool:
    """Counts what was waiting; False where another worker was quicker. `at`: all older ones are among them."""
    alone(session, "demand")
    if _reached(session) != start:
        return False
    fold(session, acts)
    reached = acts[-1].id if acts else start
    # While there is more, it is told of no moment but the last act's own.
    seen = acts[-1].at if len(acts) == BATCH else at
    progress.note(session, TOUCHPOINTS, at=seen, reached=reached or start)
    return True


def _reached(session: Session) -> int:
    done = progress.of(session, TOUCHPOINTS)
    return done.reached if done else 0


def fold(session: Session, acts: Sequence[Touchpoint]) -> None:
    """Adds acts, the oldest first, to the journeys they belong to. Those that name nobody count as picks alone."""
    named = [act for act in acts if act.visitor is not None]
    journeys = journey.latest(session, {act.visitor or "" for act in named})
    open_ = _open_refusals(session, journeys.values())
    offered = _touchpoints(session, open_)
    refused: list[tuple[Refusal, Journey]] = []
    rules: list[RefusalRule] = []
    for act in named:
        going = _going_on(session, journeys, act)
        if going.open_refusal is not None:
            before = open_.pop(going.open_refusal, None)
            if before is not None:
                told = offered[going.open_refusal].detail or {}
                before.went_on(act, told.get("repairs", []))
            going.open_refusal = None
        going.take(act)
        if act.kind == Kind.BLOCKED and act.id is not None:
            refusal = Refusal.of(act)
            refused.append((refusal, going))
            told_rules = telling(dict.fromkeys((act.detail or {}).get("rules", [])))
            rules += [RefusalRule(refusal_id=act.id, rule=rule) for rule in told_rules]
            going.open_refusal, open_[act.id], offered[act.id] = act.id, refusal, act
    session.flush()  # new journeys have their numbers now, all at once
    for refusal, going in refused:
        refusal.journey_id = going.id or 0
    _joined(session, [refusal for refusal, _ in refused])
    session.add_all(refusal for refusal, _ in refused)
    session.flush()
    session.add_all(rules)
    session.flush()


def _going_on(session: Session, journeys: dict[tuple[str, str], Journey], act: Touchpoint) -> Journey:
    key = (act.visitor or "", act.family)
    found = journeys.get(key)
    if found is None or not found.goes_on_at(act.at):
        found = Journey(visitor=act.visitor, family=act.family, began_at=act.at, last_at=act.at)
        session.add(found)
        journeys[key] = found
    return found


def _joined(session: Session, refusals: Sequence[Refusal]) -> None:
    """Tells the last click of each wish when it was clicked again."""
    if not refusals:
        return
    theirs = select(Refusal).where(
        col(Refusal.journey_id).in_({each.journey_id for each in refusals}), col(Refusal.again_at).is_(None)
    )
    last = {each.wish: each for each in session.exec(theirs)}
    for refusal in refusals:
        if before := last.get(refusal.wish):
            before.again_at = refusal.at
        last[refusal.wish] = refusal


def _open_refusals(session: Session, journeys: Iterable[Journey]) -> dict[int, Refusal]:
    numbers = [each.open_refusal for each in journeys if each.open_refusal is not None]
    if not numbers:
        return {}
    found = session.exec(select(Refusal).where(col(Refusal.id).in_(numbers)))
    return {each.id: each for each in found if each.id is not None}


def _touchpoints(session: Session, numbers: Iterable[int]) -> dict[int, Touchpoint]:
    wanted = list(numbers)
    if not wanted:
        return {}
    found = session.exec(select(Touchpoint).where(col(Touchpoint.id).in_(wanted)))
    return {each.id: each for each in found if each.id is not None}
