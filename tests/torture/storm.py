"""Shoppers who order and pay while the site and its worker are killed, and what is left of it all afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from tests.running import Browser, NoAnswer, Process, Shop, filled_in, free_port, hidden, ready
from tests.torture.till import Till
from tests.webapp.post.office import SENDER, PostOffice
from tests.webapp.shopping import CHOICES, a_bicycle, database_of, publish
from webapp import clock, create_app, outbox, worker
from webapp.account import reconciliation
from webapp.courier import SmtpCourier
from webapp.sales.recomputation import Recomputation
from webapp.settings import Settings

CHECKOUT = f"/checkout/bike?{CHOICES}"
KEY = "the key of a storm, long enough"
A_WHILE = timedelta(minutes=30)
PAUSE = 0.1  # seconds until a shopper who got no answer sends the same form again
VICTIMS = ("site", "site", "worker", "both")
# What a whole order consists of; each must come to as many as there are orders.
WHOLE = {
    "lines": "SELECT count(DISTINCT order_id) FROM order_lines",
    "deliveries": "SELECT count(*) FROM deliveries",
    "letters about orders": "SELECT count(*) - (SELECT count(*) FROM payments) FROM outbox",
    "invoices": "SELECT count(*) FROM invoices",
    "numbers of invoices": "SELECT max(position) FROM invoices",
    "touchpoints": "SELECT count(*) FROM touchpoints WHERE kind = 'order'",
}


@dataclass
class Findings:
    """What came of it; every list should be empty."""

    orders: int = 0
    acknowledged: int = 0
    sent_again: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ready_after: list[float] = field(default_factory=list)
    seconds: float = 0.0
    letters_doubled: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half_written: list[str] = field(default_factory=list)
    charged_twice: list[str] = field(default_factory=list)
    money_that_differs: list[str] = field(default_factory=list)
    letters_lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def worker_kills(self) -> int:
        return self.kills["worker"] + self.kills["both"]

    def faults(self) -> list[str]:
        found = self.lost + self.doubled + self.half_written + self.letters_lost + self.unexpected
        found += self.charged_twice + self.money_that_differs
        if self.letters_doubled > self.worker_kills:  # a worker killed with a letter in hand cannot know
            found.append(f"{self.letters_doubled} letters came twice with {self.worker_kills} workers killed")
        return found

    def rows(self) -> Iterator[tuple[str, str]]:
        slowest = max(self.ready_after, default=0.0)
        middle = sorted(self.ready_after)[len(self.ready_after) // 2] if self.ready_after else 0.0
        yield "orders sent", f"{self.orders:,}"
        yield "acknowledged", f"{self.acknowledged:,}"
        yield "forms sent again for want of an answer", f"{self.sent_again:,}"
        yield "kills", ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        yield "acknowledged orders lost", str(len(self.lost))
        yield "orders placed twice", str(len(self.doubled))
        yield "orders half written, totals that differ", str(len(self.half_written))
        yield "orders charged twice", str(len(self.charged_twice))
        yield "orders paid otherwise than charged", str(len(self.money_that_differs))
        yield "letters lost", str(len(self.letters_lost))
        yield "letters that came twice", f"{self.letters_doubled} (one for each worker killed may)"
        yield "answers that nobody expects", str(len(self.unexpected))
        yield "ready again after", f"{middle:.2f} s in the middle, {slowest:.2f} s at the most"
        yield "seconds", f"{self.seconds:.0f}"


class Storm:
    """So many orders and so many kills; the seed says when and whom."""

    def __init__(self, folder: Path, url: str, *, orders: int, kills: int, shoppers: int, seed: int) -> None:
        self.orders, self.kills, self.shoppers = orders, kills, shoppers
        self.random = random.Random(seed)
        self.port = free_port()
        self.office = PostOffice()
        site = f"http://127.0.0.1:{self.port}"
        self.till = Till(site)
        self.settings = Settings(
            instance=folder,
            database_url=url,
            secret_key=KEY,
            smtp_url=self.office.address,
            **self.till.settings,
        )
        self.app: Flask = create_app(self.settings)
        self.shop = Shop(
            folder, url, secret_key=KEY, smtp_url=self.office.address, proxies="1", site_url=site
        )
        self.placed: dict[str, str] = {}  # the address of each acknowledged order, by who placed it
        self.found = Findings(orders=orders)
        self.numbers = iter(range(orders))
        self.lock = threading.Lock()

    def rage(self) -> Findings:
        """All of it, to the last letter."""
        publish(self.app, a_bicycle())
        self.office.open()
        began = time.monotonic()
        try:
            with self.shop:
                self._order_and_kill()
            self.found.seconds = time.monotonic() - began
            with self.app.app_context():
                reconciliation.reconcile(
                    at=clock.now() + A_WHILE
                )  # messages that came while nobody was there
            self._send_what_is_left()
        finally:
            self.till.shut()
            self.office.shut()
        self._examine()
        database_of(self.app).engine.dispose()
        return self.found

    def _order_and_kill(self) -> None:
        running = {"site": self._site(), "worker": self._worker()}
        ready(self.port)
        threads = [threading.Thread(target=self._shop) for _ in range(self.shoppers)]
        for thread in threads:
            thread.start()
        for number in range(self.kills):
            self._wait_for((number + self.random.random()) * self.orders / self.kills)
            time.sleep(self.random.random() / 10)
            victim = self.random.choice(VICTIMS)
            for name in running if victim == "both" else (victim,):
                self.shop.kill(running[name])
            if victim != "worker":
                running["site"] = self._site()
                self.found.ready_after.append(ready(self.port))
            if victim != "site":
                running["worker"] = self._worker()
            self.found.kills[victim] += 1
        for thread in threads:
            thread.join()
        with ThreadPoolExecutor(4) as readers:
            for who, told in zip(self.placed, readers.map(self._look_up, self.placed.values()), strict=True):
                if told != 200:
                    self.found.lost.append(f"the order of {who} answers {told}")

    def _site(self) -> Process:
        return self.shop.web(self.port, **self.till.environment)

    def _worker(self) -> Process:
        return self.shop.worker(**self.till.environment)

    def _wait_for(self, count: float) -> None:
        while len(self.placed) + len(self.found.unexpected) < min(count, self.orders - 1):
            time.sleep(0.005)

    def _look_up(self, address: str) -> int:
        for _ in range(5):
            with suppress(NoAnswer):  # nobody is killed any more, but the machine may be busy
                return Browser(self.port).get(address).status
        return 0

    def _shop(self) -> None:
        browser = Browser(self.port)
        while (number := self._next()) is not None:
            who = f"shopper-{number}@example.com"
            browser.address = (
                f"10.0.{number // 250}.{number % 250 + 1}"  # so few orders are taken from one place
            )
            try:
                page = self._buy(browser, who)
                self._pay(browser, self.placed[who], page, presses=1 + number % 2)
            except Exception as trouble:  # so that one surprise does not end the storm
                self.found.unexpected.append(f"{who}: {trouble!r}")

    def _next(self) -> int | None:
        with self.lock:
            return next(self.numbers, None)

    def _buy(self, browser: Browser, who: str) -> str:
        """Sends one form until somebody has acknowledged it; where it leads."""
        form: dict[str, str] | None = None
        while True:
            try:
                if form is None:
                    page = browser.get(CHECKOUT)
                    if page.status == 200:
                        form = filled_in(page.text, email=who)
                        continue
                    answer = page
                else:
                    answer = browser.post(CHECKOUT, form)
            except NoAnswer:
                answer = None
            if answer is not None and answer.status == 303:
                led = answer.location
                self.placed[who] = self.till.order_of(led) if self.till.has(led) else led
                return led
            if answer is not None and answer.status != 503:
                raise RuntimeError(f"{answer.status}: {answer.text[300:400]}")
            self.found.sent_again += form is not None
            time.sleep(PAUSE)

    def _pay(self, browser: Browser, order: str, page: str, presses: int) -> None:
        """Pays; some press the button again before the message about it can be here, and pay where it leads."""
        while True:
            if self.till.has(page):
                self.till.pay(page)
                presses -= 1
                if not presses:
                    return
            with suppress(NoAnswer):
                shown = browser.get(order)
                if shown.status == 200 and 'data-payment="due"' not in shown.text:
                    return
                page = browser.post(
                    f"{order}/payments", {"csrf_token": hidden(shown.text).get("csrf_token", "")}
                ).location
            time.sleep(PAUSE)

    def _send_what_is_left(self) -> None:
        """A letter in a dead worker's hands goes to another when its time is over; we need not wait for that."""
        courier, later = SmtpCourier(self.office.address, SENDER), clock.now() + 2 * outbox.LOCK
        with self.app.app_context():
            while worker.deliver(database_of(self.app), courier, later):
                pass

    def _examine(self) -> None:
        found = self.found
        found.acknowledged = len(self.placed)
        came = Counter(
            str(message["Message-ID"]).strip("<>").partition("@")[0] for message in self.office.taken
        )
        found.letters_doubled = sum(count - 1 for count in came.values())
        found.charged_twice = self.till.doubled()
        with self.app.app_context(), database_of(self.app).reading() as session:
            kept = Counter(session.execute(text("SELECT email FROM orders")).scalars())
            found.lost += [f"no order of {who}" for who in self.placed if not kept[who]]
            found.doubled = [f"{count} orders of {who}" for who, count in kept.items() if count > 1]
            for name, query in WHOLE.items():
                if (count := session.execute(text(query)).scalar_one()) != kept.total():
                    found.half_written.append(f"{count} {name} of {kept.total()} orders")
            found.money_that_differs = self.till.differing(session)
            written = session.execute(text("SELECT message_id FROM outbox")).scalars().all()
            found.letters_lost = [f"letter {name} did not leave" for name in written if not came[name]]
            found.half_written += map(str, Recomputation(session).differences())
            if session.get_bind().dialect.name == "sqlite":
                sound = session.execute(text("PRAGMA integrity_check")).scalar()
                found.half_written += [f"SQLite says: {sound}"] if sound != "ok" else []
