"""What a customer prefers as colleagues read it, each with what it rests on."""

from typing import NamedTuple

from webapp.customers.profile import Profile


class ShownFact(NamedTuple):
    """One fact. `is_stated`: said by the customer themself."""

    name: str
    title: str
    value: str
    evidence: str
    is_stated: bool


def facts_of(_profile: Profile) -> list[ShownFact]:
    """What was said first, then what follows from what they did."""
    return []


def measures_of(profile: Profile | None) -> frozenset[str]:
    """The traits that are sizes."""
    families = profile.families.values() if profile else ()
    return frozenset(measure.code for family in families for measure in family.measures)
