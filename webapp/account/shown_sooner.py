"""What would come sooner, as a shopper reads it: which one change, how many days, what it costs."""

from collections.abc import Callable
from typing import NamedTuple

from flask_babel import gettext as _

from catalog.configuration import Configuration
from catalog.model import NONE
from catalog.sooner import MOST, sooner
from webapp.languages import language
from webapp.shop import addresses


class Press(NamedTuple):
    """What a button of the checkout's form sends, and where to."""

    action: str
    name: str
    value: str


class ShownSooner(NamedTuple):
    """One change: in words, by how many days, by how much, and the choices with it as a query string.

    `line`: which of several it is about. `press`: what takes it.
    """

    group: str
    words: str
    days: int
    delta: int
    after: str
    press: Press
    line: str = ""


def shown_sooner(
    configuration: Configuration, sooner_by: Callable[[int], int], press: Callable[[str], Press]
) -> list[ShownSooner]:
    """At most three, the soonest first.

    `sooner_by`: the days by which a lead time brings it forward. `press`: what takes these choices instead.
    """
    family, lang = configuration.family, language()
    found: list[ShownSooner] = []
    for way in sooner(configuration, most=2 * MOST):
        days = sooner_by(way.lead_days)
        if days <= 0 or len(found) == MOST:
            continue
        was = ", ".join(family.option_by_key[key].title.in_(lang) for key in way.gives_way)
        group = family.group_by_code[way.group].title.in_(lang)
        if way.takes_place is None or way.takes_place.option == NONE:
            words = _("%(group)s: without “%(was)s”", group=group, was=was)
        else:
            becomes = family.option_by_key[way.takes_place].title.in_(lang)
            words = _("%(group)s: “%(becomes)s” instead of “%(was)s”", group=group, becomes=becomes, was=was)
        after = addresses.query(way.after)
        found.append(ShownSooner(way.group, words, days, way.delta, after, press(after)))
    return found
