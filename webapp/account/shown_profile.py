"""A profile as its owner is shown it: each fact with what speaks for it and where that came from."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from flask import url_for

from catalog.model import NONE
from webapp.account import profile_words
from webapp.account.listed_build import address_of
from webapp.account.shown_order import ShownOrder
from webapp.customers import question
from webapp.customers.evidence import Act
from webapp.customers.inference import Fact, FactKind
from webapp.customers.profile import Profile
from webapp.customers.question import Question
from webapp.customers.touchpoint import Kind
from webapp.database import reading
from webapp.languages import language
from webapp.sales import build, order
from webapp.shop.addresses import place

SHOWN = 20  # pieces of evidence of one fact; the others go with it all the same


class ShownAct(NamedTuple):
    """One piece of evidence. `href`: where it came from, if that is still there."""

    number: int
    at: datetime
    words: str
    href: str


class ShownFact(NamedTuple):
    """One inferred fact."""

    fact: Fact
    sentence: str
    effect: str
    acts: tuple[ShownAct, ...]
    can_be_said: bool

    @property
    def more(self) -> int:
        return len(self.fact.acts) - len(self.acts)


class ShownValue(NamedTuple):
    """One answer to a question."""

    value: str
    title: str
    since: datetime | None


class ShownGroup(NamedTuple):
    """Answers of one catalogue, under its title where there are several."""

    title: str
    values: tuple[ShownValue, ...]


class ShownQuestion(NamedTuple):
    """One question with the answers there are. `said`: the number, of one that asks for it."""

    question: Question
    title: str
    groups: tuple[ShownGroup, ...]
    said: str
    effect: str
    trouble: str = ""
    typed: str | None = None


class ShownKind(NamedTuple):
    """One kind of facts with its switch."""

    kind: FactKind
    title: str
    is_used: bool


class ShownProfile:
    """The whole of it. Builds and orders that are evidence are looked up once each."""

    def __init__(
        self, profile: Profile, owner: str, *, trouble: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        self.profile, self.owner, self.trouble = profile, owner, trouble or {}
        self.families = profile.families

    @cached_property
    def facts(self) -> list[ShownFact]:
        told = {each.trait for each in self._questions}
        return [
            ShownFact(
                fact,
                profile_words.sentence(fact, self.families),
                profile_words.effect(fact.kind),
                tuple(self._act(act) for act in fact.acts[:SHOWN]),
                fact.trait in told,
            )
            for fact in self.profile.standing
        ]

    @cached_property
    def questions(self) -> list[ShownQuestion]:
        return [shown_question(each, self.profile, self.trouble.get(each.trait)) for each in self._questions]

    @property
    def kinds(self) -> list[ShownKind]:
        return [
            ShownKind(kind, profile_words.kind_title(kind), kind.value not in self.profile.unused)
            for kind in FactKind
        ]

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        return question.questions(list(self.families.values()))

    @cached_property
    def _builds(self) -> Mapping[str, tuple[str, str]]:
        """Name and address of the builds that are evidence, by code."""
        refs = {act.ref for act in self._evidence if act.ref and act.kind is not Kind.ORDER}
        return {
            each.code: (each.name, address_of(each)) for each in build.of_codes(reading(), self.owner, refs)
        }

    @cached_property
    def _orders(self) -> Mapping[str, str]:
        refs = {act.ref for act in self._evidence if act.ref and act.kind is Kind.ORDER}
        return {
            each.number: url_for("account.order_page", key=ShownOrder(each).key)
            for each in order.of_numbers(reading(), self.owner, refs)
        }

    @property
    def _evidence(self) -> Iterable[Act]:
        return (act for fact in self.profile.standing for act in fact.acts[:SHOWN])

    def _act(self, act: Act) -> ShownAct:
        words, family = profile_words.act_title(act.kind), self.families.get(act.family)
        href = place(family.code) if family else ""
        if act.kind is Kind.ORDER and act.ref:
            words, href = f"{words}: {act.ref}", self._orders.get(act.ref, "")
        elif act.ref in self._builds:
            name, href = self._builds[act.ref]
            words = f"{words}: {name}"
        elif act.option and family:
            option = family.option_by_key.get(act.option)
            group = family.group_by_code.get(act.option.group)
            if option is not None:
                words = f"{words}: {option.title.in_(language())}"
                href = f"{href}?{act.option.group}={act.option.option}"
            elif group is not None:
                words = f"{words}: {group.title.in_(language())}"
        elif act.is_built:
            href = ""
        return ShownAct(act.number, act.at, words, href if act.family else "")


def shown_question(
    each: Question, profile: Profile, trouble: tuple[str, str] | None = None, family: str = ""
) -> ShownQuestion:
    """A question with what was said so far; of a form that was refused what was typed, and why not."""
    stated = profile.stated.get(each.trait, {})

    def shown(value: str, code: str) -> ShownValue:
        words = profile_words.value_title(each.trait, value, profile.families, code or family)
        return ShownValue(value, words, stated.get(value))

    told: set[str] = set()
    groups: list[ShownGroup] = []
    for code in () if each.is_number else each.families or ("",):
        trait = profile.families[code].traits[each.trait].values if code else each.values
        fresh = [value for value in each.values if value in trait and value not in told]
        told.update(fresh)
        title = profile.families[code].title.in_(language()) if len(each.families) > 1 else ""
        groups.append(ShownGroup(title, tuple(shown(value, code) for value in fresh)))
    if groups:
        groups.append(ShownGroup("", (shown(NONE, ""),)))
    return ShownQuestion(
        each,
        profile_words.trait_title(each.trait, profile.families, family),
        tuple(group for group in groups if group.values),
        next(iter(stated), "") if each.is_number else "",
        profile_words.effect(profile.kind_of(each.trait)),
        *(trouble or ()),
    )
