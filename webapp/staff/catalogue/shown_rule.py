"""Rules, resources, price rules and bundles as the desk lists them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flask import url_for

from catalog.examples import Examples, touched
from catalog.expression import OptionKey
from catalog.faults import faults_in
from catalog.model import NONE, Bundle, Family, PriceRule, Resource, Rule
from catalog.rule_fault import RuleFault
from catalog.rulebook import Unanswered
from webapp.catalogues import version
from webapp.catalogues.draft import DraftRevision
from webapp.languages import language
from webapp.shop import addresses
from webapp.staff.catalogue.rule_words import RuleWords, fault_words

AnyRule = Rule | Resource | PriceRule | Bundle
KINDS: Mapping[str, type[AnyRule]] = {
    "rules": Rule,
    "resources": Resource,
    "price_rules": PriceRule,
    "bundles": Bundle,
}
OPEN = "open"  # an example that could not be found, nor ruled out, with any reasonable effort


@dataclass(frozen=True)
class ShownRule:
    """One of them. `example`: choices that show it, empty of a rule that forbids nothing; None where nobody knows."""

    family: Family
    code_of_family: str
    kind: str
    rule: AnyRule
    example_of: "ExamplesOf | None"

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def text(self) -> str:
        """What stands in the document."""
        if isinstance(self.rule, Rule):
            return self.rule.rule
        return self.rule.when if isinstance(self.rule, PriceRule) else " + ".join(self.rule.options)

    @property
    def title(self) -> str:
        """Its own name, or of a rule its reason."""
        return (self.rule.reason if type(self.rule) is Rule else self.rule.title).in_(language())  # type: ignore[union-attr]

    @property
    def reason(self) -> str:
        return self.rule.reason.in_(language()) if isinstance(self.rule, Rule) else ""

    @cached_property
    def words(self) -> RuleWords:
        return RuleWords(self.family)

    @cached_property
    def fault(self) -> str:
        """What is wrong with its text."""
        try:
            self._read()
        except RuleFault as fault:
            return fault_words(fault)
        except KeyError:
            return ", ".join(self.rule.options) if isinstance(self.rule, Bundle) else ""
        return ""

    @cached_property
    def meaning(self) -> str:
        """What it means, in words."""
        if self.fault:
            return ""
        if isinstance(self.rule, Resource):
            return self.words.meaning(self.family.vocabulary.comparison(self.rule.rule))
        if isinstance(self.rule, Rule):
            return self.words.meaning(self.family.vocabulary.expression(self.rule.rule))
        if isinstance(self.rule, PriceRule):
            return self.words.condition(self.family.vocabulary.expression(self.rule.when))
        return self.words.example(self.family.keys_named(self.rule.options))

    @cached_property
    def touched(self) -> list[OptionKey]:
        """The options that it speaks of, in the document's order."""
        if self.fault or self.example_of is None:
            return []
        found = touched(self.family, self.code)
        return [key for key in self.family.option_by_key if key in found]

    @property
    def touched_names(self) -> list[str]:
        return [self.words.key(key) for key in self.touched]

    @cached_property
    def example(self) -> tuple[OptionKey, ...] | str | None:
        """Choices that show it; None: there are none; `open`: that could not be told."""
        return self.example_of.of(self.kind, self.code) if self.example_of else OPEN

    @property
    def example_words(self) -> str:
        return self.words.example(self.example) if isinstance(self.example, tuple) else ""

    @property
    def preview(self) -> str:
        """The example in the preview, with its last choice as the click that is refused."""
        if not isinstance(self.example, tuple):
            return ""
        groups = self.family.group_by_code
        keys = [key for key in self.example if key.option != NONE or groups[key.group].is_optional]
        keys.sort(key=lambda key: key.option != NONE)
        return addresses.at(
            url_for("staff.draft_preview", code=self.code_of_family), keys, keys[-1] if keys else None
        )

    def says(self, word: str) -> bool:
        """Whether it is found by a word."""
        said = f"{self.code} {self.text} {self.title} {self.reason} {self.meaning}".lower()
        return all(part in said for part in word.lower().split())

    def _read(self) -> None:
        if isinstance(self.rule, Resource):
            self.family.vocabulary.comparison(self.rule.rule)
        elif isinstance(self.rule, Rule):
            self.family.vocabulary.expression(self.rule.rule)
        elif isinstance(self.rule, PriceRule):
            self.family.vocabulary.expression(self.rule.when)
            self.family.keys_named(self.rule.of)
        else:
            for key in self.family.keys_named(self.rule.options):
                self.family.option_by_key[key]


class ExamplesOf:
    """The examples of one document, each worked out when it is asked for."""

    def __init__(self, family: Family) -> None:
        self.examples = Examples(family)
        self.known: dict[str, tuple[OptionKey, ...] | str | None] = {}

    def of(self, kind: str, code: str) -> tuple[OptionKey, ...] | str | None:
        if code not in self.known:
            ask = self.examples.forbidden if kind in ("rules", "resources") else self.examples.applying
            try:
                self.known[code] = ask(code)
            except Unanswered:
                self.known[code] = OPEN
        return self.known[code]


def shown_rules(revision: DraftRevision, family: Family) -> Iterator[ShownRule]:
    """All of a draft, kind by kind."""
    examples = examples_of(family, revision.document)
    for kind in KINDS:
        for rule in getattr(family, kind):
            yield ShownRule(family, revision.family_code, kind, rule, examples)


def examples_of(family: Family, document: str | None = None) -> ExamplesOf | None:
    """The examples of a document; None of one with faults. `document`: its text, if it was kept."""
    if document is None:
        return None if faults_in(family) else ExamplesOf(family)
    return _kept(document)


@lru_cache(maxsize=4)
def _sound(document: str) -> Family | None:
    family = version.read(document)
    return None if faults_in(family) else family


def _kept(document: str) -> ExamplesOf | None:
    # A solver is not for several threads, so each request has its own; it is quick to make.
    family = _sound(document)
    return ExamplesOf(family) if family else None
