"""Two edits of one document are put together; nothing of either is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.merging import ABSENT, Side, merge
from catalog.model import Family
from catalog.outline import ORDER, Branch, Listed, Place, at, family_of, outline
from tests.catalog.families import families


def edited(family: Family, place: Place, value: Any) -> Family:
    """The family with something else at a place; nothing where the value is ABSENT."""
    tree = outline(family)
    holder = at(tree, place[:-1])
    assert isinstance(holder, dict)
    if value is ABSENT:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return family_of(tree)


def reordered(family: Family, place: Place, order: list[str]) -> Family:
    tree = outline(family)
    holder, listed = at(tree, place[:-1]), at(tree, place)
    assert isinstance(holder, dict)
    assert isinstance(listed, Listed)
    assert sorted(order) == sorted(listed)
    holder[place[-1]] = Listed((key, listed[key]) for key in order)
    return family_of(tree)


def codes(family: Family, group: str) -> list[str]:
    return [option.code for option in family.group_by_code[group].options]


def leaves(tree: Branch, place: Place = ()) -> list[tuple[Place, Any]]:
    found: list[tuple[Place, Any]] = []
    for key, each in tree.items():
        found += leaves(each, (*place, key)) if isinstance(each, dict) else [((*place, key), each)]
    return found


# What an editor does: a place, and what stands there afterwards.
@st.composite
def edits(draw, family: Family) -> tuple[Place, Any]:
    group = draw(st.sampled_from(family.groups))
    option = draw(st.sampled_from(group.options))
    options: Place = ("groups", group.code, "options")
    mine: Place = (*options, option.code)
    match draw(st.integers(0, 7)):
        case 0 | 1:
            return (*mine, "price"), draw(st.sampled_from([7, 77, 777]))
        case 2:
            return (*mine, "title", "en"), draw(st.sampled_from(["One", "Two"]))
        case 3:
            return (*mine, "attributes", draw(st.sampled_from(["mass", "size"]))), draw(st.integers(20, 22))
        case 4:
            return mine, ABSENT
        case 5:
            code = draw(st.sampled_from(["new", "newer"]))
            return (*options, code), {"code": code, "title": {"en": code}, "price": draw(st.integers(1, 2))}
        case 6:
            return ("groups", group.code, "title", "en"), draw(st.sampled_from(["One", "Two"]))
    return ("title", "en"), draw(st.sampled_from(["One", "Two"]))


def touches(one: Place, other: Place) -> bool:
    """Whether two places are the same, or one of them lies in the other."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def is_addition(edit: tuple[Place, Any]) -> bool:
    return isinstance(edit[1], dict)


@st.composite
def edited_twice(draw) -> tuple[Family, list[tuple[Place, Any]], list[tuple[Place, Any]]]:
    family = draw(families())
    some = st.lists(edits(family), min_size=1, max_size=4)
    return family, draw(some), draw(some)


def after(family: Family, said: list[tuple[Place, Any]]) -> Family:
    for place, value in said:
        try:
            family = edited(family, place, value)
        except KeyError:  # an edit before this one took it away
            continue
    return family


@given(edited_twice())
def test_disjoint_edits_come_to_both_in_either_order(
    said: tuple[Family, list[tuple[Place, Any]], list[tuple[Place, Any]]],
) -> None:
    family, first, second = said
    apart = [
        each
        for each in second
        if not any(
            # Two additions to one list share the place behind its last.
            touches(each[0], other[0])
            or (is_addition(each) and is_addition(other) and each[0][:-1] == other[0][:-1])
            for other in first
        )
    ]
    merged = merge(family, after(family, first), after(family, apart))
    assert merged.overlaps == ()
    assert merged.family == after(after(family, first), apart)
    assert merged.family == after(after(family, apart), first)


@given(edited_twice())
def test_an_overlap_is_the_same_from_both_sides_and_no_edit_is_lost(
    said: tuple[Family, list[tuple[Place, Any]], list[tuple[Place, Any]]],
) -> None:
    family, first, second = said
    mine, theirs = after(family, first), after(family, second)
    here, there = merge(family, mine, theirs), merge(family, theirs, mine)
    assert {(each.place, each.mine, each.theirs) for each in _flat(here.overlaps)} == {
        (each.place, each.theirs, each.mine) for each in _flat(there.overlaps)
    }
    # Each place is what one of them made it, or, untouched by both, what it was.
    base, ours, others = (dict(leaves(outline(each))) for each in (family, mine, theirs))
    told = [each.place for each in here.overlaps]
    for place, value in leaves(outline(here.family)):
        possible = [kept[place] for kept in (ours, others) if place in kept]
        assert value in possible
    for kept, whose in ((ours, others), (others, ours)):
        for place, value in kept.items():
            if base.get(place) != value and not any(touches(place, each) for each in told):
                assert dict(leaves(outline(here.family)))[place] == value
        for place in base.keys() - kept.keys():
            if place in whose and not any(touches(place, each) for each in told):
                assert place not in dict(leaves(outline(here.family)))
    # Decided one way for each place, there is nothing left to decide, and the winner's places are all there.
    for side, winner in ((Side.MINE, ours), (Side.THEIRS, others)):
        decided = merge(family, mine, theirs, dict.fromkeys(told, side))
        assert decided.overlaps == ()
        stands = dict(leaves(outline(decided.family)))
        for place in told:
            assert {at_: value for at_, value in stands.items() if touches(place, at_)} == {
                at_: value for at_, value in winner.items() if touches(place, at_)
            }


def _flat(overlaps: Any) -> list[Any]:
    """Overlaps whose sides can stand in a set."""
    return [type(each)(each.place, repr(each.base), repr(each.mine), repr(each.theirs)) for each in overlaps]


@given(families())
def test_an_outline_is_the_document_again(family: Family) -> None:
    assert family_of(outline(family)) == family


@given(edited_twice())
def test_merging_with_nothing_is_nothing(
    said: tuple[Family, list[tuple[Place, Any]], list[tuple[Place, Any]]],
) -> None:
    family, first, _ = said
    mine = after(family, first)
    for merged in (merge(family, mine, family), merge(family, family, mine), merge(family, mine, mine)):
        assert merged.family == mine
        assert not merged.overlaps


@pytest.fixture
def family() -> Family:
    return Family.model_validate(
        {
            "code": "small",
            "title": {"en": "Small"},
            "currency": "EUR",
            "tax_percent": "19",
            "steps": [{"code": "all", "title": {"en": "All"}}],
            "groups": [
                {
                    "code": "a",
                    "title": {"en": "A"},
                    "step": "all",
                    "options": [{"code": code, "title": {"en": code}} for code in "pqrs"],
                }
            ],
        }
    )


OPTIONS: Place = ("groups", "a", "options")


def option(code: str, price: int = 0) -> dict[str, Any]:
    return {"code": code, "title": {"en": code}, "price": price}


def test_what_both_add_stands_one_after_the_other(family: Family) -> None:
    mine, theirs = edited(family, (*OPTIONS, "x"), option("x")), edited(family, (*OPTIONS, "y"), option("y"))
    merged = merge(family, mine, theirs)
    assert codes(merged.family, "a") == ["p", "q", "r", "s", "y", "x"]


def test_what_one_adds_stands_where_they_put_it_though_the_other_moves_things(family: Family) -> None:
    mine = reordered(edited(family, (*OPTIONS, "x"), option("x")), OPTIONS, ["p", "x", "q", "r", "s"])
    theirs = reordered(family, OPTIONS, ["s", "p", "q", "r"])
    assert codes(merge(family, mine, theirs).family, "a") == ["s", "p", "x", "q", "r"]
    assert codes(merge(family, theirs, mine).family, "a") == ["s", "p", "x", "q", "r"]


def test_two_orders_are_an_overlap_of_the_order_alone(family: Family) -> None:
    mine = edited(reordered(family, OPTIONS, ["q", "p", "r", "s"]), (*OPTIONS, "p", "price"), 5)
    theirs = reordered(family, OPTIONS, ["p", "q", "s", "r"])
    merged = merge(family, mine, theirs)
    [overlap] = merged.overlaps
    assert overlap.place == (*OPTIONS, ORDER)
    assert overlap.mine == ["q", "p", "r", "s"]
    assert codes(merged.family, "a") == ["p", "q", "s", "r"]
    decided = merge(family, mine, theirs, {overlap.place: Side.MINE})
    assert codes(decided.family, "a") == ["q", "p", "r", "s"]
    assert decided.family.groups[0].options[1].price == 5


def test_taking_away_what_the_other_edits_is_an_overlap(family: Family) -> None:
    mine, theirs = (
        edited(family, (*OPTIONS, "q"), ABSENT),
        edited(family, (*OPTIONS, "q", "price"), 9),
    )
    [overlap] = merge(family, mine, theirs).overlaps
    assert (overlap.place, overlap.mine) == ((*OPTIONS, "q"), ABSENT)
    assert codes(merge(family, mine, theirs, {overlap.place: Side.MINE}).family, "a") == ["p", "r", "s"]
    assert codes(merge(family, mine, theirs, {overlap.place: Side.THEIRS}).family, "a") == [*"pqrs"]


def test_a_code_that_is_there_twice_loses_nothing(family: Family) -> None:
    twice = family.model_copy(
        update={
            "groups": (family.groups[0].model_copy(update={"options": family.groups[0].options[:1] * 2}),)
        }
    )
    assert family_of(outline(twice)) == twice
