"""What a guest has kept becomes a customer's, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tests.databases import on_both_databases
from webapp.customers import customer
from webapp.database import Database
from webapp.sales import build, claim, current_build
from webapp.sales.build import Build
from webapp.sales.claim import Outcome
from webapp.sales.current_build import CurrentBuild
from webapp.sales.key import Lock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPECIFICATION: dict[str, Any] = {
    "family": "bike",
    "family_title": {"en": "Bicycle", "ru": "Велосипед"},
    "version": 1,
    "version_sha256": "f" * 64,
    "choices": ["frame.steel"],
    "parts": [],
    "price_lines": [],
    "terms": [],
    "currency": "EUR",
    "tax_percent": "19",
    "total": 50000,
    "tax": 7983,
    "lead_days": 5,
}


@pytest.fixture
def keep(database: Database) -> Callable[..., Build]:
    def keep(owner: str, name: str = "Mine", token: str = "") -> Build:
        with database.writing() as session:
            return build.save(
                session,
                token=token or f"{owner} {name}",
                owner=owner,
                name=name,
                specification=SPECIFICATION,
                at=NOW,
            )

    return keep


@pytest.fixture
def make(database: Database) -> Callable[..., None]:
    """Lets somebody click their way to an address, minutes after the beginning."""

    def make(owner: str, address: str, minutes: int = 0, family: str = "bike") -> None:
        with database.writing_rows() as connection:
            at = NOW + timedelta(minutes=minutes)
            current_build.record(connection, owner, family, 1, address, None, at)

    return make


def a_customer(database: Database, email: str) -> str:
    with database.writing() as session:
        return customer.proven(session, email, language="en", at=NOW).owner


def owners(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {each.name: each.owner for each in session.exec(select(Build))}


def making(session: Session, owner: str, family: str = "bike") -> tuple[str, list[str]] | None:
    one = current_build.find(session, owner, family)
    return (one.address, one.trail) if one else None


@on_both_databases
def test_all_that_a_guest_kept_becomes_the_customers(
    database: Database, keep: Callable[..., Build], make: Callable[..., None]
) -> None:
    anna = a_customer(database, "anna@example.com")
    keep("guest", "One"), keep("guest", "Two"), keep("stranger", "Theirs")
    make("guest", "frame=steel")
    make("guest", "frame=steel&rack=rear")
    with database.writing() as session:
        done = claim.claim(session, "guest", anna)
    assert (done.builds, done.beside, done.refused) == (2, [], [])
    assert owners(database) == {"One": anna, "Two": anna, "Theirs": "stranger"}
    with database.reading() as session:
        assert making(session, anna) == ("frame=steel&rack=rear", ["", "frame=steel"])
        assert making(session, "guest") is None


@on_both_databases
@pytest.mark.parametrize("guest_is_later", [True, False])
def test_of_two_builds_that_were_being_made_the_later_goes_on_and_undo_leads_to_the_other(
    database: Database, make: Callable[..., None], guest_is_later: bool
) -> None:
    anna = a_customer(database, "anna@example.com")
    make(anna, "frame=carbon", minutes=5)
    make("guest", "frame=steel", minutes=9 if guest_is_later else 1)
    with database.writing() as session:
        assert claim.claim(session, "guest", anna).beside == ["bike"]
    later, earlier = ("frame=steel", "frame=carbon")[:: 1 if guest_is_later else -1]
    with database.reading() as session:
        assert making(session, anna) == (later, ["", earlier])
    make(anna, earlier, minutes=10)  # "undo"
    with database.reading() as session:
        assert making(session, anna) == (earlier, [""])


@on_both_databases
def test_the_same_build_on_both_sides_is_no_step(database: Database, make: Callable[..., None]) -> None:
    anna = a_customer(database, "anna@example.com")
    make(anna, "frame=steel")
    make("guest", "frame=steel", minutes=1)
    with database.writing() as session:
        assert claim.claim(session, "guest", anna).beside == []
    with database.reading() as session:
        assert making(session, anna) == ("frame=steel", [""])


@on_both_databases
def test_a_form_that_was_sent_as_guest_and_as_customer_is_no_obstacle(
    database: Database, keep: Callable[..., Build]
) -> None:
    anna = a_customer(database, "anna@example.com")
    keep("guest", "As a guest", token="the same")
    keep(anna, "Signed in", token="the same")
    with database.writing() as session:
        claim.claim(session, "guest", anna)
    assert owners(database) == {"As a guest": anna, "Signed in": anna}


@on_both_databases
def test_a_build_opened_by_its_private_link_comes_along_with_what_was_being_made_of_it(
    database: Database, keep: Callable[..., Build]
) -> None:
    anna = a_customer(database, "anna@example.com")
    kept = keep("phone", "From the phone")
    with database.writing() as session:
        current_build.take_up(session, "phone", "bike", 1, "frame=steel", build_id=kept.id, at=NOW)
        current_build.take_up(session, "phone", "desk", 1, "top=oak", build_id=None, at=NOW)
    with database.writing() as session:
        done = claim.claim(session, "desktop", anna, [kept.edit_lock, Lock("gone", 0)])
    assert (done.builds, done.refused) == (1, [])
    assert owners(database) == {"From the phone": anna}
    with database.reading() as session:
        assert making(session, anna) == ("frame=steel", [])
        assert making(session, anna, "desk") is None  # nothing to do with the link
        assert making(session, "phone") == ("frame=steel", [])  # where it goes on
        mine = current_build.find(session, anna, "bike")
        assert mine is not None
        assert mine.build_id == kept.id


@on_both_databases
def test_what_belongs_to_a_customer_is_never_taken(database: Database, keep: Callable[..., Build]) -> None:
    anna, boris = (a_customer(database, f"{name}@example.com") for name in ("anna", "boris"))
    kept = keep(anna, "Anna's")
    with database.writing() as session:
        assert claim.claim(session, "guest", boris, [kept.edit_lock]).refused == ["Anna's"]
        assert claim.claim(session, anna, boris).builds == 0  # nor by a name that somebody got hold of
        assert claim.claim_one(session, kept.edit_lock, anna) == (Outcome.MINE, "Anna's")
        assert claim.claim_one(session, kept.edit_lock, boris) == (Outcome.REFUSED, "Anna's")
    assert owners(database) == {"Anna's": anna}


@on_both_databases
def test_of_many_who_claim_at_once_one_gets_it(database: Database, keep: Callable[..., Build]) -> None:
    people = [a_customer(database, f"person-{number}@example.com") for number in range(6)]
    kept = keep("guest", "Wanted")

    def wants(owner: str) -> Outcome:
        with database.writing() as session:
            return claim.claim_one(session, kept.edit_lock, owner)[0]

    with ThreadPoolExecutor(len(people)) as hands:
        outcomes = list(hands.map(wants, people))
    assert sorted(outcomes) == [Outcome.REFUSED] * 5 + [Outcome.TAKEN]
    assert owners(database) == {"Wanted": people[outcomes.index(Outcome.TAKEN)]}


@on_both_databases
def test_signing_in_on_two_devices_at_once_loses_nothing(
    database: Database, keep: Callable[..., Build], make: Callable[..., None]
) -> None:
    guests = [f"guest-{number}" for number in range(6)]
    for number, guest in enumerate(guests):
        keep(guest, guest)
        make(guest, f"frame=steel&rack={number}", minutes=number)

    def signs_in(guest: str) -> None:
        with database.writing() as session:
            anna = customer.proven(session, "anna@example.com", language="en", at=NOW)
            claim.claim(session, guest, anna.owner)

    with ThreadPoolExecutor(len(guests)) as devices:
        list(devices.map(signs_in, guests))
    anna = a_customer(database, "anna@example.com")
    assert set(owners(database).values()) == {anna}
    with database.reading() as session:
        [left] = session.exec(select(CurrentBuild)).all()
        assert left.owner == anna
        assert left.address == "frame=steel&rack=5"
        assert {f"frame=steel&rack={number}" for number in range(5)} <= set(left.trail)


@on_both_databases
def test_a_withdrawn_link_claims_nothing(database: Database, keep: Callable[..., Build]) -> None:
    anna = a_customer(database, "anna@example.com")
    kept = keep("guest", "Mine")
    withdrawn = kept.edit_lock
    with database.writing() as session:
        one = build.by_code(session, kept.code, for_update=True)
        assert one is not None
        build.renew_edit_link(one, seen=0)
    with database.writing() as session:
        assert claim.claim_one(session, withdrawn, anna)[0] is Outcome.GONE
        assert claim.claim(session, None, anna, [withdrawn]).builds == 0
    assert owners(database) == {"Mine": "guest"}


@on_both_databases
def test_whoever_changes_a_build_by_a_withdrawn_link_no_longer_saves_it_as_that_build(
    database: Database, keep: Callable[..., Build]
) -> None:
    kept = keep("guest", "Mine")
    with database.writing() as session:
        for owner in ("guest", "friend"):
            current_build.take_up(session, owner, "bike", 1, "frame=steel", build_id=kept.id, at=NOW)
    with database.writing() as session:
        current_build.let_go(session, kept.id or 0, but="guest")
    with database.reading() as session:
        making = {one.owner: one.build_id for one in session.exec(select(CurrentBuild))}
    assert making == {"guest": kept.id, "friend": None}
