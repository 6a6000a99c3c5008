"""Topics: what somebody can want to hear of, each with the consent that its letters need."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from webapp.customers.wording import Purpose

LONGEST = 200


class Kind(StrEnum):
    """What a topic is about."""

    FAMILY = "family"  # what is new in a family
    OPTION = "option"  # what is new about one option
    PRICES = "prices"  # my builds that cost less than they did
    CARE = "care"  # looking after what I own
    EVENTS = "events"  # open days, workshops, trials


PURPOSES = {
    Kind.FAMILY: Purpose.NEWS_LETTERS,
    Kind.OPTION: Purpose.NEWS_LETTERS,
    Kind.PRICES: Purpose.BUILD_LETTERS,
    Kind.CARE: Purpose.CARE_LETTERS,
    Kind.EVENTS: Purpose.EVENT_LETTERS,
}
# What can be told to whoever has no account; the others are about what somebody keeps or owns.
FOR_GUESTS = frozenset({Kind.FAMILY, Kind.OPTION, Kind.EVENTS})


class Topic(NamedTuple):
    """One topic. `option`: group and option, as in "frame.carbon"."""

    kind: Kind
    family: str = ""
    option: str = ""

    @property
    def code(self) -> str:
        """As it stands in tables and forms, such as "family:bicycle" or "events"."""
        return ":".join(filter(None, self))

    @property
    def purpose(self) -> Purpose:
        return PURPOSES[self.kind]


@lru_cache(maxsize=4096)
def read(code: str) -> Topic | None:
    """The topic that a code names, or None."""
    kind, *rest = code.split(":")
    wanted = {Kind.FAMILY.value: 1, Kind.OPTION.value: 2}.get(kind, 0)
    if kind not in set(Kind) or len(rest) != wanted or not all(rest) or len(code) > LONGEST:
        return None
    return Topic(Kind(kind), *rest)
