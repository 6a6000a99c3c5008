"""Who is in a segment: the statement agrees with the plain meaning of the rule, on both databases."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import on_both_databases
from tests.webapp.relations.crowd import (
    COUNTRIES,
    FAMILIES,
    NOW,
    OPTIONS,
    PURPOSES,
    SOLD,
    TRAITS,
    a_crowd,
    move_in,
)
from tests.webapp.relations.reference import holds
from webapp.customers.wording import Purpose
from webapp.database import Database
from webapp.relations.segments import segment_rule
from webapp.relations.segments.fact import Lexicon, Person
from webapp.relations.segments.membership import Membership, moment_of

OPERATORS = st.sampled_from(["<", "<=", "=", ">=", ">"])
KEYS = st.sampled_from([*map(str, OPTIONS), "motor.*", "rack.none", "frame.*"])
PARTS = st.recursive(
    KEYS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
        st.builds("(if {} then {})".format, inner, inner),
        st.builds("({} requires {})".format, inner, inner),
        st.builds(
            "{} {} of ({}, {}, rack.*)".format,
            st.sampled_from(["at least", "at most"]),
            st.integers(0, 3),
            KEYS,
            KEYS,
        ),
    ),
    max_leaves=4,
)
AGO = st.builds(
    "{} {} {} ago".format,
    st.sampled_from(["<", "<=", ">=", ">"]),
    st.sampled_from([0, 1, 6, 7, 12, 30, 180, 365]),
    st.sampled_from(["days", "weeks", "months", "day"]),
)
ATOMS = st.one_of(
    st.builds("orders {} {}".format, OPERATORS, st.integers(0, 3)),
    st.builds("builds {} {}".format, OPERATORS, st.integers(0, 3)),
    st.builds("paid {} {}".format, OPERATORS, st.sampled_from(["0", "100", "500.00", "1500", "1234.5"])),
    st.builds("last_order {}".format, AGO),
    st.builds("since {}".format, AGO),
    st.builds("consent.{}".format, st.sampled_from([*PURPOSES, "email"])),
    st.builds("language is {}".format, st.sampled_from(["ru", "en", "RU"])),
    st.builds("country is {}{}".format, st.sampled_from(["", "not "]), st.sampled_from(COUNTRIES)),
    st.builds(
        "{} of {} with ({})".format, st.sampled_from(["build", "order"]), st.sampled_from(FAMILIES), PARTS
    ),
    st.builds(
        "prefers({})".format,
        st.sampled_from([f"{trait}: {value}" for trait, values in TRAITS.items() for value in values]),
    ),
    st.builds("{} of {}".format, st.sampled_from(["build", "order"]), st.sampled_from(FAMILIES)),
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
        st.builds("(if {} then {})".format, inner, inner),
    ),
    max_leaves=5,
)


def words(session: object) -> Lexicon:
    found = segment_rule.lexicon(session, ("ru", "en"))  # type: ignore[arg-type]
    return Lexicon(found.families, found.currency, found.languages, TRAITS, SOLD)


@on_both_databases
@pytest.mark.parametrize("seed", [1, 2])
def test_a_statement_finds_whom_the_plain_meaning_of_the_rule_finds(database: Database, seed: int) -> None:
    crowd = a_crowd(60, seed)
    with database.writing_rows() as connection:
        move_in(connection, crowd)
    with database.reading() as session:
        known = words(session)

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(RULES)
        def agree(text: str) -> None:
            condition = segment_rule.read(text, known)
            found = Membership(session, known, condition, NOW)
            wanted = [one.number for one in crowd if holds(condition, one)]
            assert found.ids() == wanted
            assert found.count == len(wanted)

        agree()


@on_both_databases
def test_each_person_is_told_why_by_the_same_arithmetic(database: Database) -> None:
    crowd = a_crowd(25, 3)
    with database.writing_rows() as connection:
        move_in(connection, crowd)
    text = (
        "orders >= 1 and paid > 100 or consent.email and build of bicycle with motor.* or "
        "not (last_order > 30 days ago) and country is DE"
    )
    with database.reading() as session:
        known = words(session)
        condition = segment_rule.read(text, known)
        membership = Membership(session, known, condition, NOW)
        members = membership.ids()
        for one in crowd:
            is_in, judged = membership.why(Person(one.number, one.owner))
            assert is_in == (one.number in members)
            assert [each.holds for each in judged] == [holds(each.atom, one) for each in judged]
            counted = next(each for each in judged if each.atom.fact == "orders")
            assert (counted.value or 0) == sum(not order.is_cancelled for order in one.orders)


@on_both_databases
def test_an_overlap_is_counted_in_one_statement(database: Database) -> None:
    crowd = a_crowd(60, 4)
    with database.writing_rows() as connection:
        move_in(connection, crowd)
    with database.reading() as session:
        known = words(session)
        one, other = (segment_rule.read(text, known) for text in ("orders >= 1", "builds >= 2"))
        found = Membership(session, known, one, NOW).overlap(other)
    ones, others = ([holds(each, who) for who in crowd] for each in (one, other))
    assert (found.one, found.other) == (sum(ones), sum(others))
    assert found.both == sum(a and b for a, b in zip(ones, others, strict=True))
    assert found.only_one + found.only_other + found.both == found.either


def test_who_is_written_to_allows_it(database: Database) -> None:
    crowd = a_crowd(60, 5)
    with database.writing_rows() as connection:
        move_in(connection, crowd)
    with database.reading() as session:
        known = words(session)
        everybody = Membership(session, known, segment_rule.read("builds >= 0", known), NOW)
        assert everybody.count == len(crowd)
        asked = everybody.allowing(Purpose.NEWS_LETTERS)
        assert asked.ids() == [one.number for one in crowd if one.allows("news-letters")]


@on_both_databases
def test_people_come_page_by_page(database: Database) -> None:
    with database.writing_rows() as connection:
        move_in(connection, a_crowd(12, 6))
    with database.reading() as session:
        known = words(session)
        everybody = Membership(session, known, segment_rule.read("builds >= 0", known), NOW)
        first = everybody.members(limit=5)
        assert [each.id for each in first] == [1, 2, 3, 4, 5]
        assert everybody.first(limit=5) == (12, first)
        nobody = Membership(session, known, segment_rule.read("builds < 0", known), NOW)
        assert nobody.first(limit=5) == (0, [])
        assert first[0].name == "Somebody 1"
        assert [each.id for each in everybody.members(after=5, limit=5)] == [6, 7, 8, 9, 10]


def test_a_month_ago_is_a_day_of_the_calendar() -> None:
    known = Lexicon({}, "EUR", ("en",))
    atom = segment_rule.read("since > 1 month ago", known)
    at = NOW.replace(month=3, day=31)
    assert moment_of(atom, at) == NOW.replace(month=2, day=28)  # type: ignore[arg-type]
    leap = segment_rule.read("since > 1 year ago", known)
    assert moment_of(leap, NOW.replace(year=2028, month=2, day=29)) == NOW.replace(year=2027, month=2, day=28)  # type: ignore[arg-type]
    week = segment_rule.read("since > 2 weeks ago", known)
    assert moment_of(week, NOW) == NOW - timedelta(days=14)  # type: ignore[arg-type]
