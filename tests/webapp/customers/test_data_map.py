"""What the shop says about data is what its tables and its code are."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from tests.databases import on_both_databases
from tests.webapp.customers.somebody import ANNA, BEN, settle
from webapp import tables  # noqa: F401  every table is declared
from webapp.customers import data_kind, legal_ground, processing, recipient, retention
from webapp.customers.column_words import AMOUNTS, COLUMN_WORDS
from webapp.customers.cookie import COOKIES
from webapp.customers.data_map import TABLES
from webapp.customers.kept_table import Erased, Mailed, Named, Of
from webapp.database import Database
from webapp.languages import LANGUAGES

# Columns whose names say that people stand in them. In a table about nobody they need a reason.
OF_PEOPLE = re.compile(
    r"^(owner|visitor|customer.*|email|recipient|phone|street|postcode|buyer|writer|device)$"
)
OF_COLLEAGUES = {"staff_members", "staff_acts", "staff_sessions", "staff_invitations", "staff_recovery_codes"}


def test_every_table_is_on_the_map() -> None:
    """Whoever adds a table says here whether it is about people, how they take it away, and how it is erased."""
    assert set(TABLES) == set(SQLModel.metadata.tables)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_says_what_becomes_of_it(name: str) -> None:
    kept, table = TABLES[name], SQLModel.metadata.tables[name]
    columns = {column.name for column in table.columns}
    assert {link.column for link in kept.links} <= columns
    assert set(kept.blank) <= columns
    if not kept.is_personal:
        assert kept.why, "say why it is about nobody"
        if name not in OF_COLLEAGUES:
            assert [column for column in sorted(columns) if OF_PEOPLE.match(column)] == []
        return
    assert set(kept.title) == set(LANGUAGES)
    assert kept.kind in data_kind.ALL
    assert bool(kept.blank) is (kept.erased in (Erased.BLANKED, Erased.CLOSED))
    if kept.erased is Erased.KEPT:
        assert kept.why
        # What stays may say whose it is only by the row that it belongs to.
        assert not any(isinstance(link, Named | Mailed) for link in kept.links)
    if kept.erased is Erased.WITH:
        parents = [link.table for link in kept.links if isinstance(link, Of)]
        fates = {TABLES[parent].erased for parent in parents}
        assert fates & {Erased.DELETED, Erased.WITH}
        keys = {
            key.column.table.name: key.ondelete for column in table.columns for key in column.foreign_keys
        }
        assert all(keys[parent] == "CASCADE" for parent in parents)
    assert set(COLUMN_WORDS) & (columns - set(kept.hidden)), "people would see an empty row"


def test_what_is_said_is_said_in_every_language() -> None:
    said = [
        *(
            words
            for kind in data_kind.ALL
            for words in (kind.title, kind.what, kind.why, kind.until or kind.why)
        ),
        *(words for use in processing.ALL for words in (use.title, use.words)),
        *processing.POWERS.values(),
        *(period.since for period in retention.ALL),
        *(words for each in recipient.ALL for words in (each.title, each.gets)),
        *(words for each in COOKIES for words in (each.when, each.why)),
        *(ground.words for kind in data_kind.ALL for ground in kind.grounds),
        *COLUMN_WORDS.values(),
    ]
    for words in said:
        assert set(words) == set(LANGUAGES)
        assert all(words.values())
    assert set(COLUMN_WORDS) >= AMOUNTS


def test_nothing_is_kept_without_an_end_a_ground_and_a_use() -> None:
    used = {kind.code for use in processing.ALL for kind in use.uses}
    for kind in data_kind.ALL:
        assert kind.until or kind.periods
        assert kind.grounds
        assert any(kept.kind is kind for kept in TABLES.values())
        proves = legal_ground.PROOF in kind.grounds
        assert kind.code in used or proves
    assert {period.code for kind in data_kind.ALL for period in kind.periods} == {
        one.code for one in retention.ALL
    }
    assert {one.code for kind in data_kind.ALL for one in kind.recipients} == {
        one.code for one in recipient.ALL
    }


def test_years_are_counted_from_the_end_of_the_year() -> None:
    placed = datetime(2026, 3, 1, tzinfo=UTC)
    assert not placed < retention.ACCOUNTS.before(datetime(2034, 12, 31, 23, tzinfo=UTC))
    assert placed < retention.ACCOUNTS.before(datetime(2035, 1, 1, tzinfo=UTC))


def test_no_period_of_the_worker_stands_anywhere_but_in_one_place() -> None:
    code = (Path(__file__).resolve().parents[3] / "webapp" / "sweeping.py").read_text()
    assert "timedelta" not in code
    swept = re.findall(r"\.(?:sweep|throw_away)\([^()]*(?:\([^()]*\)[^()]*)*\)", code)
    assert len(swept) > 8
    assert all("retention." in each for each in swept)


@on_both_databases
def test_everybody_finds_their_own_rows_and_nobody_elses(database: Database) -> None:
    with database.writing() as session:
        hers, his = settle(session, ANNA), settle(session, BEN)
    with database.reading() as session:
        for name, kept in TABLES.items():
            if kept.is_personal:
                shown = [column for column in hers[name] if column not in kept.hidden]
                for who, made in ((ANNA, hers), (BEN, his)):
                    (row,) = who.person.rows(session, name)
                    assert list(row) == shown
                    keys = SQLModel.metadata.tables[name].primary_key.columns.keys()
                    assert all(row[key] == made[name][key] for key in keys if key in row)
