"""What the privacy notice promises, the worker does."""

from datetime import timedelta

from sqlmodel import col, select

from tests.databases import on_both_databases
from webapp import clock, worker
from webapp.customers import customer, customer_session, sign_in_request
from webapp.customers.customer_session import CustomerSession
from webapp.customers.sign_in_request import SignInRequest
from webapp.customers.touchpoint import Touchpoint
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
