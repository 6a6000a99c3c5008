"""A crowd of customers with builds, orders, money and consents: for rules to be tried on, and for the benchmarks."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlmodel import SQLModel

from catalog.expression import OptionKey
from webapp import tables  # noqa: F401  every table is declared
from webapp.sales.demand.packing import packed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPTIONS = [
    OptionKey(group, option)
    for group, codes in {
        "model": ("city", "gravel"),
        "frame": ("steel", "alu", "carbon"),
        "motor": ("mid", "hub"),
        "rack": ("rear", "front", "low"),
    }.items()
    for option in codes
]
FAMILIES = ("bicycle", "workstation")
PURPOSES = ("personalisation", "build-letters", "news-letters", "care-letters", "event-letters", "calls")
TRAITS = {"use": ("commute", "tour"), "style": ("classic", "sport")}
COUNTRIES = ("DE", "AT", "BE")
SOLD = "what is on sale"


@dataclass
class Thing:
    """A build or an order: its family and parts."""

    family: str
    picked: frozenset[OptionKey]


@dataclass
class Placed:
    """One order: when, cancelled or not, where to, its money and what was ordered."""

    at: datetime
    lines: list[Thing]
    is_cancelled: bool = False
    payments: list[tuple[int, str]] = field(default_factory=list)  # amount, currency
    refunds: list[tuple[int, int, str]] = field(default_factory=list)  # place of the payment, amount, state
    country: str = ""
    billed_in: str = ""


@dataclass
class Someone:
    """One customer with all that rules can ask for."""

    number: int
    language: str
    since: datetime
    consents: list[tuple[str, bool]] = field(default_factory=list)  # purpose, whether it was withdrawn
    builds: list[Thing] = field(default_factory=list)
    orders: list[Placed] = field(default_factory=list)
    stated: list[tuple[str, str]] = field(default_factory=list)
    acts: list[datetime] = field(default_factory=list)
    inferred: list[tuple[str, str, datetime]] = field(default_factory=list)  # until when
    reckoned: tuple[int, str] | None = None  # of how many acts, under which catalogues

    @property
    def owner(self) -> str:
        return f"owner-{self.number}"

    @property
    def was_told_of_groups(self) -> bool:
        """Whether the consents that they gave say that customers with the same taste are counted."""
        return self.number % 5 != 0

    def allows(self, *purposes: str) -> bool:
        return any(purpose in purposes and not withdrawn for purpose, withdrawn in self.consents)


def a_crowd(size: int, seed: int) -> list[Someone]:
    """So many people, the same for the same seed; most have done little, as in any shop."""
    rng = random.Random(seed)
    crowd = [_someone(rng, number) for number in range(1, size + 1)]
    for one in crowd:
        _learn(rng, one)
    return crowd


def _someone(rng: random.Random, number: int) -> Someone:
    return Someone(
        number,
        rng.choice(("ru", "en", "de")),
        _moment(rng),
        [(purpose, rng.random() < 0.3) for purpose in PURPOSES if rng.random() < 0.4],
        [_thing(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))],
        [_order(rng) for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3)))],
        [(trait, value) for trait, values in TRAITS.items() for value in values if rng.random() < 0.25],
    )


def _learn(rng: random.Random, one: Someone) -> None:
    """Acts, and what follows of them: mostly of all of them, and still true."""
    if not one.allows("personalisation"):
        return
    one.acts = [
        NOW - timedelta(seconds=60 * n + one.number % 60) for n in range(rng.choice((0, 1, 3, 6)), 0, -1)
    ]
    of, sold = rng.choice((len(one.acts),) * 4 + (2,)), rng.choice((SOLD,) * 4 + ("another",))
    one.reckoned = (of, sold) if one.acts else None
    one.inferred = [
        (trait, rng.choice(values), NOW + timedelta(days=rng.choice((-1, 1, 30, 60))))
        for trait, values in TRAITS.items()
        if one.acts and rng.random() < 0.6
    ]


def _moment(rng: random.Random) -> datetime:
    """Mostly at odd moments, now and then a whole number of days ago, where comparisons turn."""
    if rng.random() < 0.2:
        return NOW - timedelta(days=rng.choice((1, 7, 30, 180, 365)))
    return NOW - timedelta(seconds=rng.randrange(3 * 365 * 86_400))


def _thing(rng: random.Random) -> Thing:
    parts = rng.sample(OPTIONS, rng.randrange(1, 6))
    return Thing(rng.choice(FAMILIES), frozenset(parts))


def _order(rng: random.Random) -> Placed:
    payments = [
        (
            rng.choice((10_000, 50_000, 150_000, rng.randrange(1, 300_000))),
            rng.choice(("EUR",) * 5 + ("USD",)),
        )
        for _ in range(rng.choice((0, 1, 1, 2)))
    ]
    refunds = [
        (place, rng.randrange(1, amount + 1), rng.choice(("requested", "succeeded", "failed")))
        for place, (amount, _) in enumerate(payments)
        for _ in range(rng.choice((0, 0, 1, 2)))
    ]
    return Placed(
        _moment(rng),
        [_thing(rng) for _ in range(rng.choice((1, 1, 2)))],
        rng.random() < 0.25,
        payments,
        refunds,
        rng.choice(("", *COUNTRIES)),
        rng.choice(("", "", "DE", "AT")),
    )


def move_in(connection: Connection, crowd: Iterable[Someone]) -> None:
    """Writes a crowd into an empty shop, packed as the worker packs it."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, row in _places():
        rows.setdefault(name, []).append(row)
    counts = dict.fromkeys(("orders", "builds", "payments", "refunds", "consents", "touchpoints"), 0)
    for one in crowd:
        for name, row in _rows(one, counts):
            rows.setdefault(name, []).append(row)
    for table in SQLModel.metadata.sorted_tables:
        if table.name in rows:
            _put(connection, table, rows[table.name])


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(table), rows)
    if connection.dialect.name == "postgresql" and "id" in table.c and "id" in rows[0]:
        last = max(row["id"] for row in rows)
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")


def _places() -> Iterator[tuple[str, dict[str, Any]]]:
    for family in FAMILIES:
        for place, key in enumerate(OPTIONS):
            yield (
                "demand_options",
                {"family": family, "place": place, "option_group": key.group, "option": key.option},
            )


def _rows(one: Someone, counts: dict[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "customers",
        {
            "id": one.number,
            "owner": one.owner,
            "email": f"{one.number}@example.com",
            "name": f"Somebody {one.number}",
            "phone": "",
            "language": one.language,
            "since": one.since,
        },
    )
    for purpose, withdrawn in one.consents:
        counts["consents"] += 1
        yield (
            "consents",
            {
                "id": counts["consents"],
                "customer_id": one.number,
                "purpose": purpose,
                "edition": "2026-11-24" if one.was_told_of_groups else "2026-11",
                "language": one.language,
                "channel": "site",
                "given_at": one.since,
                "withdrawn_at": NOW if withdrawn else None,
            },
        )
    for trait, value in one.stated:
        yield "stated_facts", {"customer_id": one.number, "trait": trait, "value": value, "at": one.since}
    yield from _learnt(one, counts)
    for build in one.builds:
        counts["builds"] += 1
        yield from _build(counts["builds"], one, build)
    for order in one.orders:
        counts["orders"] += 1
        yield from _placed(counts["orders"], one, order, counts)


def _learnt(one: Someone, counts: dict[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    for at in one.acts:
        counts["touchpoints"] += 1
        act = {"kind": "pick", "family": "bicycle", "version": 1, "at": at, "customer_id": one.number}
        yield "touchpoints", {"id": counts["touchpoints"], **act}
    if one.reckoned is not None:
        acts, sold = one.reckoned
        told = {"customer_id": one.number, "acts": acts, "last_at": one.acts[-1], "sold": sold}
        yield "preference_reckonings", told
    for trait, value, until in one.inferred:
        told = {"customer_id": one.number, "trait": trait, "value": value, "until": until}
        yield "inferred_preferences", told


def _build(number: int, one: Someone, build: Thing) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "builds",
        {
            "id": number,
            "code": f"build-{number}",
            "token": f"token-{number}",
            "owner": one.owner,
            "name": "A build",
            "latest_number": 1,
            "edit_counter": 0,
            "look_counter": 0,
            "saved_at": one.since,
            "changed_at": one.since,
        },
    )
    yield _parts(build, build_id=number)


def _parts(thing: Thing, **of: int) -> tuple[str, dict[str, Any]]:
    bits = packed(OPTIONS.index(key) for key in thing.picked)
    return (
        "demand_part_sets",
        {
            "build_id": None,
            "order_line_id": None,
            "family": thing.family,
            "number": 1,
            "day": NOW.date(),
            "pieces": 1,
            "total": 100_000,
            "picked": bits,
            "said": bits,
            **of,
        },
    )


def _placed(
    number: int, one: Someone, order: Placed, counts: dict[str, int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "orders",
        {
            "id": number,
            "number": f"{number:09d}",
            "code": f"order-{number}",
            "key_counter": 0,
            "token": f"token-{number}",
            "owner": one.owner,
            "language": one.language,
            "name": f"Somebody {one.number}",
            "email": f"{one.number}@example.com",
            "phone": "",
            "note": "",
            "currency": "EUR",
            "total": 100_000,
            "tax": 15_966,
            "tax_percent": "19",
            "terms_of_sale": "2026-11",
            "placed_at": order.at,
            "revision": 1,
        },
    )
    yield "deliveries", _delivery(number, order)
    if order.billed_in:
        place: dict[str, Any] = {
            "order_id": number,
            "street": "A street",
            "extra": "",
            "postcode": "1",
            "city": "A city",
        }
        yield "billing_addresses", {**place, "country": order.billed_in}
    if order.is_cancelled:
        yield "order_steps", {"order_id": number, "step": "cancellation", "at": order.at}
    for position, line in enumerate(order.lines, 1):
        line_id = number * 10 + position
        yield "order_lines", _line(line_id, number, position, line)
        yield _parts(line, order_line_id=line_id)
    for paid, (amount, currency) in enumerate(order.payments):
        counts["payments"] += 1
        yield "payments", _payment(counts["payments"], number, amount, currency, order.at)
        for of, back, state in order.refunds:
            if of == paid:
                counts["refunds"] += 1
                yield "refunds", _refund(counts["refunds"], counts["payments"], back, state, order.at)


def _delivery(number: int, order: Placed) -> dict[str, Any]:
    return {
        "order_id": number,
        "method": "carrier" if order.country else "pickup",
        "method_title": {"en": "Delivery"},
        "price": 0,
        "street": "",
        "extra": "",
        "postcode": "",
        "city": "",
        "country": order.country,
        "first_day": NOW.date(),
        "last_day": NOW.date(),
    }


def _line(line_id: int, order_id: int, position: int, line: Thing) -> dict[str, Any]:
    return {
        "id": line_id,
        "order_id": order_id,
        "position": position,
        "revision": 1,
        "quantity": 1,
        "family": line.family,
        "family_title": {"en": line.family},
        "version": 1,
        "version_sha256": "0" * 64,
        "choices": [],
        "parts": [],
        "price_lines": [],
        "terms": {},
        "currency": "EUR",
        "tax_percent": "19",
        "total": 100_000,
        "tax": 15_966,
        "lead_days": 5,
    }


def _payment(number: int, order_id: int, amount: int, currency: str, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "order_id": order_id,
        "method": "transfer",
        "amount": amount,
        "currency": currency,
        "received_at": at,
    }


def _refund(number: int, payment_id: int, amount: int, state: str, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "payment_id": payment_id,
        "code": f"refund-{number}",
        "amount": amount,
        "currency": "EUR",
        "reason": "goodwill",
        "idempotency_key": f"refund-{number}",
        "state": state,
        "who": "Vera",
        "trouble": "",
        "requested_at": at,
        "changed_at": at,
    }
