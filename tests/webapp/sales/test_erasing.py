"""Whoever is erased is in no row and no letter any more, but for what the law on accounts asks to be kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, col, select

from tests.databases import on_both_databases
from tests.webapp.customers.somebody import ANNA, BEN, LAWFUL, NOW, settle
from webapp import clock, old_letters, outbox, worker
from webapp.customers import erasure
from webapp.customers.data_map import TABLES
from webapp.customers.erasure import Erasure, UnfinishedErasure
from webapp.customers.past_consent import PastConsent
from webapp.customers.person import Person
from webapp.database import Database
from webapp.outbox import Letter, OutboxLetter
from webapp.sales import erasing
from webapp.sales.build import Build
from webapp.sales.comment import Comment
from webapp.sales.invoice import Invoice
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep
from webapp.sales.proposal import Proposal


def found(session: Session, *marks: str) -> dict[str, set[str]]:
    """In which columns of which tables any of these words stand, whatever the type of the column."""
    hits: dict[str, set[str]] = {}
    for table in SQLModel.metadata.sorted_tables:
        for row in session.execute(table.select()).mappings():
            for name, value in row.items():
                if any(mark in str(value) or repr(mark)[1:-1] in str(value) for mark in marks):
                    hits.setdefault(table.name, set()).add(name)
    return hits


def rows(session: Session) -> dict[str, int]:
    return {
        table.name: len(session.execute(table.select()).all()) for table in SQLModel.metadata.sorted_tables
    }


@on_both_databases
def test_an_erasure_leaves_nothing_but_what_accounts_ask_for(database: Database) -> None:
    with database.writing() as session:
        hers = settle(session, ANNA)
        settle(session, BEN)
        before, of_ben = found(session, *ANNA.marks), found(session, *BEN.marks)
    assert len(before) > 15, "there was something to find"
    with database.writing() as session:
        done = erasing.erase(session, ANNA.person, channel="site", at=NOW)
    assert done.kept == [hers["orders"]["number"]]
    assert done.under_way == []
    with database.reading() as session:
        assert found(session, *ANNA.marks) == LAWFUL
        assert found(session, *BEN.marks) == of_ben
        for name, kept in TABLES.items():
            if kept.is_personal and name not in ("orders", "invoices", "rights_requests"):
                assert not list(ANNA.person.rows(session, name)), name


@on_both_databases
def test_its_proof_says_nothing_of_anybody_and_cannot_be_changed(database: Database) -> None:
    with database.writing() as session:
        settle(session, ANNA)
        done = erasing.erase(session, ANNA.person, channel="site", at=NOW)
    with database.reading() as session:
        (proof,) = erasure.all_of(session)
        assert (proof.code, proof.at, proof.orders_kept) == (done.code, NOW, 1)
        assert erasure.hashed(ANNA.owner) in proof.hashes
        receipts = session.exec(select(PastConsent)).all()
        # One given when signed in, one by a letter's link.
        assert [each.erasure_code for each in receipts] == [done.code] * 2
        assert erasure.by_code(session, done.code) == proof
    for act in (update(Erasure).values(code="another"), delete(Erasure)):
        with pytest.raises(DBAPIError, match="only added to"), database.writing() as session:
            session.execute(act)


@on_both_databases
def test_an_order_under_way_is_not_lost_and_forgotten_once_it_is_over(database: Database) -> None:
    with database.writing() as session:
        hers = settle(session, ANNA)
        number = hers["orders"]["number"]
        session.execute(delete(OrderStep))
        outbox.put(session, Letter(ANNA.email, "en", "Your order", "On its way", ""), at=NOW)
        done = erasing.erase(session, ANNA.person, channel="site", at=NOW)
    assert (done.kept, done.under_way) == ([], [number])
    with database.reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.owner, kept.email, kept.phone) == (None, ANNA.email, ANNA.phone)
        assert session.exec(select(OutboxLetter.subject)).all() == ["Your order"]
    worker.forget_orders(database, NOW)
    with database.writing() as session:
        kept = session.exec(select(Order)).one()
        assert kept.email == ANNA.email
        session.add(OrderStep(order_id=kept.id or 0, step="delivery", at=NOW))
    worker.forget_orders(database, NOW)
    worker.sweep(database, NOW + timedelta(days=1))
    with database.reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.email, kept.phone, kept.note) == ("", "", "")
        assert kept.key_counter == hers["orders"]["key_counter"] + 1
        assert session.exec(select(UnfinishedErasure)).all() == []
        assert found(session, ANNA.phone) == {}


@on_both_databases
def test_what_was_said_about_builds_of_others_is_forgotten_where_they_read_it_too(database: Database) -> None:
    with database.writing() as session:
        settle(session, BEN)
        settle(session, ANNA)
        his = session.exec(select(Build).where(Build.owner == BEN.owner)).one()
        for table in (Comment, Proposal):
            session.execute(update(table).where(col(table.writer) == ANNA.owner).values(build_id=his.id))
        consent = session.execute(select(SQLModel.metadata.tables["consents"].c.id)).scalars().first()
        told = Letter(BEN.email, "en", "About your build", f"{ANNA.name} proposes another saddle", "")
        outbox.put(session, told, at=NOW, consent_id=consent)
        other = Letter(BEN.email, "en", "Your order", "It is ready", "")
        outbox.put(session, other, at=NOW)
        erasing.erase(session, ANNA.person, channel="site", at=NOW)
    with database.reading() as session:
        assert found(session, ANNA.name, ANNA.email, ANNA.street) == LAWFUL
        assert "Your order" in session.exec(select(OutboxLetter.subject)).all()
        nameless = session.exec(select(Proposal).where(Proposal.writer == "")).one()
        assert (nameless.author, nameless.build_id) == ("—", his.id)


@on_both_databases
def test_a_guest_is_forgotten_by_device_and_their_orders_stay_reachable_by_their_address(
    database: Database,
) -> None:
    with database.writing() as session:
        settle(session, ANNA)
        erasing.erase(session, Person((ANNA.owner, ANNA.visitor)), channel="site", at=NOW)
    with database.reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.owner, kept.email) == (None, ANNA.email)
        assert session.exec(select(Build)).all() == []
        assert found(session, ANNA.owner, ANNA.visitor) == {}


@on_both_databases
def test_a_letter_to_somebody_who_was_erased_is_not_kept(database: Database) -> None:
    with database.writing() as session:
        outbox.put(session, Letter("", "en", "Your order", "It is ready", ""), at=NOW)
    with database.reading() as session:
        assert session.exec(select(OutboxLetter)).all() == []


@on_both_databases
def test_accounts_go_when_the_law_lets_them_and_not_before(database: Database) -> None:
    now = clock.now()
    late = datetime(now.year - 9, 12, 31, 12, tzinfo=UTC)
    early = datetime(now.year - 8, 1, 1, 12, tzinfo=UTC)
    for who, at in ((ANNA, late), (BEN, early)):
        given: dict[str, dict[str, Any]] = {
            "invoices": {"issued_on": at.date(), "year": at.year},
        }
        with database.writing() as session:
            settle(session, who, at, **given)
    worker.forget_orders(database, now)
    with database.reading() as session:
        (invoice,) = session.exec(select(Invoice)).all()
        assert invoice.buyer == [BEN.name, BEN.street]
        for table in ("orders", "deliveries", "billing_addresses", "invoices"):
            assert found(session, ANNA.name, ANNA.street, ANNA.email).get(table) is None
            assert found(session, BEN.name, BEN.street).get(table)
    with pytest.raises(DBAPIError, match="only added to"), database.writing() as session:
        session.execute(delete(Invoice))


def test_letters_in_files_go_with_their_readers(tmp_path: Path) -> None:
    head = "From: shop@example.com\nTo: {}\nSubject: Hello\n\nHello\n"
    for name, to in (
        ("a", "anna@example.com"),
        ("b", "Anna <Anna@Example.com>"),
        ("c", "joanna@example.com"),
    ):
        (tmp_path / f"20261123-090000-{name}.eml").write_text(head.format(to))
    (tmp_path / "20261123-090000-d.eml").write_text(head.format("ben@example.com"))
    assert old_letters.forget(tmp_path, "anna@example.com", {"d"}) == 3
    assert [each.name for each in tmp_path.iterdir()] == ["20261123-090000-c.eml"]
    assert old_letters.throw_away(tmp_path, before=clock.now() - timedelta(days=1)) == 0
    assert old_letters.throw_away(tmp_path, before=clock.now() + timedelta(days=1)) == 1
    assert old_letters.forget(tmp_path / "nowhere", "anna@example.com", ()) == 0


def test_somebody_without_rows_leaves_a_proof_too(database: Database) -> None:
    with database.writing() as session:
        before = rows(session)
        erasing.erase(session, Person(("nobody",)), channel="desk", at=NOW)
        after = rows(session)
    assert {name for name in after if after[name] != before[name]} == {"erasures"}
