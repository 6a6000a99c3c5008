"""What a customer's own profile does on the pages of the shop: if they allow it, and have left it turned on."""

from collections.abc import Sequence
from enum import StrEnum

from flask import g, request
from flask_babel import gettext as _

from catalog.fitting import COLOUR
from catalog.model import Family
from catalog.preference import Preference
from webapp import clock
from webapp.customers import profile
from webapp.customers.benefit import Benefit
from webapp.customers.profile import Profile
from webapp.database import reading
from webapp.languages import language
from webapp.shop import bp
from webapp.shop.colours import colour_words
from webapp.shop.measures import measure
from webapp.shop.on_sale import on_sale
from webapp.shop.visiting import customer


class Standing(StrEnum):
    """Whether something is done with a profile, and if not, why not."""

    GUEST = "guest"
    NOT_ALLOWED = "not-allowed"
    TURNED_OFF = "turned-off"
    ON = "on"


@bp.app_template_global()
def standing(benefit: Benefit | str) -> Standing:
    """How a benefit stands for whoever is asking; costs guests nothing, and nobody a statement of its own."""
    who = customer()
    if who is None:
        return Standing.GUEST
    if not who.personalised:
        return Standing.NOT_ALLOWED
    return Standing.ON if who.has(Benefit(benefit)) else Standing.TURNED_OFF


def preferences(benefit: Benefit) -> tuple[Preference, ...]:
    """What may be used for a benefit: nothing without the consent, or where it is turned off. One statement a page."""
    known = _profile(benefit)
    return known.preferences if known else ()


def ceiling(benefit: Benefit, family: str) -> int | None:
    """Up to what their builds of a family usually cost, in minor units, where that may be used and is known."""
    known = _profile(benefit)
    return known.ceilings.get(family) if known else None


def _profile(benefit: Benefit) -> Profile | None:
    who = customer()
    if who is None or not who.has(benefit):
        return None
    if "profile" not in g:
        families = [sold.family for sold in on_sale()]
        g.profile = profile.profile_of(reading(), who.customer_id, at=clock.now(), families=families)
    return g.profile


def why(preference: Preference) -> str:
    """Where the profile says how it comes to this."""
    return f"{request.script_root}/account/profile#{preference.name}"


def said(family: Family, preference: Preference) -> str:
    """A preference in the family's words: "upright", "your height 183 cm"."""
    for each in family.measures:
        if each.code == preference.trait:
            return f"{each.title.in_(language())} {measure(int(preference.value), each.unit)}"
    trait = family.traits.get(preference.trait)
    words = trait.values.get(preference.value) if trait else None
    if words is None and preference.trait == COLOUR:
        return colour_words().get(preference.value, preference.value)
    return words.in_(language()) if words else preference.value


def titled(family: Family, given: Sequence[Preference]) -> str:
    """Preferences of one trait with what it is called: "Riding position: upright"."""
    words = ", ".join(said(family, each) for each in given)
    trait = family.traits.get(given[0].trait)
    if trait is None:
        return _("Colour: %(colours)s", colours=words) if given[0].trait == COLOUR else words
    return f"{trait.title.in_(language())}: {words}"
