"""What a customer may be asked: taken from the catalogues on sale, so that it is about whatever is made."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from catalog.colour import COLOURS, colour_of
from catalog.fitting import COLOUR
from catalog.model import Family, Texts
from webapp.customers.inference import FAMILY
from webapp.customers.profile import CONTACT

WAYS = ("e-mail", "telephone", "messenger", "mornings", "daytime", "evenings")


class Question(NamedTuple):
    """One thing to state. A list of values, or a number from `least` to `most`; `title` is empty for the shop's own."""

    trait: str
    title: Texts
    values: Mapping[str, Texts]
    families: tuple[str, ...] = ()
    unit: str = ""
    least: int = 0
    most: int = 0

    @property
    def is_number(self) -> bool:
        return bool(self.most)

    def takes(self, value: str) -> bool:
        """Whether it can be answered so."""
        if self.is_number:
            return value.isascii() and value.isdecimal() and self.least <= int(value[:6]) <= self.most
        return value in self.values


def questions(families: Sequence[Family]) -> tuple[Question, ...]:
    """All that may be stated, first what decides most: measures, then traits, colours, families, how to be reached."""
    found: dict[str, Question] = {}
    for family in families:
        for question in (*_measures(family), *_traits(family)):
            held = found.get(question.trait)
            found[question.trait] = _joined(held, question) if held else question
    return (*sorted(found.values(), key=lambda each: not each.is_number), *_of_the_shop(families))


def of_family(family: Family) -> tuple[Question, ...]:
    """What a short question may be about while somebody builds one of this family."""
    return (*_measures(family), *_traits(family))


def _measures(family: Family) -> list[Question]:
    found = []
    for measure in family.measures:
        ends = [
            number
            for option in family.option_by_key.values()
            for name in measure.attributes
            if (number := option.attributes.get(name)) is not None
        ]
        if ends:
            about, unit = (family.code,), measure.unit
            found.append(Question(measure.code, measure.title, {}, about, unit, min(ends), max(ends)))
    return found


def _traits(family: Family) -> list[Question]:
    """The traits that the catalogue has words for, each with the values that options have."""
    used = {
        (trait, value)
        for option in family.option_by_key.values()
        for trait, values in option.traits.items()
        for value in values
    }
    listed = {
        code: {value: words for value, words in trait.values.items() if (code, value) in used}
        for code, trait in family.traits.items()
    }
    return [
        Question(code, family.traits[code].title, values, (family.code,))
        for code, values in listed.items()
        if len(values) > 1
    ]


def _joined(one: Question, other: Question) -> Question:
    both = (*one.families, *other.families)
    if one.is_number or other.is_number:
        return one._replace(families=both, least=min(one.least, other.least), most=max(one.most, other.most))
    return one._replace(families=both, values={**one.values, **other.values})


def _of_the_shop(families: Sequence[Family]) -> list[Question]:
    nothing = Texts({})
    seen = {
        colour_of(option.swatch)
        for family in families
        for option in family.option_by_key.values()
        if option.swatch
    }
    colours = {colour: nothing for colour in COLOURS if colour in seen}
    made = {family.code: family.title for family in families}
    return [
        *([Question(COLOUR, nothing, colours)] if len(colours) > 1 else []),
        *([Question(FAMILY, nothing, made)] if len(made) > 1 else []),
        Question(CONTACT, nothing, dict.fromkeys(WAYS, nothing)),
    ]
