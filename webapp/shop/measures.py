"""Amounts of attributes and resources, as people write them."""

from functools import lru_cache

from babel.numbers import format_decimal
from babel.units import format_unit
from flask_babel import get_locale

from webapp.shop import bp

# unit of a document -> CLDR's name, and the larger unit with how many make one of it
UNITS = {
    "g": ("mass-gram", "mass-kilogram", 1000),
    "kg": ("mass-kilogram", None, 1),
    "mm": ("length-millimeter", None, 1),
    "cm": ("length-centimeter", None, 1),
    "W": ("power-watt", None, 1),
}


@bp.app_template_filter()
def measure(amount: int, unit: str) -> str:
    """14200 g as "14,2 кг"; a unit that nobody translates stays as it is written."""
    return _measure(amount, unit, str(get_locale()))


@lru_cache(maxsize=4096)
def _measure(amount: int, unit: str, language: str) -> str:
    name, larger, many = UNITS.get(unit, (None, None, 1))
    number: float = amount
    if larger and abs(amount) >= many:
        name, number = larger, round(amount / many, 1)
    if name:
        return format_unit(number, name, "short", locale=language)
    return f"{format_decimal(number, locale=language)}\N{NO-BREAK SPACE}{unit}".strip()


@bp.app_template_filter()
def unit_sign(unit: str) -> str:
    """A document's unit as readers write it: "g" as "г"; one that nobody translates stays as it is written."""
    name = UNITS[unit][0] if unit in UNITS else None
    # The bare names of units are whole words in English; beside an amount they are signs everywhere.
    return format_unit(1, name, "short", locale=get_locale()).split()[-1] if name else unit
