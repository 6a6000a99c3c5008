"""Topics in words, from the families on sale; what is on sale no more is called by its code."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Connection

from catalog.expression import OptionKey
from catalog.model import Family
from webapp.catalogues import published
from webapp.relations.news.topic import Kind, Topic


class Choice(NamedTuple):
    """An option that can be followed."""

    topic: Topic
    title: str


class ChoiceGroup(NamedTuple):
    """The options of one group of a family."""

    title: str
    choices: Sequence[Choice]


class TopicTitles:
    """The families on sale, as topics are named by them."""

    def __init__(self, rows: Connection) -> None:
        self.families: dict[str, Family] = {one.family.code: one.family for one in published.families(rows)}

    def title(self, about: Topic, language: str) -> str:
        """What a topic is called in lists."""
        if about.kind is Kind.FAMILY:
            return self.family(about.family, language)
        if about.kind is Kind.OPTION:
            return f"{self.family(about.family, language)}: {self.option(about, language)}"
        return {
            Kind.PRICES: _("Price falls of my builds"),
            Kind.CARE: _("Care and service of what I own"),
            Kind.EVENTS: _("Open days, workshops and trials"),
        }[about.kind]

    def family(self, code: str, language: str) -> str:
        known = self.families.get(code)
        return known.title.in_(language) if known else code

    def option(self, about: Topic, language: str) -> str:
        family, key = self.families.get(about.family), OptionKey(*about.option.split(".", 1))
        if family is None or key not in family.option_by_key:
            return about.option
        return family.option_by_key[key].title.in_(language)

    def exists(self, about: Topic) -> bool:
        """Whether it can be subscribed to today."""
        family = self.families.get(about.family)
        if about.kind is Kind.FAMILY:
            return family is not None
        if about.kind is Kind.OPTION:
            parts = about.option.split(".", 1)
            return family is not None and len(parts) == 2 and OptionKey(*parts) in family.option_by_key
        return True

    def followable(self) -> list[Topic]:
        return [Topic(Kind.FAMILY, code) for code in self.families]

    def options(self, language: str) -> list[ChoiceGroup]:
        """Every option on sale, group by group."""
        return [
            ChoiceGroup(
                f"{family.title.in_(language)}: {group.title.in_(language)}",
                [
                    Choice(
                        Topic(Kind.OPTION, family.code, f"{group.code}.{option.code}"),
                        option.title.in_(language),
                    )
                    for option in group.options
                ],
            )
            for family in self.families.values()
            for group in family.groups
        ]
