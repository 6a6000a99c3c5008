"""What would be if a rule went: the solver agrees with looking at every combination."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.lifting import Lifting
from catalog.model import Family
from tests.catalog import families
from tests.catalog.reference import Reference
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle
from webapp.catalogues import version
from webapp.customers.touchpoint import Touchpoint
from webapp.database import Database
from webapp.demand_worker import DemandWorker, count_touchpoints
from webapp.sales.demand import refused
from webapp.sales.demand.answer import Answer
from webapp.sales.demand.refusals_counted import RefusalsCounted, WhatIf
from webapp.sales.demand.refused import Sought
from webapp.sales.demand.scope import Scope

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SCOPE = Scope("bike", NOW.date() - timedelta(days=1), NOW.date())


def without(family: Family, code: str) -> Family:
    document = family.model_dump()
    for name in ("rules", "resources"):
        document[name] = [each for each in document[name] if each["code"] != code]
    return Family.model_validate(document)


def kept_by(reference: Reference, choices: Choices) -> bool:
    """Whether some combination keeps all that was said."""
    family = reference.family
    for picked in reference.valid:
        said = True
        for key in choices:
            group = family.group_by_code[key.group]
            others = [each for each in group.keys if each not in choices.of(key.group)]
            said &= not any(each in picked for each in others) if key.option == "none" else key in picked
        if said:
            return True
    return False


@settings(max_examples=40, deadline=None)
@given(families.families(), st.randoms(use_true_random=False))
def test_lifting_a_rule_allows_what_the_family_without_it_allows(family: Family, rng: random.Random) -> None:
    lifting, today = Lifting(family), Reference(family)
    codes = [rule.code for rule in (*family.rules, *family.resources)]
    lifted = {code: Reference(without(family, code)) for code in codes[:3]}
    cards = [key for group in family.groups for key in group.cards]
    for _ in range(8):
        choices = Choices()
        for key in rng.sample(cards, k=min(len(cards), rng.randint(1, 4))):
            choices = choices.with_pick(family.group_by_code[key.group], key)
        assert lifting.fits(choices) == kept_by(today, choices)
        for code, reference in lifted.items():
            assert lifting.fits(choices, without=code) == kept_by(reference, choices), (code, choices)


def blocked(choices: str, pick: OptionKey, rules: list[str], at: datetime, visitor: str) -> Touchpoint:
    detail = {"choices": choices, "rules": rules, "against": [], "total": 1000, "repairs": []}
    return Touchpoint(
        visitor=visitor,
        kind="blocked",
        family="bike",
        version=1,
        option_group=pick.group,
        option=pick.option,
        at=at,
        detail=detail,
    )


@pytest.fixture
def clicks(database: Database) -> None:
    """Of five wishes two are the same question, one names what is gone, one could be built today."""
    carbon, rule = OptionKey("frame", "carbon"), "carbon-no-rear-rack"
    with database.writing() as session:
        version.publish(session, a_bicycle(), author="tests", at=NOW)
        for number, (choices, pick) in enumerate(
            [
                ("model=city&rack=rear", carbon),
                ("rack=rear&model=city", carbon),
                ("frame=carbon", OptionKey("rack", "rear")),
                ("frame=glass", OptionKey("rack", "rear")),
                ("rack=front", carbon),
            ]
        ):
            at = NOW - timedelta(minutes=30 - number)
            session.add(blocked(choices, pick, [rule, "limit:frame"], at, f"v{number}"))
    assert count_touchpoints(database, NOW, seconds=60)


def what_ifs(session: Session, number: int) -> dict[str, WhatIf]:
    return {each.refused.name: each.what_if for each in RefusalsCounted(session, SCOPE).by_rule(number)}


@on_both_databases
@pytest.mark.usefixtures("clicks")
def test_each_question_is_answered_once_and_again_when_the_catalogue_changes(database: Database) -> None:
    worker = DemandWorker("UTC")
    with database.reading() as session:
        assert what_ifs(session, 1)["carbon-no-rear-rack"] == WhatIf(open=5)
    assert worker.answer(database, seconds=60)
    with database.reading() as session:
        found = what_ifs(session, 1)
        assert found["carbon-no-rear-rack"] == WhatIf(without=3, already=1, gone=1)
        assert set(found) == {"carbon-no-rear-rack"}  # that a group takes one frame goes without saying
        assert len(session.exec(select(Answer)).all()) == 4
        for verdict, number in (("without", 3), ("already", 1), ("gone", 1), ("still", 0), ("open", 0)):
            sought = Sought(rule="carbon-no-rear-rack", verdict=verdict)
            assert refused.count(session, SCOPE, sought, number=1) == number
    with database.writing() as session:
        version.publish(session, a_bicycle(city="555.00"), author="tests", at=NOW)
    with database.reading() as session:
        assert what_ifs(session, 2)["carbon-no-rear-rack"] == WhatIf(open=5)
    assert worker.answer(database, seconds=60)
    with database.reading() as session:
        assert what_ifs(session, 2)["carbon-no-rear-rack"].open == 0
        assert {each.version for each in session.exec(select(Answer).order_by(col(Answer.rule)))} == {2}
