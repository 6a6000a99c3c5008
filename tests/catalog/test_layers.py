"""Layers move step by step through the order in which they are drawn, and nothing else changes places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.expression import OptionKey
from catalog.layers import Drawn, drawn, moved, put, with_layer
from catalog.model import Family, Layer
from tests.catalog.built import a_family

OAK, GLASS = OptionKey("top", "oak"), OptionKey("top", "glass")


def family_with(oak: list[int], glass: list[int]) -> Family:
    family = a_family("top: oak 0, glass 0")
    for key, heights in ((OAK, oak), (GLASS, glass)):
        for place, height in enumerate(heights):
            family = with_layer(family, key, place, Layer(file=f"{key.option}-{place}.svg", z=height))
    return family


def order(family: Family) -> list[str]:
    return [each.layer.file.removesuffix(".svg") for each in drawn(family)]


def test_a_step_leads_past_what_stands_at_the_next_height() -> None:
    family = family_with([0], [10, 10, 20])
    family = moved(family, OAK, 0, 1)
    assert order(family) == ["glass-0", "glass-1", "oak-0", "glass-2"]
    assert order(moved(family, OAK, 0, -1)) == ["oak-0", "glass-0", "glass-1", "glass-2"]


def test_a_layer_steps_out_from_among_those_of_its_height() -> None:
    family = family_with([10], [10, 20])
    assert order(moved(family, OAK, 0, 1)) == ["glass-0", "oak-0", "glass-1"]


def test_where_heights_leave_no_room_all_are_set_apart() -> None:
    family = moved(family_with([1], [2, 3]), OAK, 0, 1)
    assert order(family) == ["glass-0", "oak-0", "glass-1"]


def test_at_the_end_nothing_moves_and_what_is_not_there_cannot() -> None:
    family = family_with([1], [2])
    assert moved(family, GLASS, 0, 1) == family
    assert moved(family, OAK, 0, -1) == family
    with pytest.raises(LookupError):
        moved(family, OAK, 5, 1)
    with pytest.raises(LookupError):
        moved(family, OptionKey("top", "tin"), 0, 1)


@given(
    st.lists(st.integers(-3, 6), max_size=4), st.lists(st.integers(-3, 6), min_size=1, max_size=4), st.data()
)
def test_the_others_keep_their_order(oak: list[int], glass: list[int], data: st.DataObject) -> None:
    family = family_with(oak, glass)
    place = data.draw(st.integers(0, len(glass) - 1))
    by = data.draw(st.sampled_from([-1, 1]))
    after = moved(family, GLASS, place, by)
    name = f"glass-{place}"
    assert [each for each in order(family) if each != name] == [each for each in order(after) if each != name]
    change = order(after).index(name) - order(family).index(name)
    assert change * by >= 0
    is_at_its_end = order(family)[-1 if by > 0 else 0] == name
    assert change != 0 or is_at_its_end or _steps_out(family, place, by)


def _steps_out(family: Family, place: int, by: int) -> bool:
    """Whether the layer was already at the rim of its height, so that the step only sets it apart."""
    layer = family.option_by_key[GLASS].layers[place]
    level = [each for each in drawn(family) if each.layer.z == layer.z]
    return len(level) > 1 and level[-1 if by > 0 else 0].layer is layer


@given(
    st.lists(st.integers(-3, 6), min_size=1, max_size=4),
    st.lists(st.integers(-3, 6), min_size=1, max_size=4),
    st.data(),
)
def test_a_layer_is_put_right_beside_another_and_the_others_keep_their_order(
    oak: list[int], glass: list[int], data: st.DataObject
) -> None:
    family = family_with(oak, glass)
    one = data.draw(st.sampled_from(drawn(family)))
    other = data.draw(st.sampled_from([each for each in drawn(family) if each != one] or [one]))
    by = data.draw(st.sampled_from([-1, 1]))
    after = put(family, one.key, one.place, other, by)
    name = one.layer.file.removesuffix(".svg")
    rest = [each for each in order(after) if each != name]
    assert rest == [each for each in order(family) if each != name]
    if one == other:
        return
    stands = {each.layer.file: each.layer.z for each in drawn(after)}
    mine, theirs = stands[one.layer.file], stands[other.layer.file]
    assert (mine - theirs) * by > 0
    assert not any(
        mine < z < theirs or theirs < z < mine for file, z in stands.items() if file != one.layer.file
    )


def test_what_is_put_beside_itself_stays() -> None:
    family = family_with([1], [2])
    assert put(family, OAK, 0, Drawn(OAK, 0, family.option_by_key[OAK].layers[0]), 1) == family
