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

    def money(self, amount: int, short: bool = False) -> str:
        return self._write(amount, "", short)

    def difference(self, amount: int) -> str:
        return self._write(amount, "+" if amount > 0 else "", short=True)

    def _write(self, amount: int, plus: str, short: bool) -> str:
        whole, part = divmod(abs(amount), 10**self.digits)
        text = f"{whole:,}".replace(",", self.group)
        if self.digits and (part or not short):
            text += f"{self.decimal}{part:0{self.digits}}"
        return f"{MINUS if amount < 0 else plus}{self.before}{text}{self.after}"


def install(app: Flask) -> None:
    app.jinja_env.filters.update(money=money, difference=difference, day=day, day_range=day_range)


def money(amount: int, currency: str, short: bool = False) -> str:
    """1299.50 EUR as "1 299,50 €" or "€1,299.50", from minor units; `short`: without cents where there are none."""
    return money_style(str(get_locale()), currency).money(amount, short)


def difference(amount: int, currency: str) -> str:
    """A difference with its sign, without cents where there are none: "+410 €", "−40 €"."""
    return money_style(str(get_locale()), currency).difference(amount)


def day(when: date) -> str:
    """A day, as in "12 декабря 2026 г."; a moment is taken in the reader's time zone."""
    if isinstance(when, datetime):
        when = when.astimezone(get_timezone())
    return format_date(when, "long", locale=get_locale())


def day_range(first: date, last: date) -> str:
    """Two days in one breath: "12–18 дек."."""
    return _day_range(first, last, str(get_locale()))


@lru_cache(maxsize=1024)
def _day_range(first: date, last: date, language: str) -> str:
    return format_interval(first, last, "MMMd", locale=language)


@lru_cache(maxsize=256)
def money_style(language: str, currency: str) -> MoneyStyle:
    """How a language, such as "ru", writes a currency."""
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
