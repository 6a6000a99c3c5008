"""An option as the fields of a form, and back."""

from typing import Any, NamedTuple

from flask_babel import gettext as _

from catalog.model import LEAD_DAYS, RESERVED, DatedPrice, Family, Option, OptionGroup
from webapp.languages import language
from webapp.staff.catalogue.entries import CODE, Entries, amount_text, languages_of, typed_texts

DATED = 6  # rows of dated prices
MOST_WEIGHT = 10**9
MOST_DAYS = 1000


class AttributeField(NamedTuple):
    """An attribute that an option may have."""

    code: str
    title: str
    unit: str


def attribute_fields(family: Family, entries: Entries) -> list[AttributeField]:
    """Every attribute that the family knows, the days first, and those that the form speaks of beside."""
    sent = {name.removeprefix("attribute.") for name in entries.said if name.startswith("attribute.")}
    used = {name for option in family.option_by_key.values() for name in option.attributes}
    codes = dict.fromkeys((LEAD_DAYS, *family.attributes, *sorted(used), *sorted(sent)))
    found = []
    for code in codes:
        known = family.attributes.get(code)
        title = known.title.in_(language()) if known else ""
        if code == LEAD_DAYS:
            title = title or _("Days until ready")
        found.append(AttributeField(code, title or code, known.unit if known else ""))
    return found


def trait_fields(family: Family) -> dict[str, list[str]]:
    """The traits that options of the family have, each with the values in use."""
    found: dict[str, set[str]] = {}
    for option in family.option_by_key.values():
        for name, values in option.traits.items():
            found.setdefault(name, set()).update(values)
    return {name: sorted(values) for name, values in sorted(found.items())}


def said_of(option: Option, currency: str) -> dict[str, str]:
    """The fields of a form about an option."""
    said = {
        **typed_texts("title", option.title),
        **typed_texts("description", option.description),
        "price": amount_text(option.price, currency),
        "since": option.since.isoformat() if option.since else "",
        "until": option.until.isoformat() if option.until else "",
    }
    for row, dated in enumerate(option.prices):
        said |= {
            f"dated.{row}.price": amount_text(dated.price, currency),
            f"dated.{row}.since": dated.since.isoformat() if dated.since else "",
            f"dated.{row}.until": dated.until.isoformat() if dated.until else "",
        }
    said |= {f"attribute.{name}": str(amount) for name, amount in option.attributes.items()}
    said |= {f"trait.{name}": ", ".join(values) for name, values in option.traits.items()}
    return said


def read_option(
    entries: Entries, family: Family, group: OptionGroup, was: Option | None, like: Option | None
) -> Option | None:
    """The option that the form describes, with what it says nothing about (pictures) from `was` or `like`.

    None where something is wrong; what, is noted in the entries.
    """
    languages = languages_of(family.title)
    title = entries.texts("title", languages, needed=True)
    taken = {each.code for each in group.options} | RESERVED | family.vocabulary.attributes
    code = was.code if was else entries.code("code", taken, title=title.in_("en"))
    since, until = _days(entries, "")
    parts: dict[str, Any] = {
        "title": title,
        "description": entries.texts("description", languages),
        "price": entries.amount("price", family.currency),
        "since": since,
        "until": until,
        "prices": _dated_prices(entries, family.currency, was),
        "attributes": _attributes(entries, family, was or like),
        "traits": _traits(entries, family, was or like),
    }
    if entries.is_wrong:
        return None
    begun = was or like or Option(code=code, title=title)
    return begun.revised(code=code, **parts)


def _days(entries: Entries, prefix: str) -> tuple[Any, Any]:
    since, until = entries.day(f"{prefix}since"), entries.day(f"{prefix}until")
    if since and until and until < since:
        entries.wrong(f"{prefix}until", _("The last day comes before the first one."))
    return since, until


def _dated_prices(entries: Entries, currency: str, was: Option | None) -> tuple[DatedPrice, ...]:
    found = []
    for row in range(DATED):
        since, until = _days(entries, f"dated.{row}.")
        if entries[f"dated.{row}.price"].strip():
            found.append(
                DatedPrice(price=entries.amount(f"dated.{row}.price", currency), since=since, until=until)
            )
            if not (since or until):
                entries.wrong(f"dated.{row}.since", _("Please choose a day."))
        elif since or until:
            entries.wrong(f"dated.{row}.price", _("Please fill this in."))
    return (*found, *(was.prices[DATED:] if was else ()))


def _attributes(entries: Entries, family: Family, begun: Option | None) -> dict[str, int]:
    """The amounts in the order in which the option had them, then in that of the form."""
    had = begun.attributes if begun else {}
    names = dict.fromkeys((*had, *(field.code for field in attribute_fields(family, entries))))
    found: dict[str, int] = {}
    for name in names:
        field = f"attribute.{name}"
        if field not in entries:
            if name in had:
                found[name] = had[name]
            continue
        least, most = (0, MOST_DAYS) if name == LEAD_DAYS else (-MOST_WEIGHT, MOST_WEIGHT)
        amount = entries.maybe_whole(field, least, most)
        if amount is not None:
            found[name] = amount
    return found


def _traits(entries: Entries, family: Family, begun: Option | None) -> dict[str, tuple[str, ...]]:
    had = begun.traits if begun else {}
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys((*had, *trait_fields(family))):
        field = f"trait.{name}"
        values = _codes(entries, field) if field in entries else had.get(name, ())
        if values:
            found[name] = values
    fresh = entries["new_trait"].strip().lower()
    values = _codes(entries, "new_trait_values")
    if fresh and not CODE.fullmatch(fresh):
        entries.wrong(
            "new_trait", _("A code consists of small Latin letters, digits and hyphens, at most 60 of them.")
        )
    elif fresh and not values:
        entries.wrong("new_trait_values", _("Please fill this in."))
    elif values and not fresh:
        entries.wrong("new_trait", _("Please fill this in."))
    elif fresh:
        found[fresh] = values
    return found


def _codes(entries: Entries, field: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(entries[field].lower().replace(",", " ").split()))
    if not all(CODE.fullmatch(each) for each in values):
        entries.wrong(field, _("Codes with commas between them, please, such as commute, family."))
        return ()
    return values
