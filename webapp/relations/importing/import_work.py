"""What the worker does with an import: takes rows in, a few at a time, or takes back what they made."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_objects

from webapp.customers import consent, customer, merged_account
from webapp.customers.consent import Consent
from webapp.customers.customer import Customer
from webapp.locks import alone
from webapp.relations.importing import customer_import, customer_list
from webapp.relations.importing.customer_import import Choice, CustomerImportRow, Outcome, State, spoken
from webapp.relations.importing.customer_list import Entry
from webapp.relations.merging import duplicate
from webapp.relations.merging.merge_map import MOVED

A_FEW = 25  # rows of one transaction
# What an import makes itself, or what follows of it.
OWN = frozenset({"consents.customer_id", "customer_levels.customer_id", "level_changes.customer_id"})


def step(session: Session, number: int, languages: Sequence[str], today: date, at: datetime) -> bool:
    """Takes in a few rows, or takes them back; whether there is more to do. Any number of workers may ask."""
    alone(session, f"import {number}")
    one = customer_import.by_id(session, number, for_update=True)
    if one is None or not one.is_at_work:
        return False
    undoing = one.state == State.UNDOING
    wanted = (Outcome.NEW.value, Outcome.UPDATED.value) if undoing else ("",)
    rows = session.exec(
        select_objects(CustomerImportRow)
        .where(CustomerImportRow.import_id == number, col(CustomerImportRow.outcome).in_(wanted))
        .order_by(col(CustomerImportRow.id).desc() if undoing else col(CustomerImportRow.id))
        .limit(A_FEW)
    ).all()
    if undoing:
        _take_back(session, rows)
    else:
        for row in rows:
            found = customer_list.entry(row.cells, one.mapping, spoken(one, languages), today)
            _take_in(session, row, found, Choice(one.choice), at)
    one.done = min(one.total, one.done + len(rows))
    if len(rows) < A_FEW:
        one.state, one.ended_at = (State.UNDONE if undoing else State.DONE).value, at
        one.done = one.total
    session.flush()
    return one.is_at_work


def _take_in(session: Session, row: CustomerImportRow, found: Entry, choice: Choice, at: datetime) -> None:
    known = customer.by_email(session, found.email, for_update=True)
    merged = merged_account.by_email(session, found.email) if known is None else None
    if merged is not None:
        known = session.get(Customer, merged.customer_id)
    has_account = known is not None
    if known is None and choice is not Choice.NEW:
        alike = duplicate.like(session, found.email, found.phone)
        if len(alike) > 1:
            row.outcome = Outcome.UNCLEAR.value
            return
        known = session.get(Customer, alike[0]) if alike else None
    if known is not None and (choice is Choice.SKIP or (choice is Choice.NEW and has_account)):
        row.outcome, row.customer_id = Outcome.SKIPPED.value, known.id
        return
    if known is None:
        known = Customer(
            owner=customer.new_owner(),
            email=found.email,
            name=found.name,
            phone=found.phone,
            language=found.language,
            since=at,
        )
        session.add(known)
        row.outcome, filled = Outcome.NEW.value, {}
    else:
        filled = {
            name: said
            for name in ("name", "phone")
            if (said := getattr(found, name)) and not getattr(known, name)
        }
        for name, said in filled.items():
            setattr(known, name, said)
        row.outcome = Outcome.UPDATED.value
    session.flush()
    row.customer_id = known.id
    row.changes = {"filled": filled, "consents": _give(session, known.id or 0, found)}


def _give(session: Session, number: int, found: Entry) -> list[int]:
    """Gives the consents of a row; where somebody has decided anything themselves, that stands."""
    given = []
    said = {one.purpose for one in consent.receipts(session, number)}
    for purpose, at in found.consents:
        if purpose.value not in said:
            receipt = consent.give(
                session, number, purpose, language=found.language, channel="import", how=found.how, at=at
            )
            given.append(receipt.id or 0)
    return given


def _take_back(session: Session, rows: Sequence[CustomerImportRow]) -> None:
    built_on = _built_on(session, [row.customer_id for row in rows if row.customer_id])
    for row in rows:
        known = session.get(Customer, row.customer_id) if row.customer_id else None
        changes = row.changes or {}
        receipts = [session.get(Consent, number) for number in changes.get("consents", ())]
        decided = any(one is None or one.withdrawn_at for one in receipts)
        if known is None or decided or (row.outcome == Outcome.NEW and known.id in built_on):
            row.outcome = Outcome.STAYS.value if known is not None else Outcome.UNDONE.value
            continue
        for one in receipts:
            session.delete(one)
        if row.outcome == Outcome.NEW:
            row.customer_id = None
            session.flush()
            session.delete(known)
        else:
            for name, said in changes.get("filled", {}).items():
                if getattr(known, name) == said:
                    setattr(known, name, "")
        row.outcome = Outcome.UNDONE.value
        session.flush()


def _built_on(session: Session, numbers: Sequence[int]) -> set[int]:
    """Customers of whom there is anything but what an import makes: then they are more than a row of a list."""
    pairs = select(Customer.id, Customer.owner).where(col(Customer.id).in_(numbers))  # type: ignore[call-overload]
    by_owner = {owner: number for number, owner in session.execute(pairs)}
    found: set[int] = set()
    for place in (*(MOVED - OWN), "customer_sessions.customer_id"):
        name, _, of = place.partition(".")
        column = SQLModel.metadata.tables[name].c[of]
        wanted: Sequence[Any] = numbers if of == "customer_id" else list(by_owner)
        hits = session.execute(select(column).where(column.in_(wanted)).distinct()).scalars()
        found.update(by_owner[hit] if of != "customer_id" else hit for hit in hits)
    others = select(Consent.customer_id).where(  # type: ignore[call-overload]
        col(Consent.customer_id).in_(numbers), col(Consent.channel) != "import"
    )
    return found | set(session.execute(others).scalars())
