"""What a customer prefers as colleagues read it, each with what it rests on."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.account.profile_words import trait_title, value_title
from webapp.customers.inference import Fact, FactKind
from webapp.customers.profile import Profile
from webapp.formats import day, money


class ShownFact(NamedTuple):
    """One fact. `is_stated`: said by the customer themself."""

    name: str
    title: str
    value: str
    evidence: str
    is_stated: bool


def facts_of(profile: Profile) -> list[ShownFact]:
    """What was said first, then what follows from what they did; nothing of kinds that are not to be used."""
    families = profile.families
    said = [
        ShownFact(
            f"{trait}-{value}",
            trait_title(trait, families),
            value_title(trait, value, families),
            _("said by themselves on %(day)s", day=day(at)),
            True,
        )
        for trait, values in profile.stated.items()
        for value, at in values.items()
        if profile.is_used(trait)
    ]
    return said + [_inferred(fact, profile) for fact in profile.standing]


def measures_of(profile: Profile | None) -> frozenset[str]:
    """The traits that are sizes."""
    families = profile.families.values() if profile else ()
    return frozenset(measure.code for family in families for measure in family.measures)


def _inferred(fact: Fact, profile: Profile) -> ShownFact:
    value = value_title(fact.trait, fact.value, profile.families, fact.family)
    if fact.kind is FactKind.PRICES:
        currency = profile.families[fact.family].currency
        low, high = (money(amount, currency, short=True) for amount in fact.band)
        value = f"{value}: {low} – {high}"
    having, last = fact.builds
    if having and last > 1:
        evidence = ngettext(
            "inferred: in %(having)s of the last %(num)s build",
            "inferred: in %(having)s of the last %(num)s builds",
            last,
            having=having,
        )
    else:
        evidence = ngettext("inferred from %(num)s act", "inferred from %(num)s acts", len(fact.acts))
    if fact.acts:
        evidence += ", " + _("the latest on %(day)s", day=day(fact.acts[0].at))
    return ShownFact(
        fact.name, trait_title(fact.trait, profile.families, fact.family), value, evidence, False
    )
