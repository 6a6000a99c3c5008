"""What a customer allows, in which words, and that a withdrawal acts at once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.databases import on_both_databases
from webapp.customers import consent, customer
from webapp.customers.consent import WORDINGS, Purpose
from webapp.database import Database
from webapp.languages import LANGUAGES

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERS = Purpose.BUILD_LETTERS

# The words that people have agreed to. Whoever changes a word makes a new edition.
AGREED = {
    ("personalisation", "2026-11"): "3d0ee6",
    ("personalisation", "2026-11-23"): "0bf19d",
    ("personalisation", "2026-11-24"): "9b7ff5",
    ("build-letters", "2026-11"): "cfdc8b",
    ("news-letters", "2026-11"): "61d38a",
    ("care-letters", "2026-11"): "19fceb",
    ("event-letters", "2026-11"): "ded103",
    ("calls", "2026-11"): "e31f70",
    ("messenger", "2026-11"): "4ed8bf",
}


@pytest.fixture
def anna(database: Database) -> int:
    with database.writing() as session:
        return customer.proven(session, "anna@example.com", language="en", at=NOW).id or 0


@on_both_databases
def test_a_consent_holds_until_it_is_withdrawn_and_leaves_its_receipt(database: Database, anna: int) -> None:
    edition = consent.wording(LETTERS).edition
    with database.writing() as session:
        assert not consent.holds(session, anna, LETTERS)
        consent.give(session, anna, LETTERS, edition, language="ru", at=NOW)
        assert consent.holds(session, anna, LETTERS)
        consent.withdraw(session, anna, LETTERS, at=NOW + timedelta(days=1))
        assert not consent.holds(session, anna, LETTERS)
        consent.give(session, anna, LETTERS, edition, language="en", at=NOW + timedelta(days=2))
    with database.reading() as session:
        again, first = consent.receipts(session, anna)
        assert (first.language, first.edition, first.channel) == ("ru", edition, "site")
        assert first.withdrawn_at == NOW + timedelta(days=1)
        assert again.withdrawn_at is None
        assert first.wording is consent.wording(LETTERS)


@on_both_databases
def test_what_is_sent_twice_is_given_once(database: Database, anna: int) -> None:
    def gives(_number: int) -> None:
        with database.writing() as session:
            consent.give(session, anna, LETTERS, consent.wording(LETTERS).edition, language="en", at=NOW)

    with ThreadPoolExecutor(6) as hands:
        list(hands.map(gives, range(6)))
    with database.reading() as session:
        assert len(consent.receipts(session, anna)) == 1


def test_nobody_agrees_to_words_that_never_were(database: Database, anna: int) -> None:
    with database.writing() as session, pytest.raises(LookupError):
        consent.give(session, anna, LETTERS, "1999-01", language="en", at=NOW)


def test_the_words_of_an_edition_never_change() -> None:
    now = {}
    for purpose, editions in WORDINGS.items():
        for one in editions:
            assert set(one.words) == set(one.title) == set(LANGUAGES)
            said = "\n".join(one.words[language] for language in sorted(one.words))
            now[purpose.value, one.edition] = hashlib.sha256(said.encode()).hexdigest()[:6]
    assert now == AGREED
