"""Before something is taken away: what names it, and what is to become of that."""

from typing import NamedTuple

from flask import request

from catalog.outline import Place
from catalog.references import Names, references
from webapp.staff.catalogue.opened import Opened, room
from webapp.staff.catalogue.shown_edits import ShownEdits
from webapp.staff.catalogue.shown_overlap import place_in, written


class Naming(NamedTuple):
    """Something that names what is to go; `is_list`: it goes on without it."""

    name: str
    subject: str
    is_list: bool


def removal_page(page: Opened, tab: str, question: str, names: Names, back: str) -> str:
    """Asks, and lists everything that names it, to be taken away too or to stay."""
    words = ShownEdits(page.family, page.family)
    namings = [
        Naming(written(each.place), words.subject(each.place), each.is_list or each.place[0] == "groups")
        for each in references(page.family, names)
    ]
    return room("staff/catalogue/removal.html", page, tab, question=question, namings=namings, back=back)


def taken_away() -> frozenset[Place]:
    """The places that are to name it no more."""
    return frozenset(place for text in request.form.getlist("also") if (place := place_in(text)))
