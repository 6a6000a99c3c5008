"""An import of customers in words: what columns hold, what is wrong with rows, what became of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.customers.consent import Purpose
from webapp.customers.wording import wording
from webapp.languages import language
from webapp.relations.importing.customer_import import (
    Choice,
    CustomerImport,
    CustomerImportRow,
    Outcome,
    State,
)
from webapp.relations.importing.customer_list import ASKED, Column, Entry, Fault

COLUMNS = {
    Column.EMAIL.value: lazy_gettext("E-mail"),
    Column.NAME.value: lazy_gettext("Name, or first name"),
    Column.SURNAME.value: lazy_gettext("Surname"),
    Column.PHONE.value: lazy_gettext("Telephone"),
    Column.LANGUAGE.value: lazy_gettext("Language"),
    Column.HOW.value: lazy_gettext("How a consent was given"),
}
FAULTS = {
    Fault.NO_EMAIL.value: lazy_gettext("There is no e-mail address. Add one: an account needs it."),
    Fault.BAD_EMAIL.value: lazy_gettext("This is no e-mail address. Correct it, as in name@example.com."),
    Fault.LONG.value: lazy_gettext(
        "Something is too long: a name has at most 100 signs, a telephone number 30, how 200."
    ),
    Fault.TWICE.value: lazy_gettext("The same address stands further up. Leave one of the rows."),
    Fault.NO_HOW.value: lazy_gettext(
        "It does not say how the consent was given: without that there are no letters."
    ),
    Fault.BAD_DAY.value: lazy_gettext(
        "The day of the consent is not understood. Write it as 2026-03-31 or 31.03.2026."
    ),
    Fault.FUTURE.value: lazy_gettext("The day of the consent is yet to come: it is not taken over."),
    Fault.BAD_LANGUAGE.value: lazy_gettext(
        "We do not write in this language: the one chosen for all is taken."
    ),
}
OUTCOMES = {
    Outcome.NEW.value: lazy_gettext("New"),
    Outcome.UPDATED.value: lazy_gettext("Filled in"),
    Outcome.SKIPPED.value: lazy_gettext("Known already, left as they are"),
    Outcome.FAULTY.value: lazy_gettext("Not taken in"),
    Outcome.UNCLEAR.value: lazy_gettext("Like several customers, not taken in"),
    Outcome.UNDONE.value: lazy_gettext("Taken back"),
    Outcome.STAYS.value: lazy_gettext("Stays: something was built on it"),
}
STATES = {
    State.MAPPING.value: lazy_gettext("to be checked"),
    State.RUNNING.value: lazy_gettext("at work"),
    State.DONE.value: lazy_gettext("done"),
    State.UNDOING.value: lazy_gettext("being taken back"),
    State.UNDONE.value: lazy_gettext("taken back"),
}
CHOICES = {
    Choice.SKIP.value: lazy_gettext("leave them as they are"),
    Choice.UPDATE.value: lazy_gettext("fill in what is missing of them"),
    Choice.NEW.value: lazy_gettext("make new accounts, but for addresses that have one"),
}
UNREADABLE = {
    "empty": lazy_gettext(
        "There are no rows in this file. It needs a line of headings and at least one row."
    ),
    "large": lazy_gettext("This file is larger than 8 MB. Divide it."),
    "long": lazy_gettext("There are more than 10,000 rows. Divide the file."),
    "wide": lazy_gettext("There are more than 60 columns. Leave out those that are not needed."),
    "broken": lazy_gettext("This file cannot be read as a table. Save it as CSV and try again."),
}
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1251": "Windows-1251", "utf-16": "UTF-16"}
DELIMITERS = {",": lazy_gettext("comma"), ";": lazy_gettext("semicolon"), "\t": lazy_gettext("tab")}


class Told(NamedTuple):
    """One row of which there is something to say."""

    line: int
    said: str
    outcome: str
    words: list[str]
    customer_id: int | None


class Judged(NamedTuple):
    """What a file would come to, before it is started."""

    good: int
    faulty: int
    known: int
    consents: int
    told: list[Told]
    sample: list[Entry]


def columns() -> Mapping[str, str]:
    """What a column may hold, with the consents by their titles."""
    given = {one.value: _("When given: %(title)s", title=_title(one)) for one in ASKED}
    return {name: str(title) for name, title in COLUMNS.items()} | given


def judged(entries: Sequence[tuple[int, Entry]], known: set[str], *, most: int) -> Judged:
    odd = [(line, one) for line, one in entries if one.faults]
    told = [Told(line, one.email or one.name, "", words(one.faults), None) for line, one in odd[:most]]
    good = [one for _line, one in entries if one.is_taken]
    return Judged(
        len(good),
        len(entries) - len(good),
        sum(one.email in known for one in good),
        sum(bool(one.consents) for one in good),
        told,
        good[:5],
    )


def told(rows: Sequence[CustomerImportRow]) -> list[Told]:
    return [
        Told(
            row.line,
            row.email or next(filter(None, row.cells), ""),
            str(OUTCOMES.get(row.outcome, "")),
            words(row.faults),
            row.customer_id,
        )
        for row in rows
    ]


def words(faults: Sequence[str]) -> list[str]:
    return [str(FAULTS[each]) for each in faults if each in FAULTS]


def state(one: CustomerImport) -> str:
    return str(STATES[one.state])


def _title(purpose: Purpose) -> str:
    return wording(purpose).title[language()]
