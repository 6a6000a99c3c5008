"""The worker puts on sale what a new day brings, and nothing that nobody could configure."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.model import Family
from tests.webapp.shopping import a_bicycle
from webapp.catalogues import version
from webapp.database import Database
from webapp.turnover import Turnover

EVE = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)  # half past eleven in Berlin
MIDNIGHT = EVE + timedelta(hours=1)


def published(database: Database, carbon: dict[str, str], steel: dict[str, str]) -> None:
    plain = a_bicycle().model_dump(mode="json")
    for option, dates in zip(plain["groups"][1]["options"], (steel, carbon), strict=True):
        option |= dates
    with database.writing() as session:
        version.publish(
            session, Family.model_validate(plain), author="Vera", at=EVE, today=date(2026, 11, 30)
        )


def on_sale(database: Database) -> tuple[int, str, list[str]]:
    """Number and author of the version on sale, and the rules that keep options from being sold."""
    with database.reading() as session:
        found = version.find(session, "bike")
        assert found
        rules = [
            rule.rule for rule in version.read(found.document).rules if rule.code.startswith("schedule-")
        ]
        return found.number, found.author, rules


def test_the_new_day_begins_at_the_shops_midnight(database: Database) -> None:
    published(database, carbon={"since": "2026-12-01"}, steel={})
    turnover = Turnover("Europe/Berlin")
    turnover(database, EVE)
    assert on_sale(database) == (1, "Vera", ["not frame.carbon"])
    for _ in range(2):
        turnover(database, MIDNIGHT)
    assert on_sale(database) == (2, "timetable", [])


def test_what_nobody_could_configure_is_not_published_and_is_told_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    published(database, carbon={"until": "2026-11-30"}, steel={"until": "2026-11-30"})
    turnover = Turnover("Europe/Berlin")
    for _ in range(2):
        turnover(database, MIDNIGHT)
    assert on_sale(database) == (1, "Vera", [])
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "bike cannot be sold as of 2026-12-01"
    ]


def test_an_option_out_of_season_is_no_reason_not_to_publish(database: Database) -> None:
    published(database, carbon={"until": "2026-11-30"}, steel={})
    Turnover("Europe/Berlin")(database, MIDNIGHT)
    assert on_sale(database) == (2, "timetable", ["not frame.carbon"])
