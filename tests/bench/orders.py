"""Placing orders beside a bare commit of the same database, and the desk among many orders."""

import http.client
import re
import secrets
import shutil
import sqlite3
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pyotp
from sqlalchemy import text

from tests.bench.line import Line, middle, percentile, shown
from tests.running import Browser, Shop, filled_in, free_port, hidden, ready
from tests.torture.__main__ import database
from webapp.database import Database

FEW, MANY = 1_000, 100_000
ROUNDS = 3
ORDERS, COMMITS = 48, 320  # of a round
ROW = "x" * 4_000  # about what an order's own rows come to
CHECKOUT = "/checkout/bicycle"
PASSWORD = "a password of the bench"
LOOKS = 25
# Orders as they pile up: nearly all have left long ago.
STEPS = """
INSERT INTO order_steps (order_id, step, at)
SELECT id, CASE WHEN id % 100 < 90 THEN 'shipping' WHEN id % 100 < 95 THEN 'cancellation' ELSE 'production' END,
    placed_at
FROM orders WHERE id % 100 < 98 AND id < (SELECT max(id) - 400 FROM orders)
AND id NOT IN (SELECT order_id FROM order_steps)
"""
OWN = {
    "id": "{table}.id + numbers.n * 7",
    "order_id": "{table}.order_id + numbers.n * 7",
    "number": "printf('%04d-%04d', numbers.n / 10000, numbers.n % 10000)",
    "code": "lower(hex(randomblob(8)))",
    "token": "hex(randomblob(16))",
    "owner": "hex(randomblob(11))",
}
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT :start UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "


def lines() -> Iterator[Line]:
    for kind in ("sqlite", "postgresql"):
        folder = Path(tempfile.mkdtemp(prefix="lekalo-bench-"))
        with database(kind, folder) as url:
            yield from _placing(kind, url, folder)
        shutil.rmtree(folder, ignore_errors=True)
    yield from _among_many()


def _placing(kind: str, url: str, folder: Path) -> Iterator[Line]:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
    port = free_port()
    with Shop(folder / "shop", url, orders_per_hour="1000000") as shop:
        prepared = shop.flask("prepare", "--demo")
        assert prepared.returncode == 0, prepared.stderr
        shop.web(port)
        ready(port)
        customers = [Customer(port) for _ in range(16)]
        for customer in customers:
            customer.order()
            customer.took.clear()
        bare = Database(url)
        with bare.writing_rows() as rows:
            rows.execute(text("CREATE TABLE bench (words TEXT)"))
        for together in (1, 16):
            rates, commits = [], []
            for _ in range(ROUNDS):
                commits.append(_per_second(together, COMMITS, lambda _number: _commit(bare)))
                for customer in customers:
                    customer.connection.close()  # the server has, meanwhile
                rates.append(_per_second(together, ORDERS, lambda number: customers[number].order()))
            rate, commit = middle(rates), middle(commits)
            ratio = middle([one / other for one, other in zip(rates, commits, strict=True)])
            aimed = kind == "sqlite" and together == 1
            took = [seconds for customer in customers for seconds in customer.took]
            for customer in customers:
                customer.took.clear()
            p50, p95 = (percentile(took, share) * 1000 for share in (50, 95))
            yield Line(
                f"{name}: an order placed over HTTP, {together} at once (p50 {shown(p50)}, p95 {shown(p95)} ms)",
                ratio,
                "×",
                0.2 if aimed else None,
                0.05 if aimed else None,
                figure=f"{shown(rate)} orders/s",
                reference=f"bare insert and commit {shown(commit)}/s",
                ratio=f"{shown(ratio)} ×",
                more=True,
            )
        bare.engine.dispose()


class Customer:
    """Sends the form of one checkout page again and again, each time as another order."""

    def __init__(self, port: int) -> None:
        browser = Browser(port)
        page = browser.get(CHECKOUT)
        assert page.status == 200, page.text[:500]
        self.form = filled_in(page.text)
        self.cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.took: list[float] = []

    def order(self) -> None:
        """Places an order and notes how long it took until it was acknowledged."""
        body = urllib.parse.urlencode(self.form | {"token": secrets.token_urlsafe(16)})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookies}
        began = time.perf_counter()
        self.connection.request("POST", CHECKOUT, body, headers)
        answer = self.connection.getresponse()
        words = answer.read()
        assert answer.status == 303, words[:500]
        self.took.append(time.perf_counter() - began)


def _commit(bare: Database) -> None:
    with bare.writing_rows() as rows:
        rows.execute(text("INSERT INTO bench (words) VALUES (:words)"), {"words": ROW})


def _per_second(together: int, count: int, act: Callable[[int], object]) -> float:
    def work(number: int) -> None:
        for _ in range(count // together):
            act(number)

    with ThreadPoolExecutor(together) as people:
        began = time.perf_counter()
        list(people.map(work, range(together)))
        return count / (time.perf_counter() - began)


def _among_many() -> Iterator[Line]:
    folder = Path(tempfile.mkdtemp(prefix="lekalo-bench-"))
    file = folder / "few.sqlite3"
    with Shop(folder / "shop", f"sqlite:///{file}") as shop:
        port = free_port()
        assert shop.flask("prepare", "--demo").returncode == 0
        assert shop.flask("staff", "add", "bench@example.com", "--password", PASSWORD).returncode == 0
        process = shop.web(port)
        ready(port)
        customer = Customer(port)
        customer.order()
        shop.kill(process)
    _with_orders(file, FEW)
    shutil.copy(file, folder / "many.sqlite3")
    _with_orders(folder / "many.sqlite3", MANY)
    ports = [free_port(), free_port()]
    with (
        Shop(folder / "shop", f"sqlite:///{file}") as small,
        Shop(folder / "shop", f"sqlite:///{folder / 'many.sqlite3'}") as large,
    ):
        desks = []
        for shop, port in zip((small, large), ports, strict=True):
            shop.web(port)
            ready(port)
            desks.append(_desk(port))
        number = "0000-0500"
        for what, path in (
            ("the list of orders", "/staff/orders"),
            ("the list of orders awaiting payment", "/staff/orders?state=placed"),
            ("the list of orders in production", "/staff/orders?state=production"),
            ("orders found by a name", "/staff/orders?words=muster"),
            ("the page of an order", f"/staff/orders/{number}"),
        ):
            yield _compared(what, path, desks)
    shutil.rmtree(folder, ignore_errors=True)


def _desk(port: int) -> Browser:
    desk = Browser(port)
    form = hidden(desk.get("/staff/sign-in").text) | {"email": "bench@example.com", "password": PASSWORD}
    assert desk.post("/staff/sign-in", form).status == 303
    page = desk.get("/staff/sign-in/authenticator").text
    secret = re.search(r'data-secret="([A-Z2-7]+)"', page)
    assert secret
    form = hidden(page) | {"code": pyotp.TOTP(secret[1]).now()}
    assert desk.post("/staff/sign-in/authenticator", form).status == 303
    return desk


def _compared(what: str, path: str, desks: list[Browser]) -> Line:
    took: tuple[list[float], list[float]] = ([], [])
    for look in range(LOOKS + 3):
        for place in (0, 1) if look % 2 else (1, 0):
            began = time.perf_counter()
            answer = desks[place].get(path)
            assert answer.status == 200, answer.text[:300]
            if look >= 3:  # the first ones fill caches
                took[place].append(time.perf_counter() - began)
    few, many = (percentile(seconds, 50) for seconds in took)
    ratio = middle([large / small for small, large in zip(*took, strict=True)])
    return Line(
        f"{what}: {FEW:,} → {MANY:,} orders, p50",
        ratio,
        "×",
        1.5,
        3.0,
        figure=f"{shown(many * 1000)} ms",
        reference=f"with {FEW:,}: {shown(few * 1000)} ms",
        ratio=f"{shown(ratio)} ×",
    )


def _with_orders(file: Path, count: int) -> None:
    """Multiplies the first order and all that hangs on it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        first, start = connection.execute("SELECT min(id), count(*) FROM orders").fetchone()
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        with connection:
            for table in ["orders", *(name for name in names if name != "orders")]:
                columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
                key = "id" if table == "orders" else "order_id"
                if key not in columns:
                    continue
                own = OWN | ({"position": "invoices.position + numbers.n"} if table == "invoices" else {})
                values = ", ".join(
                    own[column].format(table=table) if column in own else f'{table}."{column}"'
                    for column in columns
                )
                quoted = ", ".join(f'"{column}"' for column in columns)
                connection.execute(
                    f'INSERT INTO "{table}" ({quoted}) {NUMBERS} SELECT {values} FROM "{table}", numbers '
                    f'WHERE {table}."{key}" = :first',
                    {"start": start, "count": count - 1, "first": first},
                )
            connection.execute(STEPS)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
