"""The database: reading sessions for requests, write transactions opened by name."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlmodel import Session

PATIENCE = 10  # seconds to wait for a lock, a connection, one's turn; then the visitor is told to come again
CONNECTIONS = 8  # kept open; a request reads on one and writes on another, so twice as many as threads
POOL: dict[str, Any] = {
    "max_overflow": 16,
    "pool_timeout": PATIENCE,
    "hide_parameters": True,  # an error that is logged must not name people, addresses or passwords
}
# PostgreSQL's own limits: one statement or forgotten transaction must not hold up everybody. In milliseconds.
LIMITS = {
    "lock_timeout": PATIENCE * 1000,
    "statement_timeout": 30_000,
    "idle_in_transaction_session_timeout": 300_000,
}
# A server that is gone without a word is noticed in seconds, not in the quarter of an hour that TCP takes.
CONNECTING = {"connect_timeout": 5, "keepalives_idle": 30, "tcp_user_timeout": 20_000}
READ_ONLY = "25006"  # PostgreSQL's code for a write to a standby or a database that was made read-only


class Database:
    """One database with its two ways in: many readers, one short write at a time."""

    def __init__(self, url: str, connections: int = CONNECTIONS) -> None:
        self.url = url
        self.engine = engine_for(url, connections=connections)
        self.write_engine = self.engine.execution_options(write=True)
        self.read_engine = self.engine
        # SQLite lets one writer in and has the others knock again after ever longer pauses. Threads of one
        # process queue here instead, and the next one starts the moment the last is done.
        self.turn: AbstractContextManager[Any] = (
            Turn() if self.engine.dialect.name == "sqlite" else nullcontext()
        )
        if self.engine.dialect.name == "postgresql":  # SQLite shows a reader one state anyway
            self.read_engine = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    def reading(self) -> Session:
        """A session that sees one consistent state and writes nothing."""
        return Session(self.read_engine, autoflush=False)

    def reading_rows(self) -> Connection:
        """The same for plain statements, without the cost of objects: for the path of every click."""
        return self.read_engine.connect()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A write transaction, committed at the end; keep it short, nothing slow inside."""
        with self.turn, Session(self.write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing_rows(self) -> Iterator[Connection]:
        """The same for plain statements, without the cost of objects: for the path of every click."""
        with self.turn, self.write_engine.begin() as connection:
            yield connection


class Turn:
    """The queue of the threads that want to write; who waits in vain is told like whoever meets a lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()

    def __enter__(self) -> None:
        if not self.lock.acquire(timeout=PATIENCE):
            raise TimeoutError("others have been writing all the time")

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def is_unavailable(error: BaseException) -> bool:
    """Whether the database cannot do it just now (gone, full, locked, read-only), as against a fault of ours."""
    if isinstance(error, OperationalError | TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == READ_ONLY


def install(app: Flask, url: str, connections: int = CONNECTIONS) -> None:
    app.extensions["lekalo.database"] = Database(url, connections)
    app.teardown_appcontext(_close)


def here() -> Database:
    """The database of the running application."""
    return current_app.extensions["lekalo.database"]


def reading() -> Session:
    """The reading session of this request."""
    if "reading" not in g:
        g.reading = Session(reading_rows(), autoflush=False)
    return g.reading


def reading_rows() -> Connection:
    """The reading connection of this request; its session sees the same state."""
    if "unreachable" in g:
        raise g.unreachable  # asked once: each try may take its seconds, and the page about it asks again
    if "reading_rows" not in g:
        try:
            g.reading_rows = here().reading_rows()
        except (DBAPIError, TimeoutError) as error:
            g.unreachable = error
            raise
    return g.reading_rows


@contextmanager
def writing() -> Iterator[Session]:
    """A short write transaction: `with writing() as session: …`."""
    with here().writing() as session:
        yield session


@contextmanager
def writing_rows() -> Iterator[Connection]:
    """A short write transaction for Core statements: `with writing_rows() as connection: …`."""
    with here().writing_rows() as connection:
        yield connection


def stop_reading() -> None:
    """Ends this request's reading before something slow, so that nothing is held meanwhile."""
    _close(None)


def engine_for(
    url: str, foreign_keys: bool = True, *, hurried: bool = True, connections: int = CONNECTIONS
) -> Engine:
    """An engine that opens the database the way Lekalo needs it. `hurried`: with PostgreSQL's limits on time."""
    address = _with_driver(make_url(url))
    pool = {**POOL, "pool_size": connections}
    if address.get_backend_name() == "postgresql":
        said: dict[str, Any] = dict(CONNECTING)
        if hurried:
            said["options"] = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
        own = {name: value for name, value in said.items() if name not in address.query}
        engine = create_engine(address, **pool, pool_pre_ping=True, connect_args=own)

        @event.listens_for(engine, "checkin")
        def checkin(dbapi: Any, _record: Any) -> None:
            # What was a reader's would say READ WRITE from now on, whatever the database is told meanwhile.
            if dbapi is not None and not dbapi.closed:
                dbapi.read_only = None

        return engine
    engine = create_engine(address, **pool, connect_args={"check_same_thread": False})
    pragmas = (
        f"busy_timeout={PATIENCE * 1000}",  # before journal_mode, which may have to wait too
        "journal_mode=WAL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        "synchronous=FULL",  # an acknowledged order is on disk
    )

    @event.listens_for(engine, "connect")
    def connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we emit BEGIN ourselves
        for pragma in pragmas:
            dbapi.execute("PRAGMA " + pragma)
        # SQLite's own knows A to Z alone; staff look for names in any alphabet.
        dbapi.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer is refused at once by SQLite, so a write says so from the start.
        if connection.get_execution_options().get("write"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # it asks the file for nothing yet, so nothing can go wrong that SQLAlchemy should know of
            connection.connection.cursor().execute("BEGIN")

    return engine


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _with_driver(address: URL) -> URL:
    """Addresses as hosting companies write them, with the driver that we have."""
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _close(_error: BaseException | None) -> None:
    for name in ("reading", "reading_rows"):
        opened = g.pop(name, None)
        if opened is not None:
            opened.close()
