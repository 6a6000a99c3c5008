"""Places that two editors changed, each version beside the other."""

import json
from typing import NamedTuple

from catalog.outline import Place
from webapp.catalogues.draft import Overlap
from webapp.staff.catalogue.shown_edits import ShownEdits


class ShownOverlap(NamedTuple):
    """A place with what it was, what the other made of it and what I did; `name` names it in a form."""

    name: str
    place: Place
    subject: str
    field: str
    was: str
    theirs: str
    mine: str


def shown_overlaps(overlap: Overlap, words: ShownEdits) -> list[ShownOverlap]:
    return [
        ShownOverlap(
            written(each.place),
            each.place,
            words.subject(each.place),
            words.field(each.place),
            words.value(each.place, each.base),
            words.value(each.place, each.theirs),
            words.value(each.place, each.mine),
        )
        for each in overlap.merged.overlaps
    ]


def written(place: Place) -> str:
    """A place as the name of a field; codes and file names may hold any sign."""
    return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


def place_in(text: str) -> Place | None:
    """The place that `written` wrote, None of any other text."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, list) or not all(isinstance(key, str) for key in found):
        return None
    return tuple(found)
