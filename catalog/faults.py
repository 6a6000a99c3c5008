"""What is wrong with a document that has the right shape: every fault at once, each with its path in the document."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from catalog.expression import OptionKey
from catalog.grammar import KEYWORDS
from catalog.limits import MOST_REACH, loads_of
from catalog.model import LEAD_DAYS, NONE, RESERVED, Bundle, Family, PriceRule, Rule, Texts
from catalog.places import Path
from catalog.rule_fault import RuleFault
from catalog.scale import Scale, TooDear
from catalog.spelling import did_you_mean


class Fault(NamedTuple):
    """One thing to mend: where in the document, what, and how far into the text at that path."""

    path: Path
    message: str
    line: int = 1
    column: int = 0


def faults_in(family: Family) -> list[Fault]:
    """All faults of a document beyond its shape; empty where the engine can take it."""
    faults = [
        *_codes(family),
        *_measures(family),
        *_steps(family),
        *_limits(family),
        *_texts(family),
        *_rules(family),
        *_price_rules(family),
        *_bundles(family),
        *_ready_made(family),
        *_cases(family),
        *_pictures(family),
    ]
    # Amounts can only be added up where every name and rule is known.
    return faults or [*_magnitudes(family)]


def _repeated(path: Path, what: str, codes: list[str]) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for position, code in enumerate(codes):
        seen[code] += 1
        if seen[code] == 2:
            yield Fault((*path, position, "code"), f'{what} "{code}" is there twice')


def _codes(family: Family) -> Iterator[Fault]:
    yield from _repeated(("steps",), "step", [step.code for step in family.steps])
    yield from _repeated(("groups",), "option group", [group.code for group in family.groups])
    attributes = family.vocabulary.attributes
    for g, group in enumerate(family.groups):
        if group.code in RESERVED | KEYWORDS:
            yield Fault(
                ("groups", g, "code"), f'"{group.code}" is a word of the rule language; choose another code'
            )
        yield from _repeated(("groups", g, "options"), "option", [option.code for option in group.options])
        for o, option in enumerate(group.options):
            if option.code in RESERVED:
                yield Fault(("groups", g, "options", o, "code"), f'"{option.code}" is a reserved word')
            if option.attributes.get(LEAD_DAYS, 0) < 0:
                yield Fault(
                    ("groups", g, "options", o, "attributes"),
                    f"{LEAD_DAYS} is never negative; give the base fewer days",
                )
            spans = [(option.since, option.until), *((each.since, each.until) for each in option.prices)]
            for since, until in spans:
                if since and until and until < since:
                    yield Fault(("groups", g, "options", o), f"{until} comes before {since}")
            if option.code in attributes:
                yield Fault(
                    ("groups", g, "options", o, "code"), f'"{option.code}" is also an attribute\'s name'
                )
    codes: Counter[str] = Counter()
    named: dict[str, Sequence[Rule | PriceRule | Bundle]] = {
        "rules": family.rules,
        "resources": family.resources,
        "price_rules": family.price_rules,
        "bundles": family.bundles,
    }
    for kind, things in named.items():
        for position, rule in enumerate(things):
            codes[rule.code] += 1
            if codes[rule.code] == 2:
                yield Fault((kind, position, "code"), f'the code "{rule.code}" is there twice')


def _measures(family: Family) -> Iterator[Fault]:
    yield from _repeated(("measures",), "measure", [measure.code for measure in family.measures])
    traits = {name for option in family.option_by_key.values() for name in option.traits} | set(family.traits)
    for position, measure in enumerate(family.measures):
        if measure.code in traits:
            yield Fault(("measures", position, "code"), f'"{measure.code}" is also a trait\'s name')
        for field in ("from_attribute", "to_attribute"):
            name = getattr(measure, field)
            if name not in family.vocabulary.attributes:
                hint = did_you_mean(name, family.vocabulary.attributes)
                yield Fault(("measures", position, field), f'there is no attribute "{name}"{hint}')


def _steps(family: Family) -> Iterator[Fault]:
    known = [step.code for step in family.steps]
    for g, group in enumerate(family.groups):
        if group.step not in known:
            yield Fault(
                ("groups", g, "step"), f'there is no step "{group.step}"{did_you_mean(group.step, known)}'
            )


def _limits(family: Family) -> Iterator[Fault]:
    if not family.groups:
        yield Fault(("groups",), "a family has at least one option group")
    for g, group in enumerate(family.groups):
        if not group.options:
            yield Fault(("groups", g), f'option group "{group.code}" has no options')
        elif not group.min <= group.max <= len(group.options):
            yield Fault(
                ("groups", g, "max"),
                f"takes {group.min} to {group.max} of {len(group.options)} options: expected min <= max <= options",
            )


def _texts(family: Family) -> Iterator[Fault]:
    languages = set(family.title.root)
    named: list[tuple[Path, str, Texts]] = []
    for kind in ("rules", "resources"):
        for position, rule in enumerate(getattr(family, kind)):
            named.append(((kind, position), "reason", rule.reason))
    for kind in ("measures", "steps", "groups", "resources", "price_rules", "bundles", "ready_made"):
        for position, thing in enumerate(getattr(family, kind)):
            named.append(((kind, position), "title", thing.title))
    for name, trait in family.traits.items():
        named.append((("traits", name), "title", trait.title))
        named += [(("traits", name, "values"), code, words) for code, words in trait.values.items()]
    for g, group in enumerate(family.groups):
        for o, option in enumerate(group.options):
            named.append((("groups", g, "options", o), "title", option.title))
    for path, field, texts in named:
        if missing := languages - set(texts.root):
            yield Fault((*path, field), f"the {field} is missing in: {', '.join(sorted(missing))}")


def _readable(path: Path, text: str, read: Callable[[str], object]) -> Iterator[Fault]:
    try:
        read(text)
    except RuleFault as fault:
        yield Fault(path, fault.message, fault.line, fault.column)


def _rules(family: Family) -> Iterator[Fault]:
    for position, rule in enumerate(family.rules):
        yield from _readable(("rules", position, "rule"), rule.rule, family.vocabulary.expression)
    for position, resource in enumerate(family.resources):
        yield from _readable(("resources", position, "rule"), resource.rule, family.vocabulary.comparison)


def _price_rules(family: Family) -> Iterator[Fault]:
    for position, rule in enumerate(family.price_rules):
        path: Path = ("price_rules", position)
        yield from _readable((*path, "when"), rule.when, family.vocabulary.expression)
        if (rule.amount is None) == (rule.percent is None):
            yield Fault(path, "a price rule has either an amount or a percent")
        if rule.percent is not None and not rule.of:
            yield Fault((*path, "percent"), "a percent needs `of`: the options whose prices it is taken of")
        if rule.amount is not None and rule.of:
            yield Fault((*path, "of"), "`of` belongs to a percent, not to an amount")
        yield from _names((*path, "of"), family, rule.of, any_of_group=True)


def _bundles(family: Family) -> Iterator[Fault]:
    for position, bundle in enumerate(family.bundles):
        yield from _names(("bundles", position, "options"), family, bundle.options)


def _ready_made(family: Family) -> Iterator[Fault]:
    yield from _repeated(("ready_made",), "ready-made build", [build.code for build in family.ready_made])
    for position, build in enumerate(family.ready_made):
        yield from _names(("ready_made", position, "choices"), family, build.choices, refusal=True)


def _cases(family: Family) -> Iterator[Fault]:
    # A case may name what is gone: then it fails, and says so.
    yield from _repeated(("cases",), "test case", [case.code for case in family.cases])
    for position, case in enumerate(family.cases):
        if (case.expect == "total") != (case.total is not None):
            yield Fault(
                ("cases", position), "`total` belongs to a case that expects a total, and to no other"
            )


def _names(
    path: Path, family: Family, names: Sequence[str], any_of_group: bool = False, refusal: bool = False
) -> Iterator[Fault]:
    for name in names:
        group_code, _, option = name.partition(".")
        group = family.group_by_code.get(group_code)
        if group is None:
            yield Fault(
                path,
                f'there is no option group "{group_code}"{did_you_mean(group_code, family.group_by_code)}',
            )
        elif (option == NONE and refusal and group.is_optional) or (option == "*" and any_of_group):
            continue
        elif OptionKey(group_code, option) not in group.keys:
            hint = did_you_mean(option, [key.option for key in group.keys])
            yield Fault(path, f'group "{group_code}" has no option "{option}"{hint}')


def _pictures(family: Family) -> Iterator[Fault]:
    files = family.picture.files
    for g, group in enumerate(family.groups):
        for o, option in enumerate(group.options):
            path: Path = ("groups", g, "options", o)
            if option.picture and option.picture not in files:
                yield Fault((*path, "picture"), f'there is no picture "{option.picture}"')
            for layer in option.layers:
                if layer.file not in files:
                    hint = did_you_mean(layer.file, files)
                    yield Fault((*path, "layers"), f'there is no picture "{layer.file}"{hint}')
                if layer.when:
                    for fault in _readable((*path, "layers"), layer.when, family.vocabulary.expression):
                        # A layer stands somewhere on its option's line; where exactly, nobody noted.
                        yield Fault(fault.path, f'layer "{layer.file}": {fault.message}')


def _magnitudes(family: Family) -> Iterator[Fault]:
    try:
        Scale(family)
    except TooDear as error:
        yield Fault(("groups",), str(error))
    for position, resource in enumerate(family.resources):
        loads = loads_of(family, family.comparisons[resource.code])
        if any(load.reach > MOST_REACH for load in loads):
            message = "its amounts are too large, or its factors too fine, to add up in whole numbers"
            yield Fault(("resources", position, "rule"), message)
