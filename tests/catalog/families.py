"""Small families of every kind, and choices made in them, for hypothesis to try."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import strategies as st

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.model import NONE, Family

GROUPS = "abcdef"
OPTIONS = "pqrs"
MOST_OPTIONS = 10
# Few amounts, so that totals tie often.
PRICES = (0, 0, 100, 100, 200, 300, 333, 1999, -50, -100)
DAYS = (0, 0, 0, 1, 3, 3, 7)
WEIGHTS = (0, 1, 2, 3, 5, 8)
FACTORS = ("", "", "2 * ", "1.5 * ", "0.25 * ")
PERCENTS = ("-10", "12.5", "-33.33", "50", "-100")


def said(text: str) -> dict[str, str]:
    return {"ru": f"{text} по-русски", "en": text}


@contextmanager
def narrow_tables() -> Iterator[None]:
    """The engine's thresholds so low that small families take the ways that large ones take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("catalog.factors.WIDEST_TABLE", 4)
        patch.setattr("catalog.tree.MANY_BUCKETS", 2)
        patch.setattr("catalog.ties.MOST_RANKS", 4)
        patch.setattr("catalog.formula.PAIRWISE", 3)
        yield


@st.composite
def expressions(draw, options: list[str], groups: list[str], depth: int = 2) -> str:
    """A text of the rule language that can stand as a part of another."""
    kind = draw(st.integers(0, 9 if depth else 4))
    inner = expressions(options, groups, depth - 1)
    match kind:
        case 0 | 1 | 2:
            return draw(st.sampled_from(options))
        case 3:
            return f"{draw(st.sampled_from(groups))}.*"
        case 4:
            return f"{draw(st.sampled_from(groups))}.none"
        case 5:
            return f"not {draw(inner)}"
        case 6 | 7:
            joined = draw(st.sampled_from([" and ", " or "])).join(
                draw(st.lists(inner, min_size=2, max_size=3))
            )
            return f"({joined})"
        case 8:
            verb = draw(st.sampled_from(["requires", "excludes"]))
            return f"({draw(inner)} {verb} {draw(inner)})"
    named = st.sampled_from([*options, *(f"{group}.*" for group in groups), f"{groups[0]}.none"])
    listed = draw(st.lists(named, min_size=2, max_size=4, unique=True))
    count = draw(st.sampled_from(["at most", "at least", "exactly"]))
    return f"{count} {draw(st.integers(0, 2))} of ({', '.join(listed)})"


@st.composite
def rules(draw, options: list[str], groups: list[str]) -> str:
    part = expressions(options, groups)
    match draw(st.integers(0, 4)):
        case 0 | 1:
            return f"{draw(part)} requires {draw(part)}"
        case 2:
            return f"{draw(part)} excludes {draw(part)}"
        case 3:
            return f"if {draw(part)} then {draw(part)}"
    return draw(part)


@st.composite
def resources(draw, options: list[str], groups: list[str]) -> str:
    factor = st.sampled_from(FACTORS)
    total = draw(factor) + draw(st.sampled_from(["sum(mass)", "sum(a.mass)", "b.mass", "sum(watt)"]))
    if draw(st.booleans()):
        total += draw(st.sampled_from([" + ", " - "])) + draw(factor) + "sum(watt)"
    limit = draw(
        st.one_of(
            st.integers(0, 12).map(str),
            st.sampled_from(["4.5", "7.25"]),
            st.tuples(factor, st.sampled_from(groups)).map(lambda found: f"{found[0]}{found[1]}.watt + 3"),
        )
    )
    operator = draw(st.sampled_from(["<=", "<=", "<=", "<", ">=", ">", "="]))
    when = f" when {draw(expressions(options, groups, 1))}" if draw(st.booleans()) else ""
    return f"{total} {operator} {limit}{when}"


@st.composite
def families(draw, most_options: int = MOST_OPTIONS) -> Family:
    """A family of three to six groups with rules, resources, price rules and bundles of every kind."""
    codes = list(GROUPS[: draw(st.integers(3, min(6, most_options // 2)))])
    spare = most_options - 2 * len(codes)
    groups = []
    for code in codes:
        extra = draw(st.integers(0, min(2, spare)))
        spare -= extra
        count = 2 + extra
        low, high = draw(
            st.sampled_from(
                [(1, 1), (1, 1), (0, 1)] + [(least, most) for most in range(2, count + 1) for least in (0, 1)]
            )
        )
        options = [
            {
                "code": option,
                "title": said(f"{code} {option}"),
                "price": draw(st.sampled_from(PRICES)),
                "attributes": {
                    "mass": draw(st.sampled_from(WEIGHTS)),
                    "watt": draw(st.sampled_from(WEIGHTS)),
                    "lead_days": draw(st.sampled_from(DAYS)),
                },
            }
            for option in OPTIONS[:count]
        ]
        groups.append(
            {"code": code, "title": said(code), "step": "all", "min": low, "max": high, "options": options}
        )
    options = [f"{group['code']}.{option['code']}" for group in groups for option in group["options"]]
    some = st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True)
    price_rules = []
    for number in range(draw(st.integers(0, 2))):
        rule = {
            "code": f"price-{number}",
            "title": said(f"price {number}"),
            "when": draw(expressions(options, codes, 1)),
        }
        if draw(st.booleans()):
            rule["amount"] = draw(st.sampled_from(PRICES))
        else:
            rule |= {
                "percent": draw(st.sampled_from(PERCENTS)),
                "of": draw(some) + draw(st.sampled_from([[], ["b.*"]])),
            }
        price_rules.append(rule)
    bundles = [
        {
            "code": f"bundle-{number}",
            "title": said(f"bundle {number}"),
            "options": draw(some),
            "price": draw(st.sampled_from(PRICES)),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    return Family.model_validate(
        {
            "code": "small",
            "title": said("small"),
            "currency": "EUR",
            "tax_percent": draw(st.sampled_from(["0", "7", "19", "20.5"])),
            "lead": {
                "base_days": draw(st.sampled_from([0, 5])),
                "combine": draw(st.sampled_from(["largest", "sum"])),
            },
            "attributes": {name: {"title": said(name)} for name in ("mass", "watt", "lead_days")},
            "steps": [{"code": "all", "title": said("all")}],
            "groups": groups,
            "rules": [
                {
                    "code": f"rule-{number}",
                    "rule": draw(rules(options, codes)),
                    "reason": said(f"rule {number}"),
                }
                for number in range(draw(st.integers(0, 3)))
            ],
            "resources": [
                {
                    "code": f"resource-{number}",
                    "title": said(f"resource {number}"),
                    "rule": draw(resources(options, codes)),
                    "reason": said(f"resource {number}"),
                }
                for number in range(draw(st.integers(0, 2)))
            ],
            "price_rules": price_rules,
            "bundles": bundles,
        }
    )


def keys_of(family: Family) -> list[OptionKey]:
    """Everything that can be said: each option, and `none` of each group that may go without."""
    refusals = [OptionKey(group.code, NONE) for group in family.groups if group.is_optional]
    return [*family.option_by_key, *refusals]


@st.composite
def choices_in(draw, family: Family, most: int = 5) -> Choices:
    """Choices as clicks make them; in groups of several `none` may stand beside picks."""
    choices = Choices()
    for key in draw(st.lists(st.sampled_from(keys_of(family)), max_size=most)):
        group = family.group_by_code[key.group]
        if key.option == NONE and not group.is_choose_one and draw(st.booleans()):
            choices = Choices((*choices.without(key).said, key))
        else:
            choices = choices.with_pick(group, key)
    return choices


@st.composite
def families_with_choices(draw, most: int = 5) -> tuple[Family, Choices]:
    family = draw(families())
    return family, draw(choices_in(family, most))


@st.composite
def families_with_addresses(draw) -> tuple[Family, list[tuple[str, str]], str | None]:
    """A family and whatever an address put together by hand could say."""
    family = draw(families())
    known = st.sampled_from(keys_of(family)).map(tuple)
    strange = st.tuples(
        st.sampled_from([*GROUPS, "zz", ""]), st.sampled_from([*OPTIONS, NONE, "pick", "*", ""])
    )
    parameters = draw(st.lists(st.one_of(known, known, known, strange), max_size=8))
    picks = [f"{group}.{option}" for group, option in parameters]
    pick = draw(st.one_of(st.none(), st.sampled_from(["zz.p", "pick", *picks])))
    return family, parameters, pick
