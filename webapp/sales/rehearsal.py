"""The rehearsal: what a document would do to everybody's builds, promises and orders if it were on sale."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from sqlalchemy import func
from sqlmodel import Session, col, select

from catalog.choices import Choices
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.reopen import Standing
from catalog.verdict import Judge, Verdict
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.current_build import CurrentBuild
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.quote import Quote
from webapp.sales.rehearsed import Thing
from webapp.sales.reopening import as_kept
from webapp.sales.specification import Specification

BATCH = 100
CLOSED = (Step.SHIPPING, Step.COLLECTION, Step.DELIVERY, Step.CANCELLATION)


class Piece(NamedTuple):
    """A few things that were looked at: their findings, where to go on, how much of all is done."""

    findings: list[dict[str, Any]]
    cursor: dict[str, Any]
    done: int
    total: int


class Held(NamedTuple):
    """One thing as it is kept: by its parts, or (of what somebody is making) by its choices."""

    key: Any
    row: dict[str, Any]
    kept: Specification | None = None
    choices: Choices | None = None


@dataclass(frozen=True)
class Rehearsal:
    """A document beside what is on sale. `on_sale`: None of a family that never was."""

    code: str
    draft: Engine
    on_sale: Engine | None
    today: date

    def pieces(
        self, reading: Callable[[], Session], cursor: dict[str, Any], done: int = 0
    ) -> Iterator[Piece]:
        """Everything piece by piece, from a cursor on; `reading` opens a session for each, so that none is held."""
        draft = Judge(self.draft)
        on_sale = Judge(self.on_sale) if self.on_sale else None
        with reading() as session:
            total = sum(_count(session, self.code, thing, self.today) for thing in Thing)
        things = list(Thing)
        first = things.index(Thing(cursor["thing"])) if cursor else 0
        after = cursor.get("after")
        for thing in things[first:]:
            while True:
                with reading() as session:
                    held = LOADS[thing](session, self.code, self.today, after)
                    findings = [self._finding(thing, each, on_sale, draft) for each in held]
                if not held:
                    break
                after, done = held[-1].key, done + len(held)
                yield Piece(findings, {"thing": thing.value, "after": after}, done, max(total, done))
            after = None

    def _finding(self, thing: Thing, held: Held, on_sale: Judge | None, draft: Judge) -> dict[str, Any]:
        judges = (on_sale, draft)
        if held.kept is not None:
            kept = held.kept
            before, after = (_of_parts(judge, kept) for judge in judges)
            amounts = {"kept": kept.total, "currency": kept.currency}
        else:
            assert held.choices is not None
            before, after = (_of_choices(judge, held.choices) for judge in judges)
            if before.total is not None and after.total is not None and before.total != after.total:
                after = after._replace(standing=Standing.REPRICED)
            amounts = {
                "kept": before.total or after.total or 0,
                "currency": draft.family.currency,
            }
        return {
            "thing": thing.value,
            "position": 0,
            "quantity": 1,
            **held.row,
            **amounts,
            "before": before.standing.value,
            "after": after.standing.value,
            "was": before.total,
            "now": after.total,
        }


def _of_parts(judge: Judge | None, kept: Specification) -> Verdict:
    if judge is None:
        return Verdict(Standing.IMPOSSIBLE, None)
    return judge.of_parts(frozenset(kept.picked), kept.total, kept.currency, partial(as_kept, kept))


def _of_choices(judge: Judge | None, choices: Choices) -> Verdict:
    return judge.of_choices(choices) if judge else Verdict(Standing.IMPOSSIBLE, None)


def _builds(session: Session, code: str, _today: date, after: int | None) -> list[Held]:
    found = session.exec(
        select(Build)
        .join(Build.latest)  # type: ignore[arg-type]
        .where(BuildVersion.family == code, col(Build.id) > (after or 0))
        .order_by(col(Build.id))
        .limit(BATCH)
    )
    return [
        Held(each.id, {"ref": each.code, "owner": each.owner, "name": each.name}, each.latest)
        for each in found
    ]


def _quotes(session: Session, code: str, today: date, after: int | None) -> list[Held]:
    found = session.exec(
        select(Quote, Build)
        .join(Build, col(Build.id) == Quote.build_id)
        .where(Quote.family == code, col(Quote.until) >= today, col(Quote.id) > (after or 0))
        .order_by(col(Quote.id))
        .limit(BATCH)
    )
    return [
        Held(quote.id, {"ref": quote.code, "owner": build.owner, "name": build.name}, quote)
        for quote, build in found
    ]


def _orders(session: Session, code: str, _today: date, after: int | None) -> list[Held]:
    found = session.exec(
        _open_lines(select(OrderLine, Order.number, Order.owner, Order.name), code)
        .where(col(OrderLine.id) > (after or 0))
        .order_by(col(OrderLine.id))
        .limit(BATCH)
    )
    return [
        Held(
            line.id,
            {
                "ref": number,
                "owner": owner,
                "name": name,
                "position": line.position,
                "quantity": line.quantity,
            },
            line,
        )
        for line, number, owner, name in found
    ]


def _current(session: Session, code: str, _today: date, after: str | None) -> list[Held]:
    found = session.exec(
        select(CurrentBuild)
        .where(CurrentBuild.family == code, CurrentBuild.owner > (after or ""))
        .order_by(col(CurrentBuild.owner))
        .limit(BATCH)
    )
    return [
        Held(each.owner, {"ref": each.owner, "owner": each.owner, "name": ""}, choices=said(each.address))
        for each in found
    ]


def said(address: str) -> Choices:
    """The choices that an address names; a later pick of an option counts once."""
    keys = (OptionKey(group, option) for group, option in parse_qsl(address) if group != "pick")
    return Choices(tuple(dict.fromkeys(keys)))


def _count(session: Session, code: str, thing: Thing, today: date) -> int:
    count = func.count()
    if thing is Thing.BUILD:
        latest = (col(BuildVersion.build_id) == Build.id) & (col(BuildVersion.number) == Build.latest_number)
        query = select(count).select_from(Build).join(BuildVersion, latest).where(BuildVersion.family == code)
    elif thing is Thing.QUOTE:
        query = select(count).select_from(Quote).where(Quote.family == code, col(Quote.until) >= today)
    elif thing is Thing.ORDER:
        query = _open_lines(select(count), code)
    else:
        query = select(count).select_from(CurrentBuild).where(CurrentBuild.family == code)
    return int(session.exec(query).one())


def _open_lines(query: Any, code: str) -> Any:
    """Lines, by their orders' newest revisions, of orders that have not left the house and were not cancelled."""
    closed = select(OrderStep.order_id).where(col(OrderStep.step).in_(CLOSED))
    return (
        query.select_from(OrderLine)
        .join(Order, (col(Order.id) == OrderLine.order_id) & (col(Order.revision) == OrderLine.revision))
        .where(OrderLine.family == code, col(Order.id).not_in(closed))
    )


LOADS: dict[Thing, Callable[[Session, str, date, Any], Sequence[Held]]] = {
    Thing.BUILD: _builds,
    Thing.QUOTE: _quotes,
    Thing.ORDER: _orders,
    Thing.CURRENT: _current,
}
