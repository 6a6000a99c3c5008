"""German public holidays of a year, to be proposed to staff: nothing is closed that they have not closed."""

from datetime import date, timedelta
from typing import NamedTuple


class Holiday(NamedTuple):
    """A public holiday by its German name; `everywhere`: in all of Germany, else only in the states named."""

    day: date
    name: str
    states: str = ""

    @property
    def everywhere(self) -> bool:
        return not self.states


def german(year: int) -> list[Holiday]:
    """The public holidays of all German states, in the order of their days (as the states' laws stand in 2026)."""
    easter = easter_sunday(year)

    def after(days: int) -> date:
        return easter + timedelta(days=days)

    # The Wednesday before 23 November.
    repentance = date(year, 11, 22) - timedelta(days=(date(year, 11, 22).weekday() - 2) % 7)
    return sorted(
        [
            Holiday(date(year, 1, 1), "Neujahr"),
            Holiday(date(year, 1, 6), "Heilige Drei Könige", "BW, BY, ST"),
            Holiday(date(year, 3, 8), "Internationaler Frauentag", "BE, MV"),
            Holiday(after(-2), "Karfreitag"),
            Holiday(after(1), "Ostermontag"),
            Holiday(date(year, 5, 1), "Tag der Arbeit"),
            Holiday(after(39), "Christi Himmelfahrt"),
            Holiday(after(50), "Pfingstmontag"),
            Holiday(after(60), "Fronleichnam", "BW, BY, HE, NW, RP, SL"),
            Holiday(date(year, 8, 15), "Mariä Himmelfahrt", "BY, SL"),
            Holiday(date(year, 9, 20), "Weltkindertag", "TH"),
            Holiday(date(year, 10, 3), "Tag der Deutschen Einheit"),
            Holiday(date(year, 10, 31), "Reformationstag", "BB, HB, HH, MV, NI, SH, SN, ST, TH"),
            Holiday(date(year, 11, 1), "Allerheiligen", "BW, BY, NW, RP, SL"),
            Holiday(repentance, "Buß- und Bettag", "SN"),
            Holiday(date(year, 12, 25), "1. Weihnachtstag"),
            Holiday(date(year, 12, 26), "2. Weihnachtstag"),
        ]
    )


def easter_sunday(year: int) -> date:
    """J. Meeus, "Astronomical Algorithms" (1991), chapter 8: Easter in the Gregorian calendar."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1)
