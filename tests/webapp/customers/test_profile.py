"""A profile on the database: what is kept while it is allowed, and what is forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from catalog.model import Family
from tests.databases import on_both_databases
from webapp.customers import consent, customer, profile, stated_fact, touchpoint, unused_fact
from webapp.customers.inference import FactKind
from webapp.customers.touchpoint import Kind, Touchpoint, Whose
from webapp.customers.wording import Purpose
from webapp.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def texts(word: str) -> dict[str, str]:
    return {"en": word, "ru": word}


@pytest.fixture(scope="module")
def bike() -> Family:
    def option(code: str, **traits: list[str]) -> dict[str, Any]:
        return {"code": code, "title": texts(code), "traits": traits}

    bars = [option("flat", posture=["upright"]), option("drop", posture=["sporty"])]
    frames = [option("steel", style=["classic"], use=["commute"]), option("carbon", style=["sport"])]
    return Family.model_validate(
        {
            "code": "bike",
            "title": texts("Bicycle"),
            "currency": "EUR",
            "tax_percent": "19",
            "steps": [{"code": "base", "title": texts("Base")}],
            "groups": [
                {"code": "bars", "title": texts("Bars"), "step": "base", "options": bars},
                {"code": "frame", "title": texts("Frame"), "step": "base", "options": frames},
            ],
        }
    )


@pytest.fixture
def anna(database: Database) -> int:
    with database.writing() as session:
        return allowing(session, "anna@example.com")


def allowing(session: Session, email: str) -> int:
    who = customer.proven(session, email, language="en", at=NOW).id or 0
    consent.give(session, who, Purpose.PERSONALISATION, language="en", at=NOW)
    return who


def does(session: Session, who: int, kind: Kind, *, days: float = 1, ref: str = "", **about: Any) -> None:
    choices = about.pop("choices", None)
    detail = {"choices": choices, "total": about.pop("total", 100_000)} if choices else None
    touchpoint.record(
        session.connection(),
        visitor="device",
        kind=kind,
        family="bike",
        version=1,
        at=NOW - timedelta(days=days),
        whose=Whose(who, ref or None, detail),
        **about,
    )


def names(session: Session, who: int, bike: Family) -> set[str]:
    return {fact.name for fact in profile.profile_of(session, who, at=NOW, families=[bike]).facts}


@on_both_databases
def test_builds_become_facts_and_a_stated_one_outranks_them(
    database: Database, anna: int, bike: Family
) -> None:
    with database.writing() as session:
        for n in range(4):
            does(session, anna, Kind.SAVE, ref=f"b{n}", choices=["bars.flat", "frame.steel"], days=n + 1)
    with database.reading() as session:
        found = {
            each.name: each for each in profile.profile_of(session, anna, at=NOW, families=[bike]).preferences
        }
        assert {"posture-upright", "style-classic", "use-commute"} <= set(found)
        assert not any(each.stated for each in found.values())
    with database.writing() as session:
        assert profile.say(session, anna, "posture", "sporty", at=NOW)
    with database.reading() as session:
        found = {
            each.name: each for each in profile.profile_of(session, anna, at=NOW, families=[bike]).preferences
        }
        assert found["posture-sporty"].stated
        assert found["posture-sporty"].strength == 1
        assert "posture-upright" not in found
    with database.writing() as session:
        profile.say(session, anna, "posture", "none", at=NOW)
    with database.reading() as session:
        said = profile.profile_of(session, anna, at=NOW, families=[bike]).preferences
        assert "posture" not in {each.trait for each in said}


@on_both_databases
def test_without_the_consent_nothing_is_anybodys_and_its_end_takes_them_off_at_once(
    database: Database, anna: int, bike: Family
) -> None:
    with database.writing() as session:
        ben = customer.proven(session, "ben@example.com", language="en", at=NOW).id or 0
        for who in (anna, ben):
            does(session, who, Kind.SAVE, ref=f"build of {who}", choices=["bars.flat"])
            does(session, who, Kind.VISIT)
            profile.say(session, who, "posture", "upright", at=NOW)
        unused_fact.switch_off(session, anna, FactKind.RHYTHM, at=NOW)
    with database.reading() as session:
        assert set(session.exec(select(Touchpoint.customer_id))) == {anna, None}
        assert (
            session.exec(select(Touchpoint.ref).where(col(Touchpoint.customer_id).is_(None))).all()
            == [None] * 2
        )
        assert profile.profile_of(session, ben, at=NOW, families=[bike]).preferences == ()
        assert profile.profile_of(session, anna, at=NOW, families=[bike]).preferences
    with database.writing() as session:
        consent.withdraw(session, anna, Purpose.PERSONALISATION, at=NOW)
        assert set(session.exec(select(Touchpoint.customer_id))) == {None}
        assert set(session.exec(select(Touchpoint.ref))) == {None}
        for table in (stated_fact.StatedFact, unused_fact.UnusedFact):
            assert session.exec(select(table)).first() is None
        consent.give(session, anna, Purpose.PERSONALISATION, language="en", at=NOW)
        assert profile.profile_of(session, anna, at=NOW, families=[bike]).preferences == ()


@on_both_databases
def test_what_is_kept_of_a_kind_that_is_switched_off_is_not_used(
    database: Database, anna: int, bike: Family
) -> None:
    with database.writing() as session:
        profile.say(session, anna, "posture", "upright", at=NOW)
        unused_fact.switch_off(session, anna, FactKind.LIKINGS, at=NOW)
        unused_fact.switch_off(session, anna, FactKind.LIKINGS, at=NOW)
        assert profile.profile_of(session, anna, at=NOW, families=[bike]).preferences == ()
        unused_fact.switch_on(session, anna, FactKind.LIKINGS)
        assert len(profile.profile_of(session, anna, at=NOW, families=[bike]).preferences) == 1


DEED = st.tuples(
    st.sampled_from([Kind.PICK, Kind.SAVE, Kind.ORDER, Kind.UNDO, Kind.CART, Kind.VISIT, Kind.BLOCKED]),
    st.sampled_from(["flat", "drop"]),
    st.sampled_from(["steel", "carbon"]),
    st.integers(0, 40),
    st.integers(0, 3),
)


def settle(session: Session, who: int, deeds: Sequence[tuple[Kind, str, str, int, int]]) -> list[int]:
    """Their touchpoints and no others."""
    session.execute(delete(Touchpoint).where(col(Touchpoint.customer_id) == who))
    for kind, bars, frame, days, ref in deeds:
        if kind in (Kind.SAVE, Kind.ORDER, Kind.CART):
            choices = [f"bars.{bars}", f"frame.{frame}"]
            does(session, who, kind, days=days, ref=f"r{ref}", choices=choices, total=ref * 1000)
        elif kind in (Kind.UNDO, Kind.VISIT):
            does(session, who, kind, days=days)
        else:
            does(session, who, kind, days=days, pick=("bars", bars))
    theirs = select(Touchpoint.id).where(col(Touchpoint.customer_id) == who)
    return [number or 0 for number in session.exec(theirs.order_by(col(Touchpoint.id)))]


@FEW
@given(st.lists(DEED, max_size=25), st.data())
def test_forgetting_equals_a_profile_that_never_had_it(
    database: Database, bike: Family, deeds: list[tuple[Kind, str, str, int, int]], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.integers(0, len(deeds) - 1), max_size=5)) if deeds else set()
    with database.writing() as session:
        anna, ben = allowing(session, "anna@example.com"), allowing(session, "ben@example.com")
        numbers = settle(session, anna, deeds)
        settle(session, ben, [deed for place, deed in enumerate(deeds) if place not in gone])
        assert touchpoint.forget(session, anna, [numbers[place] for place in gone]) == len(gone)
        assert touchpoint.forget(session, ben, numbers) == 0
    with database.reading() as session:
        hers, his = (profile.profile_of(session, who, at=NOW, families=[bike]) for who in (anna, ben))
        assert [told(fact) for fact in hers.facts] == [told(fact) for fact in his.facts]
        assert hers.preferences == his.preferences


def told(fact: Any) -> Any:
    """A fact without the numbers of its rows."""
    return fact._replace(acts=tuple(act._replace(number=0) for act in fact.acts))


@FEW
@given(st.lists(DEED, min_size=8, max_size=25))
def test_a_forgotten_fact_does_not_come_back(
    database: Database, bike: Family, deeds: list[tuple[Kind, str, str, int, int]]
) -> None:
    with database.writing() as session:
        anna = allowing(session, "anna@example.com")
        settle(session, anna, deeds)
        for name in sorted(names(session, anna, bike)):
            profile.forget_fact(session, anna, name, at=NOW, families=[bike])
            assert name not in names(session, anna, bike)
        assert names(session, anna, bike) == set()


def test_only_the_latest_acts_are_looked_at(database: Database, anna: int, bike: Family) -> None:
    with database.writing() as session:
        for n in range(500):
            does(session, anna, Kind.PICK, days=n / 10, pick=("bars", "flat"))
    with database.reading() as session:
        assert len(profile.profile_of(session, anna, at=NOW, families=[bike]).acts) == 400
