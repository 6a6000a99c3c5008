"""The rule language says what it reads as, and tells where a text is wrong, what was expected and the nearest code."""

from contextlib import suppress
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.expression import OptionKey
from catalog.grammar import Vocabulary
from catalog.rule_fault import RuleFault

OPTIONS = {"frame": ("steel", "carbon"), "rack": ("rear", "front"), "motor": ("mid", "500")}
KEYS = tuple(OptionKey(group, option) for group, options in OPTIONS.items() for option in options)
ALL = [
    frozenset(k for k, on in zip(KEYS, ons, strict=True) if on) for ons in product((0, 1), repeat=len(KEYS))
]
WEIGHTS = {"weight_g": {KEYS[0]: 2400, KEYS[1]: 900, KEYS[2]: 600}, "power_w": {KEYS[4]: 250}}
VOCABULARY = Vocabulary(OPTIONS, WEIGHTS)

Meaning = tuple[str, str]


def named(text: str) -> Meaning:
    return text, f"({text!r} in s)"


def means(text: str) -> list[bool]:
    """Where a text holds, over all combinations of options."""
    expression = VOCABULARY.expression(text)
    return [expression.holds(picked) for picked in ALL]


def true_where(python: str) -> list[bool]:
    """The same for a Python expression over `s`, the names of the options taken."""
    return [eval(python, {"s": {str(key) for key in picked}}) for picked in ALL]


ATOMS = st.sampled_from(
    [named(str(key)) for key in KEYS]
    + [
        ("rack.*", "('rack.rear' in s or 'rack.front' in s)"),
        ("motor.none", "(not ('motor.mid' in s or 'motor.500' in s))"),
    ]
)
LISTED = st.lists(st.sampled_from([str(key) for key in KEYS]), min_size=1, max_size=4, unique=True)


@st.composite
def counts(draw) -> Meaning:
    words, operator = draw(st.sampled_from([("at most", "<="), ("at least", ">="), ("exactly", "==")]))
    number, names = draw(st.integers(0, 4)), draw(LISTED)
    return f"{words} {number} of ({', '.join(names)})", f"(sum(n in s for n in {names}) {operator} {number})"


def larger(inner):
    """Parts put together without any more parentheses than the language asks for."""
    negation = inner.map(lambda a: (f"not {a[0]}", f"(not {a[1]})"))
    conjunction = st.lists(inner, min_size=2, max_size=3).map(
        lambda parts: (" and ".join(t for t, _ in parts), f"({' and '.join(m for _, m in parts)})")
    )
    either = st.lists(st.one_of(inner, conjunction), min_size=2, max_size=3).map(
        lambda parts: (" or ".join(t for t, _ in parts), f"({' or '.join(m for _, m in parts)})")
    )
    side = st.one_of(inner, conjunction, either)
    implication = st.tuples(side, side, st.sampled_from(["requires", "excludes", "if"])).map(_implied)
    return st.one_of(negation, st.one_of(conjunction, either, implication).map(lambda a: (f"({a[0]})", a[1])))


def _implied(parts) -> Meaning:
    (left, means_left), (right, means_right), word = parts
    if word == "excludes":
        return f"{left} excludes {right}", f"(not ({means_left} and {means_right}))"
    text = f"if {left} then {right}" if word == "if" else f"{left} requires {right}"
    return text, f"((not {means_left}) or {means_right})"


@given(st.recursive(st.one_of(ATOMS, counts()), larger, max_leaves=8))
def test_a_rule_means_what_its_words_mean(meaning):
    text, python = meaning
    assert means(text) == true_where(python)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("not frame.steel or rack.rear and rack.front", "(not frame.steel) or (rack.rear and rack.front)"),
        ("not rack.*", "not (rack.rear or rack.front)"),
        ("frame.carbon excludes rack.rear or rack.front", "frame.carbon excludes (rack.rear or rack.front)"),
        (
            "frame.steel or frame.carbon requires rack.rear",
            "(frame.steel or frame.carbon) requires rack.rear",
        ),
        (
            "if motor.mid and rack.* then frame.steel",
            "(motor.mid and (rack.rear or rack.front)) requires frame.steel",
        ),
        ("frame.none", "not frame.steel and not frame.carbon"),
        ("at most 1 of (rack.*, frame.carbon)", "at most 1 of (rack.rear, rack.front, frame.carbon)"),
        ("exactly 1 of (motor.none, rack.rear)", "motor.none and not rack.rear or motor.* and rack.rear"),
        ("at least 0 of (rack.rear)", "rack.rear or not rack.rear"),
        ("  frame.steel\n  requires\track.rear ", "frame.steel requires rack.rear"),
        ("not not motor.500", "motor.500"),
    ],
)
def test_words_bind_as_a_reader_expects(text, same):
    assert means(text) == means(same)


@pytest.mark.parametrize(
    ("text", "picked", "holds"),
    [
        ("sum(weight_g) <= 3000", ["frame.steel", "rack.rear"], True),
        ("sum(weight_g) < 3000", ["frame.steel", "rack.rear"], False),
        ("sum(frame.weight_g) >= 2400", ["frame.steel"], True),
        ("frame.weight_g > 2400", ["frame.steel"], False),
        ("frame.weight_g = 2400", ["frame.steel", "rack.rear"], True),
        ("1.3 * motor.power_w <= 325", ["motor.mid"], True),
        ("motor.power_w * 1.3 <= 324.9", ["motor.mid"], False),
        ("sum(weight_g) - frame.weight_g + 0.5 <= 600.5", ["frame.steel", "rack.rear"], True),
        ("- sum(weight_g) <= -1", [], False),
        ("sum(weight_g) >= 1 when motor.mid", [], True),
        ("sum(weight_g) >= 1 when motor.mid", ["motor.mid"], False),
        ("sum(weight_g) >= 1 when if motor.mid then rack.rear", [], False),
    ],
)
def test_a_resource_compares_sums_exactly(text, picked, holds):
    keys = frozenset(OptionKey(*name.split(".")) for name in picked)
    assert VOCABULARY.comparison(text).holds(keys, WEIGHTS) is holds


def test_decimal_factors_are_exact():
    comparison = VOCABULARY.comparison("0.1 * sum(power_w) + 0.2 <= 0.3")
    assert comparison.left.sums[0].factor == Fraction(1, 10)
    assert comparison.left.constant == Fraction(1, 5)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (
            "frame.steal requires rack.rear",
            1,
            7,
            ['group "frame" has no option "steal"', 'did you mean "steel"?'],
        ),
        ("fraem.steel", 1, 1, ['there is no option group "fraem"', 'did you mean "frame"?']),
        ("frame.steel\nexcludes rak.rear", 2, 10, ['there is no option group "rak"', 'did you mean "rack"?']),
        ("frame.steel requires", 1, 21, ["the rule ends too early", "expected", "a code", "not"]),
        ("frame.steel rack.rear", 1, 13, ['cannot read "rack', "requires", "excludes", "the end"]),
        ("frame.steel requires rack.rear excludes motor.mid", 1, 32, ['cannot read "excludes"', "the end"]),
        ("(frame.steel", 1, 13, ["the rule ends too early", ")"]),
        ("at most two of (rack.*)", 1, 9, ['cannot read "two"', "a whole number"]),
        ("at most 2 of rack.*", 1, 14, ['cannot read "rack', "("]),
        ("frame.", 1, 7, ["the rule ends too early", "a code", "*"]),
        ("frame", 1, 6, ["the rule ends too early", "."]),
        ("frame.steel & rack.rear", 1, 13, ['cannot read "&"', "and"]),
        ("frame.Сталь", 1, 7, ["cannot read", "a code"]),
        ("", 1, 1, ["the rule ends too early"]),
        ("sum(weight_g) <= 3", 1, 4, ['cannot read "(weight_g)"']),
    ],
)
def test_a_wrong_rule_is_refused_at_its_place(text, line, column, words):
    with pytest.raises(RuleFault) as caught:
        VOCABULARY.expression(text)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value
    for word in words:
        assert word in caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("sum(weigth_g) <= 3", 1, 5, ['there is no attribute "weigth_g"', 'did you mean "weight_g"?']),
        ("frame.colour <= 3", 1, 7, ['there is no attribute "colour"']),
        ("sum(fram.weight_g) <= 3", 1, 5, ['there is no option group "fram"', 'did you mean "frame"?']),
        ("sum(weight_g)", 1, 14, ["the rule ends too early", "<=, >=, =, < or >"]),
        ("sum(weight_g) => 3", 1, 16, ["cannot read"]),
        ("sum(weight_g) <= 3 if frame.steel", 1, 20, ['cannot read "if"', "when"]),
        ("frame.steel requires rack.rear", 1, 13, ["cannot read"]),
        ("sum(weight_g) <= 1,5", 1, 19, ["cannot read"]),
    ],
)
def test_a_wrong_resource_is_refused_at_its_place(text, line, column, words):
    with pytest.raises(RuleFault) as caught:
        VOCABULARY.comparison(text)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value
    for word in words:
        assert word in caught.value.message


def test_words_of_the_language_may_begin_a_code():
    vocabulary = Vocabulary({"order": ["not-yet", "if-possible", "and", "at-most"]}, [])
    text = "order.not-yet or order.if-possible and not order.at-most"
    picked = frozenset([OptionKey("order", "not-yet")])
    assert vocabulary.expression(text).holds(picked)


@given(st.text(alphabet="frame.steel rack*()not andor1<=sum\n", max_size=40))
def test_no_text_brings_the_reader_down(text):
    for read in (VOCABULARY.expression, VOCABULARY.comparison):
        with suppress(RuleFault):
            read(text)


@pytest.mark.parametrize("text", ["(" * 5000 + "frame.steel" + ")" * 5000, "not " * 5000 + "frame.steel"])
def test_a_text_nested_without_end_is_refused_in_words(text):
    with pytest.raises(RuleFault):
        VOCABULARY.expression(text)
