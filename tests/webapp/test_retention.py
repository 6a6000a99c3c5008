"""What the privacy notice promises, the worker does."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel, col, select

from tests.databases import on_both_databases
from tests.webapp.customers.somebody import ANNA, BEN, settle
from webapp import clock, worker
from webapp.customers import customer, customer_session, retention, sign_in_request
from webapp.customers.customer_session import CustomerSession
from webapp.customers.retention import Retention
from webapp.customers.sign_in_request import SignInRequest
from webapp.customers.touchpoint import Kind, Touchpoint
from webapp.database import Database
from webapp.sales import current_build


@on_both_databases
def test_after_a_year_nothing_says_whose_clicks_these_were(database: Database) -> None:
    now = clock.now()
    for visitor, age in (("old", 400), ("young", 300)):
        with database.writing_rows() as connection:
            current_build.record(
                connection, visitor, "bike", 1, "frame=steel", ("frame", "steel"), now - timedelta(days=age)
            )
    worker.forget_visitors(database, now)
    with database.reading() as session:
        assert set(session.exec(select(Touchpoint.visitor))) == {None, "young"}
        assert current_build.of(session, "old") == []
        assert len(current_build.of(session, "young")) == 1


@on_both_databases
def test_requests_to_sign_in_are_deleted_after_a_day(database: Database) -> None:
    now = clock.now()
    with database.writing() as session:
        for hours, mark in ((25, "a" * 32), (20, "b" * 32)):
            given = sign_in_request.new_secrets(mark)
            asked = now - timedelta(hours=hours)
            sign_in_request.ask(session, f"{hours}@example.com", given, "key", language="en", at=asked)
    worker.sweep(database, now + timedelta(minutes=15))
    with database.reading() as session:
        assert session.exec(select(SignInRequest.email)).all() == ["20@example.com"]


@on_both_databases
def test_sessions_are_deleted_a_month_after_they_ended(database: Database) -> None:
    now = clock.now()
    with database.writing() as session:
        anna = customer.proven(session, "anna@example.com", language="en", at=now)
        for token, days in (("ended", 31), ("just ended", 29), ("forgotten", 211), ("in use", 1)):
            then = now - timedelta(days=days)
            begun = customer_session.start(session, anna, token, token, at=then)
            if "ended" in token:
                customer_session.end(session, anna.id or 0, begun.id or 0, at=then)
    worker.sweep(database, now)
    with database.reading() as session:
        kept = session.exec(select(CustomerSession.device).order_by(col(CustomerSession.id))).all()
        assert kept == ["just ended", "in use"]


# Where the end of each period shows: a table, and which columns say when it began.
ENDS: dict[str, tuple[str, str]] = {
    "tries": ("attempts", "since"),
    "sign-ins": ("sign_in_requests", "expires_at"),
    "ended-sessions": ("customer_sessions", "ended_at"),
    "unused-sessions": ("customer_sessions", "seen_at"),
    "letters": ("outbox", "sent_at"),
    "opt-ins": ("opt_ins", "expires_at"),
    "digests": ("digests", "written_at"),
    "openings": ("news_openings", "at"),
    "removed-lines": ("cart_lines", "removed_at"),
    "unfinished": ("cart_lines", "put_at"),
    "clicks": ("touchpoints", "at"),
    "visits": ("touchpoints", "at"),
    "deeds": ("touchpoints", "at"),
    "questions": ("asked_questions", "asked_at"),
    "rehearsals": ("tasks", "ended_at"),
    "contacts": ("contacts", "at"),
    "errands": ("errands", "done_at"),
    "threads": ("threads", "latest_at"),
    "incoming-letters": ("incoming_mails", "read_at"),
    "merges": ("merged_accounts", "at"),
    "imports": ("customer_imports", "at"),
    "receipts": ("consents", "withdrawn_at"),
    "requests": ("rights_requests", "answered_at"),
    "accounts": ("invoices", "issued_on"),
}
# Of which kind a touchpoint is that stays in a profile for so long.
OF_A_PROFILE = {"visits": Kind.VISIT, "deeds": Kind.SAVE}


@pytest.mark.parametrize("period", retention.ALL, ids=lambda period: period.code)
def test_each_period_that_is_printed_is_kept_to_by_the_worker(database: Database, period: Retention) -> None:
    name, column = ENDS[period.code]
    now, a_while = clock.now(), timedelta(hours=1) if period.days else timedelta(days=1)
    kept_on = retention.ENDED_SESSIONS.length if period is retention.UNUSED_SESSIONS else timedelta(0)
    edge = period.before(now) - kept_on
    for who, at in ((ANNA, edge - a_while), (BEN, edge + a_while)):
        with database.writing() as session:
            began = {name: {column: at.date() if column == "issued_on" else at, "year": at.year}}
            if name != "invoices":
                began[name].pop("year")
            if period.code in OF_A_PROFILE:
                began[name]["kind"] = OF_A_PROFILE[period.code].value
            if period is retention.MERGES:
                began[name]["changes"] = {"builds": {}}
            if period is retention.OPENINGS:
                began["consents"] = {"purpose": "personalisation", "withdrawn_at": None}
            settle(session, who, now, **began)
    worker.sweep(database, now)
    worker.forget_visitors(database, now)
    worker.forget_orders(database, now)
    with database.reading() as session:
        table = SQLModel.metadata.tables[name]
        left = session.execute(table.select()).mappings().all()
        if period is retention.CLICKS:
            left = [row for row in left if row["visitor"]]
        if period.code in (*OF_A_PROFILE, "openings"):
            left = [row for row in left if row["customer_id"]]
        if period is retention.DIGESTS:
            left = [row for row in left if row["subscriber_id"]]
        if period is retention.MERGES:
            left = [row for row in left if row["changes"] is not None]
        assert [
            row[column] > edge.date() if column == "issued_on" else row[column] > edge for row in left
        ] == [True]
