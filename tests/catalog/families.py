"""Small families of every kind, and choices made in them, for hypothesis to try."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import strategies as st

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.model import NONE, Family
from tests.catalog.built import said

GROUPS = "abcdef"
OPTIONS = "pqrs"
MOST_OPTIONS = 10
# Few amounts, so that totals tie often.
PRICES = (0, 0, 100, 100, 200, 300, 333, 1999, -50, -100)
DAYS = (0, 0, 0, 1, 3, 3, 7)
WEIGHTS = (0, 1, 2, 3, 5, 8)
FACTORS = ("", "", "2 * ", "1.5 * ", "0.25 * ")
PERCENTS = ("-10", "12.5", "-33.33", "50", "-100")


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
def groups(draw, most_options: int) -> list[dict[str, Any]]:
    """Three to six groups: of one, optional, and of several with limits."""
    codes = GROUPS[: draw(st.integers(3, min(6, most_options // 2)))]
    spare = most_options - 2 * len(codes)
    found = []
    for code in codes:
        extra = draw(st.integers(0, min(2, spare)))
        spare -= extra
        count = 2 + extra
        several = [(least, most) for most in range(2, count + 1) for least in (0, 1)]
        low, high = draw(st.sampled_from([(1, 1), (1, 1), (0, 1), *several]))
        options = [draw(an_option(code, option)) for option in OPTIONS[:count]]
        found.append(
            {"code": code, "title": said(code), "step": "all", "min": low, "max": high, "options": options}
        )
    return found


@st.composite
def an_option(draw, group: str, code: str) -> dict[str, Any]:
    weights = st.sampled_from(WEIGHTS)
    attributes = {"mass": draw(weights), "watt": draw(weights), "lead_days": draw(st.sampled_from(DAYS))}
    price = draw(st.sampled_from(PRICES))
    return {"code": code, "title": said(f"{group} {code}"), "price": price, "attributes": attributes}


@st.composite
def price_rules(draw, options: list[str], codes: list[str]) -> dict[str, Any]:
    when = draw(expressions(options, codes, 1))
    if draw(st.booleans()):
        return {"when": when, "amount": draw(st.sampled_from(PRICES))}
    of = draw(some_of(options)) + draw(st.sampled_from([[], ["b.*"]]))
    return {"when": when, "percent": draw(st.sampled_from(PERCENTS)), "of": of}


@st.composite
def bundles(draw, options: list[str]) -> dict[str, Any]:
    return {"options": draw(some_of(options)), "price": draw(st.sampled_from(PRICES))}


def some_of(options: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True)


@st.composite
def families(draw, most_options: int = MOST_OPTIONS) -> Family:
    """A family of three to six groups with rules, resources, price rules and bundles of every kind."""
    found = draw(groups(most_options))
    codes = [group["code"] for group in found]
    options = [f"{group['code']}.{option['code']}" for group in found for option in group["options"]]

    def up_to(most: int, kind: str, strategy: st.SearchStrategy, *texts: str) -> list[dict[str, Any]]:
        """Some things of a kind, each with its code and the texts it needs."""
        return [
            {"code": f"{kind}-{number}"} | {text: said(f"{kind} {number}") for text in texts} | draw(strategy)
            for number in range(draw(st.integers(0, most)))
        ]

    rule = rules(options, codes).map(lambda text: {"rule": text})
    resource = resources(options, codes).map(lambda text: {"rule": text})
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
            "groups": found,
            "rules": up_to(3, "rule", rule, "reason"),
            "resources": up_to(2, "resource", resource, "title", "reason"),
            "price_rules": up_to(2, "price", price_rules(options, codes), "title"),
            "bundles": up_to(2, "bundle", bundles(options), "title"),
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
