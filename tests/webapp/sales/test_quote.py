"""A promise is one row for one form, and the best that holds counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func, select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, database_of, publish
from webapp import clock
from webapp.sales import build, build_version, quote
from webapp.sales.build import Build, copied
from webapp.sales.build_version import BuildVersion, Cause
from webapp.sales.quote import Quote

TODAY = date(2026, 12, 1)


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    a_saved_build(a_shopper(app))
    return app


@pytest.fixture
def session(shop: Flask) -> Iterator[Session]:
    with database_of(shop).writing() as session:
        yield session


def the_build(session: Session) -> Build:
    return session.exec(select(Build)).one()


def promised(
    session: Session, version: BuildVersion, *, token: str = "a", days: int = 14, total: int | None = None
) -> Quote:
    specification = copied(version)
    if total is not None:
        specification["total"] = total
    until = TODAY + timedelta(days=days)
    return quote.promise(session, version, specification, token=token, until=until, at=clock.now())


@on_both_databases
def test_the_same_form_promises_once_and_another_one_promises_more_or_nothing(session: Session) -> None:
    version = the_build(session).latest
    first = promised(session, version)
    assert promised(session, version) is first
    assert promised(session, version, token="b") is first, "the same total until the same day"
    longer = promised(session, version, token="b", days=15)
    assert longer is not first
    assert promised(session, version, token="a", days=99) is first, "replayed, it promises nothing more"


@on_both_databases
def test_two_threads_with_one_form_make_one_promise(shop: Flask) -> None:
    def ask(_: int) -> str:
        with database_of(shop).writing() as session:
            return promised(session, the_build(session).latest).code

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(ask, range(8)))) == 1
    with database_of(shop).reading() as session:
        assert session.exec(select(func.count()).select_from(Quote)).one() == 1


@on_both_databases
def test_of_several_promises_the_cheapest_counts_and_of_equal_ones_the_longest(session: Session) -> None:
    kept = the_build(session)
    assert kept.id is not None
    promised(session, kept.latest, token="a", days=5, total=100)
    promised(session, kept.latest, token="b", days=9, total=120)
    promised(session, kept.latest, token="c", days=20, total=120)

    def on(days: int) -> tuple[int, date] | None:
        found = quote.standing(session, [kept.id or 0, 999], TODAY + timedelta(days=days)).get(kept.id or 0)
        return (found.total, found.until) if found else None

    assert on(0) == (100, TODAY + timedelta(days=5))
    assert on(5) == (100, TODAY + timedelta(days=5)), "the last day counts"
    assert on(6) == (120, TODAY + timedelta(days=20))
    assert on(21) is None


@on_both_databases
def test_a_promise_stays_with_its_version(session: Session) -> None:
    kept = the_build(session)
    given = promised(session, kept.latest)
    other = copied(kept.latest) | {"choices": ["model.gravel"]}
    build.change(session, kept, other, Cause.SAVED, at=clock.now())
    assert quote.standing(session, [kept.id or 0], TODAY) == {}
    assert given.build_number == 1
    assert quote.find(session, kept.id or 0, given.code) is given
    assert build_version.find(session, kept.id or 0, 1) is not None


@on_both_databases
def test_one_statement_for_many_builds(shop: Flask) -> None:
    with database_of(shop).writing() as session:
        version = the_build(session).latest
        for number in range(30):
            more = build.save(
                session,
                token=str(number),
                owner="o",
                name="n",
                specification=copied(version),
                at=clock.now(),
            )
            promised(session, more.latest)
    seen: list[str] = []
    database = database_of(shop)
    with database.reading() as session:
        numbers = [number for number in session.exec(select(Build.id)) if number]
        event.listen(database.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        assert len(quote.standing(session, numbers, TODAY)) == 30
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1


@on_both_databases
def test_a_promise_is_never_changed(shop: Flask) -> None:
    with database_of(shop).writing() as session:
        promised(session, the_build(session).latest)
    with pytest.raises(DBAPIError), database_of(shop).writing() as session:
        session.exec(select(Quote)).one().until = TODAY
    with pytest.raises(DBAPIError), database_of(shop).writing() as session:
        session.exec(select(Quote)).one().total = 1
