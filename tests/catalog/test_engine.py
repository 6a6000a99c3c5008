"""The engine agrees with brute force on every kind of small family, and with itself on the demo catalogues."""

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from catalog.choices import Choices, read
from catalog.completion import Impossible
from catalog.configuration import Origin, Repair
from catalog.engine import WHATEVER_IT_TAKES, Engine
from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.model import NONE, Family
from catalog.validity import Validity
from tests.catalog.families import (
    families_with_addresses,
    families_with_choices,
    keys_of,
    narrow_tables,
)
from tests.catalog.reference import Reference, Way


def engine_for(family: Family, narrow: bool) -> Engine:
    """An engine; a narrow one treats a small family as it would a large one."""
    if not narrow:
        return Engine(family)
    with narrow_tables():
        return Engine(family)


def possible(family: Family, choices: Choices) -> Reference:
    """The reference, where the choices can stand together."""
    reference = Reference(family)
    assume(reference.current(choices) is not None)
    return reference


@given(families_with_choices(), st.booleans())
def test_the_current_configuration_is_the_cheapest_soonest_first_completion(found, narrow):
    family, choices = found
    reference, engine = Reference(family), engine_for(family, narrow)
    expected = reference.current(choices)
    assert engine.fits(choices) == (expected is not None)
    if expected is None:
        event("the choices clash")
        with pytest.raises(Impossible):
            engine.configure(choices)
        with pytest.raises(Impossible):
            engine.complete(choices)
        return
    for configuration in (engine.configure(choices), engine.complete(choices)):
        assert frozenset(configuration.picked) == expected
        assert configuration.picked == tuple(key for key in family.option_by_key if key in expected)
        assert configuration.total == reference.total(expected)
        assert configuration.total == sum(line.amount for line in configuration.price_lines)
        assert configuration.lead_days == reference.days(expected)
        assert configuration.choices == choices
        assert configuration.complete


@given(families_with_choices(), st.booleans())
def test_valid_domains_hold_exactly_what_some_valid_configuration_has(found, narrow):
    family, choices = found
    reference = possible(family, choices)
    cards = engine_for(family, narrow).configure(choices).cards
    expected = {key for key in keys_of(family) if reference.is_available(choices, key)}
    chosen = {key for key, card in cards.items() if card.chosen}
    assert {key for key, card in cards.items() if card.available} == expected | chosen
    assert list(cards) == [key for group in family.groups for key in reference.keys_of(group)]
    solved = Validity(Formula(family)).available(choices)
    assert solved == {key for key in expected if key.option != NONE}


@given(families_with_choices(), st.booleans())
def test_each_value_is_mine_forced_or_assumed(found, narrow):
    family, choices = found
    reference = possible(family, choices)
    configuration = engine_for(family, narrow).configure(choices)
    current = reference.current(choices) or frozenset()
    expected = {}
    for group in family.groups:
        taken = [key for key in group.keys if key in current]
        for key in taken or [OptionKey(group.code, NONE)] * group.is_optional:
            expected[key] = reference.origin(choices, key)
    assert configuration.origins == expected
    assert {k: card.origin for k, card in configuration.cards.items() if card.origin} == expected
    open_groups = [
        group.code
        for group in family.groups
        if all(origin is Origin.ASSUMED for key, origin in expected.items() if key.group == group.code)
    ]
    assert configuration.undecided == len(open_groups)


@given(families_with_choices(), st.booleans())
def test_every_difference_is_the_true_one(found, narrow):
    family, choices = found
    reference = possible(family, choices)
    engine = engine_for(family, narrow)
    now = engine.configure(choices, WHATEVER_IT_TAKES)
    for key, card in now.cards.items():
        if card.chosen:
            continue
        best = reference.best(choices, key)
        if best is None:
            event("a dead option")
            assert (card.available, card.delta, card.lead_days) == (False, None, None)
            continue
        assert card.delta == reference.total(best.picked) - now.total, key
        assert card.changes == len(best.given_up), key
        assert card.lead_days == reference.days(best.picked), key
        if card.available:
            assert card.changes == 0
            after = engine.complete(card.after)
            assert (after.total - now.total, after.lead_days) == (card.delta, card.lead_days)
            assert key in after.picked or key.option == NONE
        else:
            assert card.changes > 0


@given(families_with_choices(), st.booleans())
def test_a_first_answer_leaves_out_what_it_cannot_prove_and_never_guesses(found, narrow):
    family, choices = found
    possible(family, choices)
    engine = engine_for(family, narrow)
    whole = engine.configure(choices, WHATEVER_IT_TAKES)
    first = engine.configure(choices)
    assert first.origins == whole.origins
    for key, card in first.cards.items():
        if card.delta is None:
            assert card.available == whole.cards[key].available
        else:
            assert card == whole.cards[key]


@given(families_with_choices(), st.booleans())
def test_a_click_on_a_chosen_option_goes_without_it_where_that_can_be(found, narrow):
    family, choices = found
    reference = possible(family, choices)
    engine = engine_for(family, narrow)
    now = engine.configure(choices, WHATEVER_IT_TAKES)
    for key, card in now.cards.items():
        if not card.chosen:
            continue
        after = engine.complete(card.after)
        assert (card.available, card.changes) == (True, 0)
        assert (after.total - now.total, after.lead_days) == (card.delta, card.lead_days), key
        group = family.group_by_code[key.group]
        refusal = OptionKey(group.code, NONE)
        others = tuple(said for said in choices if said not in (key, refusal))
        without = reference.current(choices.without(key))
        if key.option == NONE or (group.is_choose_one and not group.is_optional):
            assert key in card.after
        elif key in choices and without is not None and key not in without:
            event("just taken back")
            assert set(card.after) == set(choices.without(key))
        elif group.is_optional and reference.current((*others, refusal)) is not None:
            event("taken back with a refusal")
            assert key not in after.picked
            assert refusal in card.after
        else:
            event("stays")
            assert key in card.after


@given(families_with_choices(), st.booleans(), st.data())
def test_a_conflict_names_no_rule_and_no_choice_too_many(found, narrow, data):
    family, choices = found
    reference = possible(family, choices)
    engine = engine_for(family, narrow)
    now = engine.configure(choices)
    out = [key for key, card in now.cards.items() if not card.available]
    assume(out)
    key = data.draw(st.sampled_from(out))
    conflict = engine.conflict(now, key)
    others = reference.wanted(choices, key)
    codes = [rule.code for rule in conflict.rules]
    assert conflict.key == key
    assert set(conflict.choices) <= set(others)
    assert reference.rules_out(codes, conflict.choices, others, key)
    for code in codes:
        fewer = [other for other in codes if other != code]
        assert not reference.rules_out(fewer, conflict.choices, others, key)
    for choice in conflict.choices:
        rest = [other for other in conflict.choices if other != choice]
        assert not reference.rules_out(codes, rest, others, key)


@given(families_with_choices(most=7), st.booleans())
def test_repairs_are_the_three_best_minimal_changes(found, narrow):
    family, choices = found
    reference = possible(family, choices)
    engine = engine_for(family, narrow)
    now = engine.configure(choices, WHATEVER_IT_TAKES)
    out = [key for key, card in now.cards.items() if not card.available]
    assume(out)
    for key in out:
        repairs = engine.conflict(now, key).repairs
        expected = reference.repairs(choices, key)
        event(f"{min(len(expected), 4)} repairs")
        found = [reached(engine, reference, choices, key, repair) for repair in repairs]
        assert [reference.worth(way) for way in found] == [reference.worth(way) for way in expected[:3]], key
        assert len({(way.given_up, reference.instead(way)) for way in found}) == len(found)
        minimal = {frozenset(way.given_up) for way in expected}
        assert {frozenset(way.given_up) for way in found} <= minimal
        for repair in repairs:
            assert repair.delta == repair.total - now.total
        if repairs:
            assert repairs[0].delta == now.cards[key].delta
            assert repairs[0].lead_days == now.cards[key].lead_days
            assert len(found[0].given_up) == now.cards[key].changes


def reached(engine: Engine, reference: Reference, choices: Choices, key: OptionKey, repair: Repair) -> Way:
    """Where a repair leads, having checked that it says so itself."""
    configuration = engine.complete(repair.after)
    picked = frozenset(configuration.picked)
    assert len(set(repair.after)) == len(repair.after)
    assert all(promise.holds(picked) for promise in reference.demand(key))
    assert (repair.total, repair.lead_days) == (configuration.total, configuration.lead_days)
    promises = reference.promises(reference.wanted(choices, key), beside=[key])
    way = Way(tuple(promise for promise in promises if not promise.holds(picked)), picked)
    assert len(repair.changes) == len(way.given_up)
    assert {change.group for change in repair.changes} == {promise.key.group for promise in way.given_up}
    for change in repair.changes:
        inside = {key for key in picked if key.group == change.group}
        assert change.was.group == change.group
        assert change.was in choices
        assert change.was != change.becomes
        if change.becomes is None or change.becomes.option == NONE:
            assert not inside - {*choices, key, *(other.becomes for other in repair.changes)}
        else:
            assert change.becomes in inside
    return way


@given(families_with_addresses())
def test_every_address_has_an_answer(found):
    family, parameters, pick = found
    engine, reference = Engine(family), Reference(family)
    reading = read(family, parameters, pick)
    if not reference.valid:
        with pytest.raises(Impossible):
            engine.answer(reading)
        return
    answer = engine.answer(reading)
    assert frozenset(answer.picked) == reference.current(answer.choices)
    if reference.current(reading.choices) is not None:
        assert answer.choices == reading.choices
        assert (answer.conflict, answer.set_aside) == (None, ())
        return
    if reference.current(reading.before) is not None:
        event("the pick alone clashes")
        assert answer.set_aside == ()
        assert answer.choices == reading.before
        assert answer.conflict is not None
    else:
        event("put together by hand")
        assert answer.set_aside
        assert set(answer.set_aside) | set(answer.choices) == {*reading.before, reading.pick} - (
            {reading.pick} if answer.conflict else set()
        ) - replaced(family, reading.before, answer.choices)
    if answer.conflict is None:
        assert reading.pick in answer.choices
    else:
        assert answer.conflict.key == reading.pick
        assert not reference.is_available(answer.choices, reading.pick)
        assert not answer.complete


def replaced(family: Family, before: Choices, after: Choices) -> set[OptionKey]:
    """The picks of choose-one groups in whose place another stands."""
    return {
        key
        for key in before
        if family.group_by_code[key.group].is_choose_one and any(new.group == key.group for new in after)
    } - set(after)
