"""Birthdays as customers say them: a day and a month, and the year only if they like."""

from datetime import date
from typing import NamedTuple

TRAIT = "birthday"
ANY_YEAR = 2000  # a leap year: who was born on 29 February may say so
OLDEST = 120  # years


class Birthday(NamedTuple):
    """A day of the year. `year`: None where they keep it to themselves."""

    month: int
    day: int
    year: int | None = None

    @property
    def code(self) -> str:
        """As it is kept: "1984-12-24", or "--12-24" without the year."""
        year = f"{self.year:04}" if self.year else "-"
        return f"{year}-{self.month:02}-{self.day:02}"


def read(code: str) -> Birthday | None:
    """What a code says; None where it is none."""
    try:
        year, month, day = code.replace("--", "0000-", 1).split("-")
        return Birthday(int(month), int(day), int(year) or None)
    except ValueError:
        return None


def said(day: str, month: str, year: str, *, today: date) -> Birthday | None:
    """The birthday of what somebody typed; None where there is no such day, or it is not past."""
    if not all(each.isascii() and each.isdecimal() and len(each) <= 4 for each in (day, month, year or "0")):
        return None
    try:
        born = date(int(year or ANY_YEAR), int(month), int(day))
    except ValueError:
        return None
    if year and not (today.year - OLDEST <= born.year and born < today):
        return None
    return Birthday(born.month, born.day, born.year if year else None)
