"""What was typed into a form of the catalogue desk: read field by field, each with its sentence where it is wrong."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from catalog.model import Texts
from catalog.money import decimal_text, minor_digits, minor_units
from webapp.account.build_form import new_token
from webapp.languages import LANGUAGES, language

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
MOST = 10**10  # minor units
LONGEST = 600
# Thousands may stand apart; the point and the comma both mean what comes after the whole.
AMOUNT = re.compile(r"([+\-−]?)((?:[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+|[0-9]{1,10})(?:[.,][0-9]{1,3})?)")


class Entries:
    """The fields of one form: what is in them, and what is wrong with each."""

    def __init__(self, said: Mapping[str, str] | None = None) -> None:
        self.said = dict(said or {})
        self.errors: dict[str, str] = {}
        self.token = self.said.get("token") or new_token()

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")

    def __contains__(self, name: str) -> bool:
        return name in self.said

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors)

    def wrong(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, sentence)

    def line(self, name: str, *, needed: bool = False, longest: int = LONGEST) -> str:
        """One line of text."""
        return self._measured(name, _tidy(" ".join(self[name].splitlines())), needed, longest)

    def paragraph(self, name: str, *, needed: bool = False, longest: int = LONGEST) -> str:
        """Text that may have several lines."""
        lines = "\n".join(_tidy(line) for line in self[name].splitlines()).strip("\n")
        return self._measured(name, lines, needed, longest)

    def texts(self, name: str, languages: list[str], *, needed: bool = False) -> Texts:
        """A text in each language; `needed`: in one at least."""
        found = {code: self.paragraph(f"{name}.{code}") for code in languages}
        given = {code: text[:LONGEST] for code, text in found.items() if text}
        if needed and not given:
            self.wrong(f"{name}.{languages[0]}", _("Please fill this in, in one language at least."))
            return Texts({languages[0]: "?"})
        return Texts(given)

    def code(self, name: str, taken: object = (), *, title: str = "") -> str:
        """A code, made of the title where it was left empty; `taken`: those that are in use."""
        code = self[name].strip().lower() or spelled(title)
        if not code:
            self.wrong(name, _("Please fill this in."))
        elif not CODE.fullmatch(code):
            self.wrong(
                name, _("A code consists of small Latin letters, digits and hyphens, at most 60 of them.")
            )
        elif code in taken:  # type: ignore[operator]
            self.wrong(name, _("This code is taken already."))
        return code

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number; an empty field is wrong."""
        found = self.maybe_whole(name, least, most)
        if found is None:
            self.wrong(name, _("Please fill this in."))
        return found or 0

    def maybe_whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number, None of an empty field."""
        text = re.sub(r"[\s\u00a0\u202f]", "", self[name]).replace("−", "-")
        if not text:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,12}", text) or not least <= int(text) <= most:
            self.wrong(
                name, _("A whole number between %(least)s and %(most)s, please.", least=least, most=most)
            )
            return None
        return int(text)

    def decimal(self, name: str, least: int, below: int) -> Decimal:
        try:
            found = Decimal(self[name].strip().replace(",", "."))
        except InvalidOperation:
            found = Decimal(below)
        if not (found.is_finite() and least <= found < below):
            self.wrong(
                name, _("A number from %(least)s to less than %(most)s, please.", least=least, most=below)
            )
            return Decimal(least)
        return found

    def amount(self, name: str, currency: str) -> int:
        """An amount in minor units; an empty field is nothing."""
        try:
            return amount_in(self[name], currency)
        except ValueError:
            self.wrong(name, not_an_amount(currency))
            return 0

    def day(self, name: str) -> date | None:
        """A day, None of an empty field."""
        text = self[name].strip()
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = date.min
        if not 2000 <= found.year <= 2200:
            self.wrong(name, _("Please choose a day."))
            return None
        return found

    def _measured(self, name: str, text: str, needed: bool, longest: int) -> str:
        if needed and not text:
            self.wrong(name, _("Please fill this in."))
        if len(text) > longest:
            self.wrong(name, _("At most %(most)d characters, please.", most=longest))
        return text


def _tidy(line: str) -> str:
    """Without doubled and outer spaces; those that keep words together stay."""
    return re.sub(r"[ \t]+", " ", line).strip(" \t")


def amount_in(text: str, currency: str) -> int:
    """The minor units of an amount with a decimal comma or point; nothing comes to 0. Raises ValueError."""
    text = text.strip()
    if not text:
        return 0
    found = AMOUNT.fullmatch(text)
    if not found:
        raise ValueError(text)
    whole = re.sub(r"[ \u00a0\u202f'’]", "", found[2]).replace(",", ".")
    amount = minor_units(("-" if found[1] in ("-", "−") else "") + whole, currency)
    if abs(amount) > MOST:
        raise ValueError(text)
    return amount


def amount_text(amount: int, currency: str) -> str:
    """An amount as it may be typed here."""
    text = decimal_text(amount, currency)
    return text.replace(".", ",") if language() == "ru" else text


def not_an_amount(currency: str) -> str:
    return _(
        "An amount looks like %(example)s.",
        example=amount_text(129_50 if minor_digits(currency) else 130, currency),
    )


def typed_texts(name: str, texts: Texts) -> dict[str, str]:
    """A text in all its languages, as a form holds it."""
    return {f"{name}.{code}": text for code, text in texts.root.items()}


def languages_of(texts: Texts) -> list[str]:
    """The languages that a family is written in: the site's, then whatever else its name has."""
    return [*LANGUAGES, *sorted(set(texts.root) - set(LANGUAGES))]


LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхцыэ", "abvgdeeziyklmnoprstufhcye", strict=True))
    | {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)


LONGEST_SPELLED = 40


def spelled(title: str) -> str:
    """A code that sounds like a title, empty where nothing of it can be written in Latin letters."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower().translate(LATIN)).strip("-")
    if len(words) <= LONGEST_SPELLED:
        return words
    whole, _dash, _rest = words[: LONGEST_SPELLED + 1].rpartition("-")
    return (whole or words)[:LONGEST_SPELLED]
