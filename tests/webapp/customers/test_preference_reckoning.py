"""What is written down for segments is what each profile says, and holds only while it is of all that somebody did."""

import random
from datetime import timedelta

from sqlmodel import Session, select

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.customers.test_profile import NOW, allowing, anna, bike, does
from webapp import preference_worker
from webapp.catalogues import version
from webapp.customers import consent, customer, profile, touchpoint, unused_fact
from webapp.customers.inference import FactKind
from webapp.customers.inferred_preference import InferredPreference, Reckoning
from webapp.customers.touchpoint import Kind, Touchpoint
from webapp.customers.wording import Purpose
from webapp.database import Database
from webapp.relations.segments import segment_rule
from webapp.relations.segments.membership import Membership

__all__ = ["anna", "bike"]  # fixtures

SECOND = timedelta(seconds=1)


def on_sale(database: Database, family: Family) -> None:
    with database.writing() as session:
        version.publish(session, family, author="", at=NOW)


def written_down(session: Session) -> set[tuple[int, str, str]]:
    return {(each.customer_id, each.trait, each.value) for each in session.exec(select(InferredPreference))}


def preferring(database: Database, what: str, *, at: timedelta = timedelta()) -> list[int]:
    with database.reading() as session:
        words = segment_rule.lexicon(session, ("en",))
        return Membership(session, words, segment_rule.read(f"prefers({what})", words), NOW + at).ids()


@on_both_databases
def test_it_says_of_everybody_what_their_profile_says(database: Database, bike: Family) -> None:
    on_sale(database, bike)
    rng, people = random.Random(5), []
    with database.writing() as session:
        for n in range(12):
            who = allowing(session, f"{n}@example.com")
            people.append(who)
            for m in range(rng.choice((0, 2, 4, 9))):
                days, kind = rng.random() * 200, rng.choice((Kind.PICK, Kind.SAVE, Kind.UNDO, Kind.VISIT))
                if kind is Kind.SAVE:
                    parts = [rng.choice(("bars.flat", "bars.drop")), "frame.steel"]
                    does(session, who, kind, ref=f"{n}-{m}", choices=parts, days=days)
                else:
                    pick = ("frame", rng.choice(("steel", "carbon"))) if kind is Kind.PICK else None
                    does(session, who, kind, pick=pick, days=days)
    assert preference_worker.reckon(database, NOW)
    with database.reading() as session:
        found = {
            (who, each.trait, each.value)
            for who in people
            for each in profile.profile_of(session, who, at=NOW, families=[bike]).preferences
        }
        assert found
        assert written_down(session) == found
        for one in session.exec(select(InferredPreference)):  # to the second until when it will be true
            moments = (one.until - SECOND, one.until + SECOND)
            known = [
                any(
                    (each.trait, each.value) == (one.trait, one.value)
                    for each in profile.profile_of(
                        session, one.customer_id, at=at, families=[bike]
                    ).preferences
                )
                for at in moments
            ]
            assert known == [True, False]


@on_both_databases
def test_it_counts_only_while_it_is_of_all_that_somebody_did(
    database: Database, anna: int, bike: Family
) -> None:
    on_sale(database, bike)
    with database.writing() as session:
        for n in range(4):
            does(session, anna, Kind.SAVE, ref=f"b{n}", choices=["bars.flat"], days=n + 1)
    assert preferring(database, "posture: upright") == []
    preference_worker.reckon(database, NOW)
    assert preferring(database, "posture: upright") == [anna]
    assert preferring(database, "posture: upright", at=timedelta(days=900)) == []
    with database.writing() as session:
        does(session, anna, Kind.VISIT, days=0)
    assert preferring(database, "posture: upright") == []
    preference_worker.reckon(database, NOW)
    assert preferring(database, "posture: upright") == [anna]
    with database.writing() as session:  # what one says outranks it
        profile.say(session, anna, "posture", "sporty", at=NOW)
    assert preferring(database, "posture: upright") == []
    assert preferring(database, "posture: sporty") == [anna]
    with database.writing() as session:
        profile.say(session, anna, "posture", "none", at=NOW)
        newest = session.exec(select(Touchpoint.id)).all()[:2]
        touchpoint.forget(session, anna, [number for number in newest if number])
    preference_worker.reckon(database, NOW)
    with database.reading() as session:
        assert (anna, "posture", "upright") not in written_down(session)


@on_both_databases
def test_it_goes_with_the_consent_and_with_a_kind(database: Database, anna: int, bike: Family) -> None:
    on_sale(database, bike)
    with database.writing() as session:
        ben = customer.proven(session, "ben@example.com", language="en", at=NOW).id or 0
        for n in range(4):
            for who in (anna, ben):
                does(session, who, Kind.SAVE, ref=f"{who} {n}", choices=["bars.flat"], days=n + 1)
    preference_worker.reckon(database, NOW)
    with database.reading() as session:
        assert {who for who, _, _ in written_down(session)} == {anna}
    with database.writing() as session:
        unused_fact.switch_off(session, anna, FactKind.LIKINGS, at=NOW)
        assert written_down(session) == set()
    preference_worker.reckon(database, NOW)
    with database.writing() as session:
        assert {trait for _, trait, _ in written_down(session)} == {"family"}
        unused_fact.switch_on(session, anna, FactKind.LIKINGS)
    preference_worker.reckon(database, NOW)
    assert preferring(database, "posture: upright") == [anna]
    with database.writing() as session:
        consent.withdraw(session, anna, Purpose.PERSONALISATION, at=NOW)
        assert written_down(session) == set()
        assert session.exec(select(Reckoning)).first() is None
    preference_worker.reckon(database, NOW)
    with database.reading() as session:
        assert session.exec(select(Reckoning)).first() is None
