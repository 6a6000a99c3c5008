"""What the pages of segments speak with: the words of today, and a rule that was read with what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from catalog.model import Family
from catalog.rule_fault import RuleFault
from webapp import clock
from webapp.catalogues import published
from webapp.database import reading, reading_rows
from webapp.languages import LANGUAGES
from webapp.relations.segments import segment_rule
from webapp.relations.segments.condition import Condition, atoms_in
from webapp.relations.segments.fact import Lexicon
from webapp.relations.segments.membership import Member, Membership
from webapp.staff.segments.segment_words import Meaning, SegmentWords, fault_words

SAMPLE = 8


@dataclass
class Speech:
    """The families on sale, the words of rules, and the moment of this request."""

    families: Mapping[str, Family]
    lexicon: Lexicon
    at: datetime

    @cached_property
    def words(self) -> SegmentWords:
        return SegmentWords(self.families, self.lexicon.currency)

    def of(self, rule: str) -> "ShownRule":
        return ShownRule(self, rule)


def speech() -> Speech:
    """As it is today."""
    families = {each.family.code: each.family for each in published.families(reading_rows())}
    return Speech(families, segment_rule.lexicon(reading(), tuple(LANGUAGES)), clock.now())


@dataclass
class ShownRule:
    """The rule of a segment, kept or just being typed. Who is in it is looked up when a page asks."""

    speech: Speech
    text: str

    @cached_property
    def _read(self) -> Condition | RuleFault:
        try:
            return segment_rule.read(self.text, self.speech.lexicon)
        except RuleFault as fault:
            return fault

    @property
    def condition(self) -> Condition | None:
        return None if isinstance(self._read, RuleFault) else self._read

    @property
    def fault(self) -> str:
        """What is wrong with it, in a sentence; empty where nothing is."""
        return fault_words(self._read) if isinstance(self._read, RuleFault) else ""

    @cached_property
    def meaning(self) -> Meaning | None:
        return self.speech.words.meaning(self.condition) if self.condition else None

    @property
    def line(self) -> str:
        """The meaning in one line; the text where it cannot be read."""
        return self.speech.words.words(self.condition) if self.condition else self.text

    @cached_property
    def membership(self) -> Membership:
        assert self.condition is not None
        return Membership(reading(), self.speech.lexicon, self.condition, self.speech.at)

    @cached_property
    def _found(self) -> tuple[int, list[Member]]:
        return self.membership.first(limit=SAMPLE)

    @property
    def count(self) -> int:
        """How many they are."""
        return self._found[0]

    @property
    def sample(self) -> list[Member]:
        """The first few of them."""
        return self._found[1]

    @property
    def needs_profile(self) -> bool:
        """Whether it asks for what only those tell who allow a profile."""
        atoms = atoms_in(self.condition) if self.condition else ()
        return any(segment_rule.BY_CODE[atom.fact].needs for atom in atoms)
