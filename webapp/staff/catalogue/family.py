"""What a draft says of the whole family: its name, tax and time, its steps and attributes."""

from decimal import Decimal
from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.grammar import KEYWORDS
from catalog.model import Attribute, Family, Lead, Step, Texts
from catalog.parts import each_option, moved, without
from webapp import clock, settings
from webapp.customers.staff_role import Role
from webapp.sales import tax
from webapp.staff import bp
from webapp.staff.catalogue.entries import Entries, languages_of, typed_texts
from webapp.staff.catalogue.families import CURRENCIES
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.saving import save
from webapp.staff.roles import allowed

TAB = "staff.draft_family"


@bp.get("/catalogue/<code>/family")
@allowed(Role.EDITOR)
def draft_family(code: str) -> Response:
    page = opened(code)
    return _page(page, Entries(_said(page.family)))


@bp.post("/catalogue/<code>/family")
@allowed(Role.EDITOR)
def save_family(code: str) -> Response:
    """Keeps the whole form; a button beside a step or an attribute moves it or takes it away as well."""
    page, entries = begun_from(code), Entries(request.form)
    parts = _read(entries, page.family)
    family = None if entries.is_wrong else _acted(entries, page.family.revised(**parts))
    if family is None or entries.is_wrong:
        return _page(page, entries, 422)
    return save(page, family, to=url_for("staff.draft_family", code=code), tab=TAB)


def _read(entries: Entries, family: Family) -> dict[str, Any]:
    languages = languages_of(family.title)
    percent = entries.decimal("tax_percent", 0, 100)
    currency = entries["currency"]
    if currency not in (*CURRENCIES, family.currency):
        entries.wrong("currency", _("Please choose a currency."))
    return {
        "title": entries.texts("title", languages, needed=True),
        "description": entries.texts("description", languages),
        "currency": currency,
        # As it was written, where it is the same: 19 and 19.0 are no difference.
        "tax_percent": family.tax_percent if percent == family.tax_percent else percent,
        "tax_class": _tax_class(entries, family),
        "lead": Lead(
            base_days=entries.whole("base_days", 0, 1000) if not entries.is_wrong else 0,
            combine="sum" if entries["combine"] == "sum" else "largest",
        ),
        "steps": _steps(entries, family, languages),
        "attributes": _attributes(entries, family, languages),
    }


def _tax_class(entries: Entries, family: Family) -> str | None:
    if "tax_class" not in entries:  # a page that was opened before there was such a field
        return family.tax_class
    said = entries["tax_class"]
    if said not in ("", *tax.CLASSES):
        entries.wrong("tax_class", _("Please choose one of these."))
    return said or None


def _steps(entries: Entries, family: Family, languages: list[str]) -> tuple[Step, ...]:
    steps = [
        each.revised(title=entries.texts(f"step.{each.code}", languages, needed=True))
        for each in family.steps
    ]
    if any(entries[f"new_step.{code}"].strip() for code in languages):
        title = entries.texts("new_step", languages, needed=True)
        taken = {each.code for each in steps}
        steps.append(Step(code=_fresh_code(entries, "new_step_code", title, taken), title=title))
    return tuple(steps)


def _attributes(entries: Entries, family: Family, languages: list[str]) -> dict[str, Attribute]:
    found = {
        code: Attribute(
            title=entries.texts(f"attribute.{code}", languages, needed=True),
            unit=entries.line(f"unit.{code}", longest=20),
        )
        for code in family.attributes
    }
    if any(entries[f"new_attribute.{code}"].strip() for code in languages):
        title = entries.texts("new_attribute", languages, needed=True)
        options = {key.option for key in family.option_by_key}
        code = _fresh_code(entries, "new_attribute_code", title, set(found) | options | KEYWORDS)
        found[code] = Attribute(title=title, unit=entries.line("new_unit", longest=20))
    return found


def _fresh_code(entries: Entries, name: str, title: Texts, taken: set[str]) -> str:
    code = entries.code(name, taken, title=title.in_("en"))
    return code if name not in entries.errors else "wrong"


def _acted(entries: Entries, family: Family) -> Family:
    """With what the pressed button asks for."""
    for name, by in (("up", -1), ("down", 1)):
        if entries[name]:
            return family.revised(steps=moved(family.steps, entries[name], by))
    if code := entries["remove_step"]:
        if any(group.step == code for group in family.groups):
            entries.wrong(f"step.{code}", _("Groups stand in this step; move them first."))
        return family.revised(steps=without(family.steps, code))
    if code := entries["remove_attribute"]:
        left = {name: each for name, each in family.attributes.items() if name != code}
        cleared = each_option(
            family,
            lambda _key, option: (
                option.revised(attributes={name: n for name, n in option.attributes.items() if name != code})
                if code in option.attributes
                else option
            ),
        )
        return cleared.revised(attributes=left)
    return family


def _said(family: Family) -> dict[str, str]:
    said = {
        **typed_texts("title", family.title),
        **typed_texts("description", family.description),
        "currency": family.currency,
        "tax_percent": _plain(family.tax_percent),
        "tax_class": family.tax_class or "",
        "base_days": str(family.lead.base_days),
        "combine": family.lead.combine,
    }
    for step in family.steps:
        said |= typed_texts(f"step.{step.code}", step.title)
    for code, attribute in family.attributes.items():
        said |= typed_texts(f"attribute.{code}", attribute.title) | {f"unit.{code}": attribute.unit}
    return said


def _tax_classes() -> list[tuple[str, str]]:
    """The classes with what each comes to in the countries that we deliver to."""
    names = {"standard": _("standard rate"), "reduced": _("reduced rate")}
    today = clock.today(settings.current().time_zone)
    rates = {
        each: ", ".join(f"{country} {rate} %" for country, rate in tax.abroad(each, today).items())
        for each in tax.CLASSES
    }
    return [
        ("", _("the same kind of rate as at home")),
        *((each, f"{names.get(each, each)}: {rates[each]}") for each in tax.CLASSES),
    ]


def _plain(number: Decimal) -> str:
    return format(number, "f")


def _page(page: Opened, entries: Entries, status: int = 200) -> Response:
    family = page.family
    used = {
        name: sum(1 for option in family.option_by_key.values() if name in option.attributes)
        for name in family.attributes
    }
    shown = room(
        "staff/catalogue/family.html",
        page,
        TAB,
        entries=entries,
        codes=languages_of(family.title),
        tax_classes=_tax_classes(),
        currencies=[(each, each) for each in dict.fromkeys((family.currency, *CURRENCIES))],
        groups_in={
            step.code: sum(1 for group in family.groups if group.step == step.code) for step in family.steps
        },
        used=used,
    )
    return make_response(shown, status)
