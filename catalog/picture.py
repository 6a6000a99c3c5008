"""The live picture: the layers of all chosen options whose condition holds, painted and stacked by height."""

import re
from collections.abc import Iterable

from catalog.expression import OptionKey
from catalog.model import Family, Layer

PAINT = re.compile(r"\{\{([a-z0-9_-]+)\}\}")
PROLOGUE = re.compile(r"<\?xml[^>]*>|<!--.*?-->", re.S)
ROOT = re.compile(r"<svg([^>]*)>")
FRAME = re.compile(r"\s(?:xmlns(?::\w+)?|viewBox|width|height)=\"[^\"]*\"")


def compose(family: Family, picked: Iterable[OptionKey], view: str | None = None) -> str:
    """One SVG of the options picked; `view` ("x y w h") crops it."""
    chosen = frozenset(picked)
    options = [(key, option) for key, option in family.option_by_key.items() if key in chosen]
    paints = dict(family.picture.paints)
    layers: list[Layer] = []
    for _, option in options:
        paints |= option.paints
        layers += [layer for layer in option.layers if _shows(family, layer, chosen)]
    drawings = "".join(_drawing(family, layer) for layer in sorted(layers, key=lambda layer: layer.z))
    box = view or f"0 0 {family.picture.width} {family.picture.height}"
    width, height = box.split()[2:]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width}" height="{height}">'
        f"{PAINT.sub(lambda found: paints.get(found[1], '#8a8a86'), drawings)}</svg>"
    )


def card(family: Family, key: OptionKey) -> str | None:
    """The small picture of one option: its own, else its layers cropped by the group's thumbnail box, else none."""
    option = family.option_by_key[key]
    if option.picture:
        return painted(family, family.picture.files[option.picture])
    group = family.group_by_code[key.group]
    if group.thumbnail and option.layers:
        return compose(family, [key], group.thumbnail)
    return None


def painted(family: Family, file: str) -> str:
    """A file by itself, in the paints that hold until an option sets them."""
    return PAINT.sub(lambda found: family.picture.paints.get(found[1], "#8a8a86"), file)


def visible(family: Family) -> frozenset[OptionKey]:
    """The options that the live picture depends on: those with layers or paints, and those that layers ask about."""
    keys = {key for key, option in family.option_by_key.items() if option.layers or option.paints}
    for option in family.option_by_key.values():
        for layer in option.layers:
            if layer.when:
                for group in family.groups:
                    keys |= {key for key in group.keys if f"{group.code}." in layer.when}
    return frozenset(keys)


def _shows(family: Family, layer: Layer, chosen: frozenset[OptionKey]) -> bool:
    return layer.when is None or family.vocabulary.expression(layer.when).holds(chosen)


def _drawing(family: Family, layer: Layer) -> str:
    """A layer's file as a group: its root keeps what it says of strokes and fills, and loses its frame."""
    text = PROLOGUE.sub("", family.picture.files[layer.file]).strip()
    text = ROOT.sub(lambda root: f"<g{FRAME.sub('', root[1])}>", text, count=1)
    return text.removesuffix("</svg>") + "</g>"
