"""What can stand side by side: kept builds by their keys, and ready-made ones by their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from flask import url_for

from catalog import pricing
from catalog.choices import Choices
from catalog.configuration import PriceLine
from catalog.engine import Impossible
from catalog.terms import NO_TERMS
from webapp import settings
from webapp.account.shown_build import picture
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading, reading_rows
from webapp.languages import language
from webapp.sales import as_it_was, build
from webapp.sales.build import Build
from webapp.sales.difference import steps
from webapp.sales.key import Lock, Purpose, key_for, read
from webapp.sales.specification import Part, Specification, specified
from webapp.shop import addresses
from webapp.shop.visiting import known_owner

BUILD, READY = "build", "ready"
MOST_LISTED = 100  # of one's own builds in a list to choose from; the page of all builds has the others
EITHER = "with"  # what a list of both calls them


class Reference(NamedTuple):
    """What stands for a build in an address: its kind, and a key or `family.code`."""

    kind: str
    value: str


@dataclass(frozen=True)
class Comparable:
    """A kept or a ready-made build. `reference`: as others may know it; `on_sale`: its family today."""

    reference: Reference
    name: str
    specification: Specification
    on_sale: Published | None
    href: str
    edit_key: str | None = None

    @property
    def family(self) -> str:
        return self.specification.family

    @property
    def is_kept(self) -> bool:
        return self.reference.kind == BUILD

    @property
    def picture(self) -> str:
        return picture(self.specification)

    @cached_property
    def parts(self) -> Mapping[str, Sequence[Part]]:
        """What it consists of, by group."""
        found: dict[str, list[Part]] = {}
        for part in self.specification.listed:
            found.setdefault(part.group, []).append(part)
        return found

    @cached_property
    def steps(self) -> Mapping[str, PriceLine]:
        """How its price comes about, by code."""
        return steps(self.specification)

    @cached_property
    def total_today(self) -> int | None:
        """What the same parts cost today; None where they cannot be had together any more."""
        return as_it_was.total_today(self.specification, self.on_sale)


@dataclass(frozen=True)
class Found:
    """What an address asked for, in its order, and how much of it there is not."""

    all: Sequence[Comparable]
    missing: int
    families: Mapping[str, Published]


def references(parameters: Iterable[tuple[str, str]]) -> list[Reference]:
    """The builds that an address names, each once."""
    named: dict[Reference, None] = {}
    for name, value in parameters:
        value = value.strip()
        if name in (BUILD, READY) and value:
            named.setdefault(Reference(name, value))
        elif name == EITHER and value:
            # A signed key has two dots or more, the name of a ready-made build has one.
            named.setdefault(Reference(READY if value.count(".") == 1 else BUILD, value))
    return list(named)


def find(named: Sequence[Reference]) -> Found:
    """Looks them up: two statements, however many they are."""
    families = {one.family.code: one for one in published.families(reading_rows())}
    locks = {each.value: _locks(each.value) for each in named if each.kind == BUILD}
    codes = {lock.code for found in locks.values() for lock in found.values()}
    by_code = {each.code: each for each in build.by_codes(reading(), codes)} if codes else {}
    found: dict[Reference, Comparable] = {}
    missing = 0
    for each in named:
        one = (
            _ready_made(each.value, families)
            if each.kind == READY
            else _kept(locks[each.value], by_code, families)
        )
        if one is None:
            missing += 1
        else:
            found.setdefault(one.reference, one)
    return Found(list(found.values()), missing, families)


def _locks(key: str) -> dict[Purpose, Lock]:
    secret = settings.current().secret_key
    found = {purpose: read(purpose, key, secret) for purpose in (Purpose.EDIT, Purpose.LOOK)}
    return {purpose: lock for purpose, lock in found.items() if lock}


def _kept(
    locks: Mapping[Purpose, Lock], by_code: Mapping[str, Build], families: Mapping[str, Published]
) -> Comparable | None:
    for purpose, lock in locks.items():
        found = by_code.get(lock.code)
        if found is None or lock != (found.edit_lock if purpose is Purpose.EDIT else found.look_lock):
            continue
        is_mine = purpose is Purpose.EDIT or found.owner == known_owner()
        return of_build(found, families, is_mine=is_mine)
    return None


def of_build(kept: Build, families: Mapping[str, Published], *, is_mine: bool) -> Comparable:
    """A kept build. Its own address is the one to look at, so that no page gives away the private one."""
    secret = settings.current().secret_key
    look = key_for(Purpose.LOOK, kept.look_lock, secret)
    edit = key_for(Purpose.EDIT, kept.edit_lock, secret) if is_mine else None
    href = url_for("account.kept_build", key=edit) if edit else url_for("account.shared_build", key=look)
    return Comparable(
        Reference(BUILD, look), kept.name, kept.latest, families.get(kept.latest.family), href, edit
    )


def _ready_made(name: str, families: Mapping[str, Published]) -> Comparable | None:
    code, _, which = name.partition(".")
    on_sale = families.get(code)
    ready = on_sale and next((each for each in on_sale.family.ready_made if each.code == which), None)
    if on_sale is None or not ready:
        return None
    choices = Choices.of_names(ready.choices)
    try:
        configuration = on_sale.engine.complete(choices)
    except Impossible:
        return None
    price = pricing.price(configuration, NO_TERMS)
    columns = specified(configuration, price, NO_TERMS, on_sale.number, on_sale.sha256)
    return Comparable(
        Reference(READY, name),
        ready.title.in_(language()),
        Specification(**columns),
        on_sale,
        addresses.configurator(code, choices),
    )


def query(named: Iterable[Reference]) -> str:
    """The references as they stand in an address."""
    return urlencode(list(named))


class Choosable(NamedTuple):
    """A build in a list to choose from."""

    value: str
    name: str


class Choice(NamedTuple):
    """What there is to choose from: builds of one's own, and ready-made ones by family.

    `is_cut`: whether there are more of one's own.
    """

    mine: Sequence[Choosable]
    ready: Sequence[tuple[str, Sequence[Choosable]]]
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.mine or self.ready)


def choosable(but: Iterable[Reference], families: Iterable[Published], family: str | None = None) -> Choice:
    """What else there is, of one family or of all: one statement."""
    taken, who, secret = set(but), known_owner(), settings.current().secret_key
    rows = build.listed(reading(), who, family, limit=MOST_LISTED + 1) if who else []
    mine = [
        Choosable(key_for(Purpose.LOOK, Lock(row.code, row.look_counter), secret), row.name)
        for row in rows[:MOST_LISTED]
    ]
    ready = []
    for one in families:
        if family in (None, one.family.code):
            inside = [
                Choosable(f"{one.family.code}.{each.code}", each.title.in_(language()))
                for each in one.family.ready_made
            ]
            inside = [each for each in inside if Reference(READY, each.value) not in taken]
            if inside:
                ready.append((one.family.title.in_(language()), inside))
    others = [each for each in mine if Reference(BUILD, each.value) not in taken]
    return Choice(others, ready, is_cut=len(rows) > MOST_LISTED)


def beside(kept: Build) -> Choice:
    """What a kept build can be compared with: one's other builds of any family, and those made by us."""
    look = key_for(Purpose.LOOK, kept.look_lock, settings.current().secret_key)
    return choosable([Reference(BUILD, look)], published.families(reading_rows()))
