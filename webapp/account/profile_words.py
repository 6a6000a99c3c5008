"""The sentences of a profile: what is known, why, and what it changes on the site."""

from collections.abc import Mapping
from datetime import date

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from catalog.fitting import COLOUR
from catalog.model import NONE, Family
from webapp.account import bp
from webapp.customers import birthday
from webapp.customers.birthday import Birthday
from webapp.customers.inference import FAMILY, PRICE, RHYTHM, Fact, FactKind
from webapp.customers.profile import CONTACT
from webapp.customers.touchpoint import Kind
from webapp.formats import money
from webapp.languages import language
from webapp.shop.colours import colour_words

Families = Mapping[str, Family]


def trait_title(trait: str, families: Families, family: str = "") -> str:
    """What a trait or a measure is called, by the catalogue it is about, else by the first that knows it."""
    own = {
        COLOUR: _("Colour"),
        FAMILY: _("What interests me"),
        CONTACT: _("How to reach me"),
        birthday.TRAIT: _("Birthday"),
        PRICE: _("Price"),
        RHYTHM: _("When you are here"),
    }
    if trait in own:
        return own[trait]
    for one in _first(families, family):
        if trait in one.traits:
            return one.traits[trait].title.in_(language())
        for measure in one.measures:
            if measure.code == trait:
                return measure.title.in_(language())
    return trait


def value_title(trait: str, value: str, families: Families, family: str = "") -> str:
    """What a value is called; a number with its unit."""
    if value == NONE:
        return _("no preference")
    if trait == birthday.TRAIT:
        born = birthday.read(value)
        return birthday_words(born) if born else value
    own = _own_values()
    if trait in own:
        return own[trait].get(value, value)
    if trait in (FAMILY, PRICE):
        return families[value].title.in_(language()) if value in families else value
    for one in _first(families, family):
        if trait in one.traits and value in one.traits[trait].values:
            return one.traits[trait].values[value].in_(language())
        for measure in one.measures:
            if measure.code == trait:
                return f"{value} {measure_unit(measure.unit)}"
    return value


def birthday_words(born: Birthday) -> str:
    """A birthday as the reader writes it, with the year if it was said."""
    day = date(born.year or birthday.ANY_YEAR, born.month, born.day)
    if born.year:
        return format_date(day, "long")
    return str(format_skeleton("MMMMd", day, locale=get_locale()))


@bp.app_template_global()
def measure_unit(unit: str) -> str:
    return {"cm": _("cm"), "mm": _("mm"), "kg": _("kg")}.get(unit, unit)


def sentence(fact: Fact, families: Families) -> str:
    """A fact in one sentence, with what it rests on."""
    value = value_title(fact.trait, fact.value, families, fact.family)
    match fact.kind:
        case FactKind.PRICES:
            low, high = (money(amount, families[fact.family].currency, short=True) for amount in fact.band)
            return _(
                "%(family)s: most of your builds cost %(low)s to %(high)s.", family=value, low=low, high=high
            )
        case FactKind.FAMILIES:
            percent = round(fact.strength * 100)
            return _(
                "You are here mostly for this: %(family)s, %(percent)s%% of what you do.",
                family=value,
                percent=percent,
            )
        case FactKind.RHYTHM:
            days = ngettext("on %(num)d day", "on %(num)d days", len(fact.acts))
            return _("You are mostly here %(when)s: %(often)s.", when=value, often=days)
    title = trait_title(fact.trait, families, fact.family)
    having, of = fact.builds
    if having and of > 1:
        told = ngettext(
            "in %(having)s of your last %(num)d build",
            "in %(having)s of your last %(num)d builds",
            of,
            having=having,
        )
    else:
        told = ngettext("in %(num)d of your choices", "in %(num)d of your choices", len(fact.acts))
    return _("%(title)s: mostly %(value)s, %(told)s.", title=title, value=value, told=told)


def effect(kind: FactKind) -> str:
    """What it changes on the site."""
    match kind:
        case FactKind.LIKINGS | FactKind.MEASURES | FactKind.COLOURS:
            return _(
                "Options that suit it are marked “fits you”, and the build we suggest to start from has them."
            )
        case FactKind.PRICES:
            return _(
                "The build we suggest leaves out tastes that would make it dearer. No price follows from it."
            )
        case FactKind.CONTACT:
            return _(
                "Our colleagues see it before they call or write, and letters that come weekly or monthly leave at "
                "that time of the day. What you allow and do not allow stays as it is."
            )
        case FactKind.ADDRESS:
            return _("The checkout begins with it; there you can still change it.")
        case FactKind.BIRTHDAY:
            return _("Our colleagues see the day and may congratulate you. No letter is sent for it.")
    return _("Nothing on the site: it is shown here, and to our colleagues who serve you.")


def kind_title(kind: FactKind) -> str:
    return {
        FactKind.LIKINGS: _("What I like"),
        FactKind.COLOURS: _("Colours"),
        FactKind.FAMILIES: _("What I am interested in"),
        FactKind.PRICES: _("What my builds cost"),
        FactKind.RHYTHM: _("When I am here"),
        FactKind.MEASURES: _("My measures"),
        FactKind.CONTACT: _("How to reach me"),
        FactKind.ADDRESS: _("My address"),
        FactKind.BIRTHDAY: _("My birthday"),
    }[kind]


def act_title(kind: Kind) -> str:
    """What somebody did, in one or two words."""
    return {
        Kind.PICK: _("Chosen"),
        Kind.REFUSAL: _("Went without it"),
        Kind.BLOCKED: _("Wanted, but it did not fit"),
        Kind.REPAIR: _("Taken with a change"),
        Kind.UNDO: _("A step back"),
        Kind.RESET: _("A choice taken back"),
        Kind.COMPLETION: _("Completed for you"),
        Kind.SAVE: _("Build saved"),
        Kind.CART: _("Put into the cart"),
        Kind.CHECKOUT: _("Checkout opened"),
        Kind.ORDER: _("Order placed"),
        Kind.SHARE: _("Link of a build sent"),
        Kind.MESSAGE: _("Said something about a build"),
        Kind.MAIL: _("Opened from a letter"),
        Kind.VISIT: _("Visit"),
    }[kind]


def _own_values() -> Mapping[str, Mapping[str, str]]:
    return {
        COLOUR: colour_words(),
        RHYTHM: {
            "morning": _("in the morning"),
            "daytime": _("in the daytime"),
            "evening": _("in the evening"),
            "night": _("at night"),
            "weekend": _("at the weekend"),
            "weekdays": _("on weekdays"),
        },
        CONTACT: {
            "e-mail": _("by e-mail"),
            "telephone": _("by telephone"),
            "messenger": _("by messenger"),
            "mornings": _("in the morning"),
            "daytime": _("in the daytime"),
            "evenings": _("in the evening"),
        },
    }


def _first(families: Families, code: str) -> list[Family]:
    return [*([families[code]] if code in families else []), *families.values()]
