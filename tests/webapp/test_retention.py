"""What the privacy notice promises, the worker does."""

from datetime import timedelta

from sqlmodel import select

from tests.databases import on_both_databases
from webapp import clock, worker
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
