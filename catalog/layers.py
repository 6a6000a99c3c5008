"""The layers of a picture in the order in which they are drawn, and moving one of them up or down."""

from collections.abc import Callable
from typing import NamedTuple

from catalog.expression import OptionKey
from catalog.model import Family, Layer, Option

APART = 10  # between heights, once there is no room between two


class Drawn(NamedTuple):
    """A layer with the option that it belongs to, and its place among that option's layers."""

    key: OptionKey
    place: int
    layer: Layer


def drawn(family: Family) -> list[Drawn]:
    """All layers, the lowest first; of the same height in the document's order."""
    found = [
        Drawn(key, place, layer)
        for key, option in family.option_by_key.items()
        for place, layer in enumerate(option.layers)
    ]
    return sorted(found, key=lambda each: each.layer.z)


def moved(family: Family, key: OptionKey, place: int, by: int) -> Family:
    """The family with a layer one step higher (`by` 1) or lower (-1).

    A step leads past all that stands at the next height, or past those at its own. Where heights leave no room, all
    are set apart first. Raises LookupError where there is no such layer.
    """
    layer = _layer(family, key, place)
    heights = sorted({each.layer.z for each in drawn(family)})
    target = _target(heights, layer.z, by, _is_alone(family, layer.z))
    if target is None:
        return family
    if target in heights:
        family = _spread(family, heights)
        return moved(family, key, place, by)
    return with_layer(family, key, place, layer.revised(z=target))


def put(family: Family, key: OptionKey, place: int, beside: Drawn, by: int) -> Family:
    """The family with a layer right over another one (`by` 1), or right under it (-1); all others keep their order.

    Over and under mean the other's height: what shares it is passed as well. Raises LookupError where there is no
    such layer.
    """
    layer = _layer(family, key, place)
    if (key, place) == (beside.key, beside.place):
        return family
    others = sorted({each.layer.z for each in drawn(family) if each[:2] != (key, place)})
    target = beside.layer.z + by
    if target in others:
        family = _spread(family, sorted({*others, layer.z}))
        layer = _layer(family, key, place)
        target = _layer(family, beside.key, beside.place).z + by
    return with_layer(family, key, place, layer.revised(z=target))


def with_layer(family: Family, key: OptionKey, place: int, layer: Layer | None) -> Family:
    """The family with another layer in a layer's place, or none; `place` behind the last one adds it."""

    def changed(option: Option) -> Option:
        kept = list(option.layers)
        kept[place : place + 1] = [] if layer is None else [layer]
        return option.revised(layers=tuple(kept))

    return with_option(family, key, changed)


def with_option(family: Family, key: OptionKey, change: Callable[[Option], Option]) -> Family:
    """The family with one option changed. Raises LookupError where there is none."""
    if key not in family.option_by_key:
        raise LookupError(key)
    groups = tuple(
        group.revised(
            options=tuple(change(each) if each.code == key.option else each for each in group.options)
        )
        if group.code == key.group
        else group
        for group in family.groups
    )
    return family.revised(groups=groups)


def _layer(family: Family, key: OptionKey, place: int) -> Layer:
    option = family.option_by_key.get(key)
    if option is None or not 0 <= place < len(option.layers):
        raise LookupError(key)
    return option.layers[place]


def _is_alone(family: Family, height: int) -> bool:
    return sum(each.layer.z == height for each in drawn(family)) == 1


def _target(heights: list[int], height: int, by: int, is_alone: bool) -> int | None:
    """The height one step on; one that is taken where there is no room; None at the end."""
    at = heights.index(height)
    if is_alone:
        at += by
        if not 0 <= at < len(heights):
            return None
    return heights[at] + by


def _spread(family: Family, heights: list[int]) -> Family:
    apart = {height: place * APART for place, height in enumerate(heights)}
    groups = tuple(
        group.revised(
            options=tuple(
                option.revised(layers=tuple(layer.revised(z=apart[layer.z]) for layer in option.layers))
                if option.layers
                else option
                for option in group.options
            )
        )
        for group in family.groups
    )
    return family.revised(groups=groups)
