"""What would come sooner, as a shopper reads it: which one change, how many days, what it costs."""

from collections.abc import Callable
from typing import NamedTuple

from flask_babel import gettext as _

from catalog.configuration import Configuration
from catalog.model import NONE
from catalog.sooner import MOST, sooner
from webapp.languages import language
from webapp.shop import addresses


class ShownSooner(NamedTuple):
    """One change: in words, by how many days, by how much, and where the build is with it.

    `line`: which of several it is about.
    """

    group: str
    words: str
    days: int
    delta: int
    address: str
    line: str = ""


def shown_sooner(configuration: Configuration, sooner_by: Callable[[int], int]) -> list[ShownSooner]:
    """At most three, the soonest first. `sooner_by`: the days by which a lead time brings it forward."""
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
        place = addresses.configurator(family.code, way.after)
        found.append(ShownSooner(way.group, words, days, way.delta, place))
    return found
