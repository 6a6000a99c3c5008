"""Writing is named, short and exclusive; reading sees one consistent state."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, TimeoutError
from sqlmodel import col

from tests.databases import on_both_databases
from webapp import clock, database
from webapp.attempts import Attempts
from webapp.database import LIMITS, Database, engine_for, is_unavailable


def count(database: Database, key: str = "k") -> int | None:
    with database.reading() as session:
        return session.execute(select(col(Attempts.tries)).where(col(Attempts.key) == key)).scalar()


@pytest.fixture
def counter(database: Database) -> Database:
    """A database that holds one counter at nought."""
    with database.writing() as session:
        session.add(Attempts(key="k", since=clock.now(), tries=0))
    return database


@on_both_databases
def test_what_is_written_is_there_for_others(counter: Database) -> None:
    with counter.writing() as session:
        session.get_one(Attempts, "k").tries = 7
    assert count(counter) == 7


@on_both_databases
def test_a_failed_transaction_leaves_nothing(counter: Database) -> None:
    with pytest.raises(ZeroDivisionError), counter.writing() as session:
        session.get_one(Attempts, "k").tries = 7
        session.flush()
        raise ZeroDivisionError
    assert count(counter) == 0


@on_both_databases
def test_plain_statements_are_written_without_objects(counter: Database) -> None:
    with counter.writing_rows() as connection:
        connection.execute(insert(Attempts).values(key="other", since=clock.now(), tries=3))
    assert count(counter, "other") == 3


@on_both_databases
def test_no_update_is_lost_among_threads(counter: Database) -> None:
    def add_many() -> None:
        for _ in range(25):
            with counter.writing() as session:
                row = session.execute(
                    select(Attempts).where(col(Attempts.key) == "k").with_for_update()
                ).scalar_one()
                row.tries += 1

    threads = [threading.Thread(target=add_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(counter) == 100


@on_both_databases
def test_a_reader_is_not_held_up_by_a_writer_and_sees_the_state_before(counter: Database) -> None:
    with counter.writing_rows() as connection:
        connection.execute(update(Attempts).values(tries=9))
        assert count(counter) == 0
    assert count(counter) == 9


@on_both_databases
def test_a_reader_sees_the_same_state_to_its_end(counter: Database) -> None:
    with counter.reading() as session:
        tries = select(col(Attempts.tries))
        assert session.execute(tries).scalar() == 0
        with counter.writing_rows() as connection:
            connection.execute(update(Attempts).values(tries=9))
        assert session.execute(tries).scalar() == 0
        session.rollback()
        assert session.execute(tries).scalar() == 9


@on_both_databases
def test_what_goes_wrong_is_logged_without_what_was_to_be_written(counter: Database) -> None:
    with pytest.raises(IntegrityError) as failed, counter.writing_rows() as connection:
        connection.execute(insert(Attempts).values(key="anna@example.com", since=None, tries=1))
    assert "anna@example.com" not in str(failed.value).partition("[SQL")[2]


def test_sqlite_keeps_what_it_has_acknowledged(database: Database) -> None:
    with database.engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


def test_a_write_transaction_of_sqlite_holds_the_lock_from_its_start(counter: Database) -> None:
    with counter.writing_rows() as connection:
        connection.execute(select(col(Attempts.key)))  # only reads, and yet nobody else may begin to write
        with counter.write_engine.connect() as other, pytest.raises(OperationalError, match="locked"):
            other.connection.execute("PRAGMA busy_timeout=0")
            other.execute(select(col(Attempts.key)))


def test_a_request_has_one_reading_session_which_ends_with_it(app: Flask) -> None:
    with app.test_request_context("/"):
        session = database.reading()
        session.execute(select(col(Attempts.key)))
        assert database.reading() is session
        assert session.in_transaction()
    assert not session.in_transaction()


@on_both_databases
def test_a_request_that_starts_its_reading_over_sees_how_things_stand_now(app: Flask) -> None:
    with app.test_request_context("/"):
        keys = select(col(Attempts.key))
        assert database.reading().execute(keys).all() == []
        with database.writing() as session:
            session.add(Attempts(key="k", since=clock.now(), tries=0))
        assert database.reading().execute(keys).all() == []
        database.reading().rollback()
        assert database.reading().execute(keys).scalars().all() == ["k"]


def test_addresses_as_hosting_companies_write_them_are_understood() -> None:
    for address in ("postgres://u:p%40@h/d", "postgresql://u:p%40@h/d"):
        engine = database.engine_for(address)
        assert (engine.driver, engine.url.password) == ("psycopg", "p@")


@on_both_databases
def test_moments_come_back_in_utc(new_app: Callable[..., Flask]) -> None:
    database: Database = new_app().extensions["lekalo.database"]
    at = clock.now()
    with database.writing() as session:
        session.add(Attempts(key="k", since=at, tries=0))
    with database.reading() as session:
        since = session.get_one(Attempts, "k").since
    assert since == at
    assert since.utcoffset() is not None


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_nobody_waits_for_a_lock_for_ever_and_an_address_may_say_otherwise(database: Database) -> None:
    with database.engine.connect() as connection:
        limits = [connection.execute(text(f"SHOW {name}")).scalar() for name in LIMITS]
    assert limits == ["10s", "30s", "5min"]
    own = make_url(database.url).update_query_dict({"options": "-c lock_timeout=7s"})
    with engine_for(own.render_as_string(hide_password=False)).connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "7s"
    with engine_for(database.url, hurried=False).connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "0"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_who_writes_on_a_connection_of_readers_heeds_that_all_is_read_only_now(counter: Database) -> None:
    name = counter.engine.url.database
    with counter.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    counter.engine.dispose()
    for _ in range(3):
        assert count(counter) == 0
    with pytest.raises(InternalError) as refused, counter.writing() as session:
        session.execute(update(Attempts).values(tries=1))
    assert is_unavailable(refused.value)


def test_who_waits_in_vain_for_a_turn_to_write_is_told(
    counter: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    told: list[BaseException] = []

    def write() -> None:
        try:
            with counter.writing():
                pass
        except TimeoutError as error:
            told.append(error)

    with counter.writing():
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert len(told) == 1
    assert is_unavailable(told[0])
    with counter.writing() as session:
        session.get_one(Attempts, "k").tries = 1
