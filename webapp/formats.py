"""Amounts and days as people of each language write them."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from babel.core import Locale
from babel.dates import format_date, format_interval
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol
from flask import Flask
from flask_babel import get_locale, get_timezone

from catalog.money import minor_digits

MINUS = "\N{MINUS SIGN}"


class MoneyStyle(NamedTuple):
    """How one language writes one currency, looked up once: a page holds hundreds of amounts."""

    digits: int
    group: str
    decimal: str
    before: str
    after: str

    def write(self, amount: int, signed: bool, short: bool) -> str:
        whole, part = divmod(abs(amount), 10**self.digits)
        text = f"{whole:,}".replace(",", self.group)
        if self.digits and (part or not short):
            text += f"{self.decimal}{part:0{self.digits}}"
        sign = MINUS if amount < 0 else "+" if signed and amount > 0 else ""
        return f"{sign}{self.before}{text}{self.after}"


def install(app: Flask) -> None:
    app.jinja_env.filters.update(money=money, difference=difference, day=day, day_range=day_range)


def money(amount: int, currency: str, short: bool = False) -> str:
    """1299.50 EUR as "1 299,50 €" or "€1,299.50", from minor units; `short`: without cents where there are none."""
    return _money_style(str(get_locale()), currency).write(amount, signed=False, short=short)


def difference(amount: int, currency: str) -> str:
    """A difference with its sign, without cents where there are none: "+410 €", "−40 €"."""
    return _money_style(str(get_locale()), currency).write(amount, signed=True, short=True)


def day(when: date) -> str:
    """A day, as in "12 декабря 2026 г."; a moment is taken in the reader's time zone."""
    if isinstance(when, datetime):
        when = when.astimezone(get_timezone())
    return format_date(when, "long", locale=get_locale())


def day_range(first: date, last: date) -> str:
    """Two days in one breath: "12–18 дек."."""
    return format_interval(first, last, "MMMd", locale=get_locale())


@lru_cache(maxsize=256)
def _money_style(language: str, currency: str) -> MoneyStyle:
    locale = Locale.parse(language)
    symbol = get_currency_symbol(currency, locale)
    before, after = (part.replace("\N{CURRENCY SIGN}", symbol) for part in _affixes(locale))
    return MoneyStyle(
        minor_digits(currency),
        get_group_symbol(locale),
        get_decimal_symbol(locale),
        before,
        after,
    )


def _affixes(locale: Locale) -> tuple[str, str]:
    pattern = locale.currency_formats["standard"]
    return pattern.prefix[0], pattern.suffix[0]
