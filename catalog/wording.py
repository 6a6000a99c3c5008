"""Every text of a family with its place, in all languages; which are missing, and the family with other ones."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from catalog.model import Family, Texts, Value
from catalog.outline import Place, at, family_of, outline

OPTIONAL_REASONS = frozenset({"groups"})


class Wording(NamedTuple):
    """A text and where it stands."""

    place: Place
    texts: Texts

    def missing(self, languages: list[str]) -> list[str]:
        """The languages it lacks; of a text that may be left out and is, none."""
        is_needed = self.place[-1] == "title" or (
            self.place[-1] == "reason" and self.place[0] not in OPTIONAL_REASONS
        )
        if not self.texts.root and not is_needed:
            return []
        return [code for code in languages if not self.texts.root.get(code)]


def wordings(family: Family) -> list[Wording]:
    """All texts in the document's order."""
    return list(_within((), family))


def with_wordings(family: Family, texts: Mapping[Place, Mapping[str, str]]) -> Family:
    """The family with these texts by place and language; an empty one is none. Unknown places mean nothing."""
    tree = outline(family)
    for place, said in texts.items():
        try:
            holder = at(tree, place)
        except KeyError:
            continue
        if isinstance(holder, dict):
            for language, text in said.items():
                if text:
                    holder[language] = text
                else:
                    holder.pop(language, None)
    return family_of(tree)


def _within(place: Place, value: Any) -> Iterator[Wording]:
    if isinstance(value, Texts):
        yield Wording(place, value)
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from _within((*place, name), getattr(value, name))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _within((*place, str(name)), each)
    elif isinstance(value, tuple):
        for each in value:
            if isinstance(each, Value) and hasattr(each, "code"):
                yield from _within((*place, each.code), each)
