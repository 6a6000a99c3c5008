"""Amounts and days are written as people of each language write them."""

import re
from datetime import date

import pytest
from babel.numbers import format_currency
from flask import Flask
from flask_babel import force_locale

from catalog.money import minor_digits
from webapp import translations
from webapp.formats import day, day_range, difference, money
from webapp.languages import CATALOGUES
from webapp.translations import FOLDER

NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("currency", ["EUR", "RUB", "USD", "JPY", "CHF", "KWD"])
@pytest.mark.parametrize("amount", [0, 5, 99, 100, 129_950, 123_456_789])
def test_amounts_look_as_unicode_has_agreed(app: Flask, language: str, currency: str, amount: int) -> None:
    with app.app_context(), force_locale(language):
        expected = format_currency(amount / 10 ** minor_digits(currency), currency, locale=language)
        assert money(amount, currency) == expected


def test_differences_have_a_sign_and_no_idle_cents(app: Flask) -> None:
    with app.app_context(), force_locale("ru"):
        assert difference(41_000, "EUR") == f"+410{NBSP}€"
        assert difference(-4_050, "EUR") == f"{MINUS}40,50{NBSP}€"
        assert difference(0, "EUR") == f"0{NBSP}€"
    with app.app_context(), force_locale("en"):
        assert difference(-129_900, "EUR") == f"{MINUS}€1,299"


def test_no_sentence_ends_with_two_full_stops() -> None:
    """Days in Russian end with one of their own: "12–18 дек.", "12 декабря 2026 г."."""
    for name in CATALOGUES:
        for message in translations.read(FOLDER / name / "ru" / "LC_MESSAGES" / "messages.po"):
            texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            for text in texts:
                assert not re.search(r"%\(days?\)s\.", str(text)), text


def test_days(app: Flask) -> None:
    with app.app_context(), force_locale("ru"):
        assert day(date(2026, 12, 12)) == f"12 декабря 2026{NARROW}г."
        assert day_range(date(2026, 12, 12), date(2026, 12, 18)).replace("\N{THIN SPACE}", "") == "12–18 дек."
    with app.app_context(), force_locale("en"):
        assert day(date(2026, 12, 12)) == "December 12, 2026"
