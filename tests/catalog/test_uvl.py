"""A family read from UVL has exactly the model's solutions; what cannot be read is refused at its place."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import exporter, loader, price_list, uvl
from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.loader import Faults
from catalog.model import Family

NAMES = (
    "Root",
    "none",
    "pick",
    "or",
    "4x USB3,0",
    "4x-USB3 0",
    "Рама",
    "requires",
    "not",
    "500",
    "Ünit",
    "model",
)


@dataclass
class Node:
    name: str
    groups: list[tuple[str, int, int, list["Node"]]]


@st.composite
def trees(draw) -> list[Node]:
    """All nodes of a random tree, the root first."""
    nodes = [Node(name, []) for name in NAMES[: draw(st.integers(2, 8))]]
    for place, node in enumerate(nodes[1:], start=1):
        parent = nodes[draw(st.integers(0, place - 1))]
        if parent.groups and draw(st.booleans()):
            draw(st.sampled_from(parent.groups))[3].append(node)
        else:
            kind = draw(st.sampled_from(("mandatory", "optional", "or", "alternative", "[]")))
            parent.groups.append((kind, 0, 0, [node]))
    for node in nodes:
        for place, (kind, _, _, children) in enumerate(node.groups):
            low, high = {"or": (1, len(children)), "alternative": (1, 1)}.get(kind, (0, len(children)))
            if kind == "[]":
                high = draw(st.integers(1, len(children)))
                low = draw(st.integers(0, high))
                kind = draw(st.sampled_from([f"[{low}..{high}]"] + [f"[{low}..*]"] * (high == len(children))))
            node.groups[place] = (kind, low, high, children)
    return nodes


def constraints(names: list[str]):
    """A constraint's text with the Python expression that means the same (`s` the selected names)."""
    return st.recursive(
        st.sampled_from([(f'"{name}"', f"({name!r} in s)") for name in names]),
        lambda inner: st.one_of(
            inner.map(lambda a: (f"!{a[0]}" if a[0][0] in '"(!' else f"!({a[0]})", f"(not {a[1]})")),
            st.tuples(inner, inner, st.sampled_from("&|>=")).map(_joined),
        ),
        max_leaves=6,
    )


def _joined(parts) -> tuple[str, str]:
    (left, means_left), (right, means_right), operator = parts
    sign = {"&": "&", "|": "|", ">": "=>", "=": "<=>"}[operator]
    means = {"&": "({} and {})", "|": "({} or {})", ">": "((not {}) or {})", "=": "({} == {})"}[operator]
    return f"({left} {sign} {right})", means.format(means_left, means_right)


@st.composite
def models(draw) -> tuple[str, set[frozenset[str]]]:
    """A UVL text and its solutions by the definition of each construct."""
    nodes = draw(trees())
    names = [node.name for node in nodes]
    said = draw(st.lists(constraints(names), max_size=3))
    lines = ["features"]

    def write(node: Node, depth: int) -> None:
        lines.append("\t" * depth + f'"{node.name}"')
        for kind, _, _, children in node.groups:
            lines.append("\t" * (depth + 1) + kind)
            for child in children:
                write(child, depth + 2)

    write(nodes[0], 1)
    lines += ["constraints", *(f"\t{text}" for text, _ in said)]

    def fits(s: frozenset[str]) -> bool:
        if nodes[0].name not in s:
            return False
        for node in nodes:
            for kind, low, high, children in node.groups:
                taken = sum(child.name in s for child in children)
                if node.name not in s:
                    if taken:
                        return False
                elif not low <= taken <= high or (kind == "mandatory" and taken < len(children)):
                    return False
        return all(eval(means, {"s": s}) for _, means in said)

    subsets = (
        frozenset(name for name, taken in zip(names, taking, strict=True) if taken)
        for taking in product((False, True), repeat=len(names))
    )
    return "\n".join(lines), {subset for subset in subsets if fits(subset)}


def solutions(family: Family) -> set[frozenset[str]]:
    """The valid configurations, as the titles of their options."""
    titles = {key: option.title.in_("en") for key, option in family.option_by_key.items()}
    found = set()
    for taking in product((False, True), repeat=len(titles)):
        picked = frozenset(key for key, taken in zip(titles, taking, strict=True) if taken)
        if all(
            group.min <= sum(key in picked for key in group.keys) <= group.max for group in family.groups
        ) and all(rule.holds(picked) for rule in family.expressions.values()):
            found.add(frozenset(titles[key] for key in picked))
    return found


@settings(max_examples=100, deadline=None)
@given(models())
def test_the_family_has_exactly_the_models_solutions(model):
    text, expected = model
    family = uvl.read(text, "model.uvl")
    assert not faults_in(family)
    assert solutions(family) == expected


SHELF = """namespace Shelf
features
    Shelf {abstract, Price 120}
        mandatory
            Frame
                alternative
                    Oak {Price 45.50}
                    "Сосна" {Price -10}
        optional
            "Back wall" {Price 30.00, note 'thin'}
            Lights
                [1..2]
                    Warm
                    Cold
                    Coloured
constraints
    Lights => "Back wall"
    Coloured => !Oak & !Cold
    !Warm | !Oak
    Warm <=> "Back wall" & Frame
"""


def test_groups_steps_prices_and_words():
    family = uvl.read(SHELF, "my Shelf.uvl")
    assert family.code == "my-shelf"
    assert family.title.in_("ru") == "Shelf"
    limits = {group.code: (group.min, group.max, len(group.options)) for group in family.groups}
    assert limits == {"model": (1, 1, 1), "shelf": (0, 3, 3), "frame": (1, 1, 2), "lights": (0, 2, 3)}
    assert [step.code for step in family.steps] == ["shelf", "frame", "lights"]
    prices = {str(key): option.price for key, option in family.option_by_key.items() if option.price}
    assert prices == {"model.shelf": 12000, "shelf.back-wall": 3000, "frame.oak": 4550, "frame.sosna": -1000}
    assert {rule.code: (rule.rule, rule.reason.in_("en")) for rule in family.rules} == {
        "shelf-has-frame": ("model.shelf requires shelf.frame", "“Shelf” always comes with “Frame”."),
        "lights-belongs": (
            "lights.* requires shelf.lights",
            "Whatever belongs to “Lights” needs “Lights” itself.",
        ),
        "lights-complete": (
            "shelf.lights requires lights.*",
            "“Lights” needs one of: “Warm”, “Cold” or “Coloured”.",
        ),
        "constraint-1": ("shelf.lights requires shelf.back-wall", "“Lights” needs “Back wall”."),
        "constraint-2": (
            "lights.coloured excludes frame.oak or lights.cold",
            "“Coloured” cannot be combined with “Oak” or “Cold”.",
        ),
        "constraint-3": ("lights.warm excludes frame.oak", "“Warm” cannot be combined with “Oak”."),
        "constraint-4": (
            "(lights.warm requires shelf.back-wall and shelf.frame)"
            " and (shelf.back-wall and shelf.frame requires lights.warm)",
            "“Warm” comes exactly together with “Back wall” and “Frame”.",
        ),
    }


def test_the_family_can_be_exported_and_read_back(tmp_path):
    family = uvl.read(SHELF, "shelf.uvl")
    exporter.export(family, tmp_path / "shelf")
    assert loader.load(tmp_path / "shelf") == family


def test_long_sentences_are_cut_short():
    names = [f"A very long name of a part that goes on and on, number {number}" for number in range(40)]
    listed = "\n".join(f'    "{name}"' for name in names)
    quoted = " | ".join(f'"{name}"' for name in names[1:])
    family = uvl.read(
        f'features\n A\n  optional\n{listed}\nconstraints\n "{names[0]}" => {quoted}\n', "x.uvl"
    )
    [rule] = family.rules
    assert len(rule.reason.in_("en")) <= 600
    assert rule.rule.count(" or ") == 38


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "features\n A\nconstraints\n A + 1 > 2\n",
            "4:4: arithmetic constraints are not supported; expected names",
        ),
        ("features\n A\nconstraints\n sum(A) > 2\n", "4:5: arithmetic constraints are not supported"),
        (
            "features\n A\nconstraints\n A.price => A\n",
            "4:3: attributes and imported features are not supported",
        ),
        (
            "namespace x\nimports\n y\nfeatures\n A\n",
            "2:1: imports are not supported; expected all in one file",
        ),
        ("features\n Integer A\n", "2:2: Integer features are not supported; expected a name"),
        (
            "features\n A\n  optional\n   B cardinality [1..2]\n",
            "4:6: features that can be taken several times",
        ),
        ("features\n A {constraint A}\n", "2:5: constraints inside a feature are not supported"),
        (
            "features\n    A\n      or\n        B\n   C\n",
            "5:4: this indentation fits none of the lines above",
        ),
        (
            "features\n A\n  [2..3]\n   B\n",
            "3:3: [2..3] of 1 features; expected [n..m] with n <= m, n <= 1 and m > 0",
        ),
        ("features\n A\n  or\n   B\n   B\n", "5:4: B is there twice, first in line 4"),
        (
            "features\n Frame\nconstraints\n !Fraem\n",
            '4:3: there is no feature Fraem (did you mean "Frame"?)',
        ),
        ("features\n A\nconstraints\n A =>\n", "4:6: the line ends too early; expected !, (, a name"),
        ("features\n A\n  perhaps\n   B\n", "3:3: cannot read perhaps; expected [n..m], mandatory, optional"),
        ("features\n A {Price 1.999999}\n", '2:11: "1.999999" is not an amount'),
        ("", "1:1: the text ends too early; expected features, include, namespace"),
        ("features\n A\nconstraints\n " + "!" * 500 + "A\n", "4:42: nested more than 40 deep"),
        (
            "features\n A\nconstraints\n " + "(A <=> " * 39 + "A" + ")" * 39 + "\n",
            "4:3: says too much for one rule",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, said):
    with pytest.raises(Faults) as caught:
        uvl.read(text, "model.uvl")
    assert str(caught.value.faults[0]).startswith(f"model.uvl:{said}")


def test_all_faults_beyond_the_form_come_at_once():
    with pytest.raises(Faults) as caught:
        uvl.read("features\n A\n  or\n   A\n   B\nconstraints\n C => B\n D\n", "model.uvl")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(4, 4), (7, 2), (8, 2)]


def test_comments_windows_lines_and_language_levels_are_read():
    text = (
        "\ufeff// head\r\ninclude\r\n\tBoolean.*\r\nnamespace A.b\r\n\r\nfeatures\r\n"
        '\tA /* all\r\n of it */\r\n\t\tor\r\n\t\t\t"B // C"\r\n'
    )
    assert [str(key) for key in uvl.read(text, "a.uvl").option_by_key] == ["model.a", "a.b-c"]


PRICES = """<?xml version="1.0" encoding="UTF-8"?>
<extendedFeatureModel><struct>
 <and name="Shelf"><attribute name="Price" type="double" value="841.9"/>
  <alt name="Frame"><attribute name="Price" type="double"/>
   <feature name="Oak"><attribute name="Weight" value="3"/><attribute name="Price" value="-4.0"/></feature>
   <feature name="2.5 inch"><attribute name="Price" value="7"/></feature>
  </alt>
 </and>
</struct></extendedFeatureModel>
"""


def test_a_price_list_prices_features_by_name():
    prices = price_list.read(PRICES, "prices.xml")
    assert prices == {"Shelf": 84190, "Oak": -400, "2.5 inch": 700}
    family = uvl.read(
        'features\n Shelf\n  alternative\n   Oak {Price 99}\n   "2,5 inch"\n', "shelf.uvl", prices
    )
    assert {str(key): option.price for key, option in family.option_by_key.items()} == {
        "model.shelf": 84190,
        "shelf.oak": -400,
        "shelf.2-5-inch": 700,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PRICES.replace("-4.0", "-4.0001"), 'prices.xml:5:60: "-4.0001" is not an amount'),
        (PRICES.replace("</alt>", ""), "prices.xml:8:4: is not well-formed XML: mismatched tag"),
        (
            PRICES.replace("<ext", '<!DOCTYPE x [<!ENTITY a "b">]><ext', 1),
            "prices.xml:2:25: entities are not supported",
        ),
    ],
)
def test_a_wrong_price_list_is_refused_at_its_place(text, said):
    with pytest.raises(Faults) as caught:
        price_list.read(text, "prices.xml")
    assert str(caught.value.faults[0]).startswith(said)


def test_codes_are_stable_and_unique():
    family = uvl.read('features\n A\n  or\n   "B-1"\n   "B 1"\n   "№"\n   "none"\n', "a.uvl")
    assert family.groups[1].keys == tuple(OptionKey("a", code) for code in ("b-1", "b-1-2", "no", "none-2"))
