"""Reads a UVL feature model as a family whose valid configurations are exactly the model's solutions.

Every feature is one option. The root is the only option of the group `model`; an alternative, an `or` and a
counted group become an option group each; the mandatory and optional children of a feature share one. Rules
tie each group to the parent it hangs under, unless that is in every solution. A child of the root is a step.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path, PurePath

from catalog import price_list
from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.grammar import KEYWORDS
from catalog.loader import Faults, Finding
from catalog.model import RESERVED, Family, Option, OptionGroup, Rule, Step, Texts
from catalog.money import minor_units
from catalog.places import Place
from catalog.spelling import did_you_mean
from catalog.uvl_grammar import parse
from catalog.uvl_model import Constraint, Feature, FeatureModel, Group, Joined, Name, Negated
from catalog.uvl_rules import TooLong, listed, quoted, shortened, statement

BASE = "model"
LONGEST_CODE = 40
LONGEST_NAME = 200
CYRILLIC = dict(zip("абвгдеёзийклмнопрстуфцыэ", "abvgdeeziiklmnoprstufcye", strict=True)) | {
    "ж": "zh", "х": "kh", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya",
}  # fmt: skip


def load(file: Path, prices: Path | None = None) -> Family:
    """The family in a UVL file, with the prices of a FeatureIDE file. Raises Faults."""
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Faults([Finding(file.name, 1, 1, "is not UTF-8 text")]) from None
    return read(text, file.name, price_list.read(prices.read_bytes(), prices.name) if prices else None)


def read(
    text: str,
    name: str,
    prices: Mapping[str, int] | None = None,
    currency: str = "EUR",
    tax_percent: Decimal = Decimal(0),
) -> Family:
    """The family that a UVL text describes; `name` is its file's name, and the stem the family's code.

    `prices` (feature -> minor units) come before the features' own attribute `Price`; prices of features that
    the model lacks are left out. Raises Faults with all that is wrong, each with its place.
    """
    return _Mapping(parse(text, name), name, prices or {}, currency).family(tax_percent)


class Codes:
    """Hands out codes made from names: short, lower-case, each only once."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self.taken = set(taken)

    def of(self, name: str) -> str:
        """A new code for a name."""
        letters = "".join(CYRILLIC.get(letter, letter) for letter in name.lower())
        plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_CODE].strip("-") or "feature"
        code, number = stem, 1
        while code in self.taken:
            number += 1
            code = f"{stem}-{number}"
        self.taken.add(code)
        return code


class _Mapping:
    """One model on its way to a family: the codes given so far, and the faults found."""

    def __init__(self, model: FeatureModel, file: str, prices: Mapping[str, int], currency: str) -> None:
        self.model, self.file, self.currency = model, file, currency
        # UVL names cannot hold a full stop; those who export them write a comma.
        self.prices = {feature.replace(".", ","): price for feature, price in prices.items()} | dict(prices)
        self.faults: list[Finding] = []
        self.group_codes = Codes(RESERVED | KEYWORDS | {BASE})
        self.step_codes = Codes()
        self.rule_codes = Codes()
        self.keys: dict[str, OptionKey] = {}
        self.steps: dict[str, Step] = {}
        self.groups: list[OptionGroup] = []
        self.rules: list[Rule] = []

    def family(self, tax_percent: Decimal) -> Family:
        root = self.model.root
        self._check_names()
        self._stop_at_faults()
        self._option_group(
            root, self._step(root), 1, 1, [root], BASE, f"{quoted(root.name)} is what all of it is."
        )
        self._below(root, self._step(root), always=True)
        for number, (constraint, place) in enumerate(self.model.constraints, start=1):
            self._constraint(constraint, place, f"constraint {number}")
        self._stop_at_faults()
        family = Family(
            code=Codes().of(PurePath(self.file).stem),
            title=_texts(root.name),
            currency=self.currency,
            tax_percent=tax_percent,
            steps=tuple(self.steps.values()),
            groups=tuple(self.groups),
            rules=tuple(self.rules),
        )
        self.faults += [Finding(self.file, 1, 1, fault.message) for fault in faults_in(family)]
        self._stop_at_faults()
        return family

    def _check_names(self) -> None:
        seen: dict[str, Place] = {}
        for feature in self.model.root:
            if feature.name in seen:
                self._fault(
                    feature.place, f"{feature.name} is there twice, first in line {seen[feature.name].line}"
                )
            elif not feature.name or len(feature.name) > LONGEST_NAME:
                self._fault(feature.place, f"a name has 1 to {LONGEST_NAME} letters")
            seen.setdefault(feature.name, feature.place)
        for constraint, _ in self.model.constraints:
            for named in _names(constraint):
                if named.name not in seen:
                    self._fault(
                        named.place, f"there is no feature {named.name}{did_you_mean(named.name, seen)}"
                    )

    def _below(self, parent: Feature, step: str, always: bool) -> None:
        """The option groups under a feature, then those below; `always`: the feature is in every solution."""
        loose = [group for group in parent.groups if not group.is_counted]
        for group in parent.groups:
            if group.is_counted:
                self._counted(parent, group, step, always)
            elif group is loose[0]:
                self._loose(parent, loose, step, always)
        for group in parent.groups:
            for child in group.children:
                if child.groups:
                    below = self._step(child) if parent is self.model.root else step
                    self._below(child, below, always and group.kind == "mandatory")

    def _counted(self, parent: Feature, group: Group, step: str, always: bool) -> None:
        code = self.group_codes.of(parent.name)
        names = listed([quoted(child.name) for child in group.children], " or ")
        if group.low == group.high:
            limit = f"{quoted(parent.name)} takes exactly {group.low} of these"
        else:
            limit = f"{quoted(parent.name)} takes {group.low} to {group.high} of these"
        self._option_group(
            parent, step, group.low if always else 0, group.high, group.children, code, f"{limit}."
        )
        if always:
            return
        self._belongs(parent, code)
        if group.low:
            wanted = f"{code}.*" if group.low == 1 else f"at least {group.low} of ({code}.*)"
            number = "one" if group.low == 1 else f"at least {group.low}"
            rule = f"{self.keys[parent.name]} requires {wanted}"
            self._rule(f"{code} complete", rule, f"{quoted(parent.name)} needs {number} of: {names}")

    def _loose(self, parent: Feature, groups: list[Group], step: str, always: bool) -> None:
        code = self.group_codes.of(parent.name)
        children = [child for group in groups for child in group.children]
        self._option_group(parent, step, 0, len(children), children, code)
        if not always:
            self._belongs(parent, code)
        for group in groups:
            for child in group.children if group.kind == "mandatory" else ():
                key = self.keys[child.name]
                reason = f"{quoted(parent.name)} always comes with {quoted(child.name)}"
                self._rule(
                    f"{key.group} has {key.option}", f"{self.keys[parent.name]} requires {key}", reason
                )

    def _belongs(self, parent: Feature, code: str) -> None:
        reason = f"Whatever belongs to {quoted(parent.name)} needs {quoted(parent.name)} itself"
        self._rule(f"{code} belongs", f"{code}.* requires {self.keys[parent.name]}", reason)

    def _option_group(
        self,
        parent: Feature,
        step: str,
        low: int,
        high: int,
        children: Sequence[Feature],
        code: str,
        limit: str = "",
    ) -> None:
        codes = Codes(RESERVED | KEYWORDS)
        options = []
        for child in children:
            key = OptionKey(code, codes.of(child.name))
            self.keys[child.name] = key
            options.append(Option(code=key.option, title=_texts(child.name), price=self._price(child)))
        reason = _texts(limit) if limit else Texts({})
        group = OptionGroup(
            code=code,
            title=_texts(parent.name),
            reason=reason,
            step=step,
            min=low,
            max=high,
            options=tuple(options),
        )
        self.groups.append(group)

    def _price(self, feature: Feature) -> int:
        if feature.name in self.prices:
            return self.prices[feature.name]
        for name, (value, place) in feature.attributes.items():
            if name.lower() == "price":
                try:
                    return minor_units(value, self.currency)
                except ValueError as error:
                    self._fault(place, str(error))
        return 0

    def _step(self, feature: Feature) -> str:
        if feature.name not in self.steps:
            self.steps[feature.name] = Step(code=self.step_codes.of(feature.name), title=_texts(feature.name))
        return self.steps[feature.name].code

    def _constraint(self, constraint: Constraint, place: Place, name: str) -> None:
        said = statement(constraint)
        try:
            rule = said.rule(self.keys)
        except TooLong:
            self._fault(place, "says too much for one rule; expected <=> inside <=> taken apart into lines")
            return
        self.rules.append(Rule(code=self.rule_codes.of(name), rule=rule, reason=_texts(said.sentence())))

    def _rule(self, name: str, rule: str, reason: str) -> None:
        self.rules.append(Rule(code=self.rule_codes.of(name), rule=rule, reason=_texts(shortened(reason))))

    def _fault(self, place: Place, message: str) -> None:
        self.faults.append(Finding(self.file, place.line, place.column, message))

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise Faults(sorted(self.faults))


def _names(constraint: Constraint) -> Iterator[Name]:
    if isinstance(constraint, Name):
        yield constraint
    elif isinstance(constraint, Negated):
        yield from _names(constraint.inner)
    elif isinstance(constraint, Joined):
        for part in constraint.parts:
            yield from _names(part)


def _texts(text: str) -> Texts:
    # What a model's author wrote is in no language we know of; English is where every reader falls back to.
    return Texts({"en": text})
