"""What has days is sold on them: at each boundary the next version follows by itself, once."""

from datetime import UTC, date, datetime
from typing import Any

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.conftest import a_stool
from webapp.catalogues import draft, timetable, version
from webapp.database import Database

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def dated(**low: Any) -> Family:
    plain = a_stool().model_dump(mode="json")
    plain["groups"][0]["options"][0] |= low
    plain["groups"][0]["options"].append({"code": "high", "title": {"en": "High", "ru": "Высокий"}})
    return Family.model_validate(plain)


def turned(database: Database, today: date) -> list[int]:
    """The numbers of the versions that a look at the timetable made."""
    with database.reading() as session:
        due = timetable.due(session, today)
    made = []
    for each in due:
        with database.writing() as session:
            if found := timetable.turn(session, each, today, at=AT):
                made.append(found.number)
    return made


@on_both_databases
def test_at_each_boundary_the_next_version_follows_once(database: Database) -> None:
    family = dated(prices=[{"price": 3900, "since": "2026-12-01", "until": "2026-12-31"}])
    with database.writing() as session:
        version.publish(session, family, author="Vera", at=AT, today=NOVEMBER)
    assert turned(database, NOVEMBER) == []
    assert turned(database, DECEMBER) == [2]
    assert turned(database, DECEMBER) == []
    assert turned(database, date(2027, 1, 1)) == [3]
    with database.reading() as session:
        documents = [version.find(session, "stool", number) for number in (1, 2, 3)]
        families = [version.read(each.document) for each in documents if each]
    assert [each.groups[0].options[0].price for each in families] == [4900, 3900, 4900]
    assert families[2] == families[0]


@on_both_databases
def test_a_draft_is_begun_from_the_plan_not_from_the_day(database: Database) -> None:
    family = dated(until="2026-11-30", prices=[{"price": 3900, "since": "2026-12-01"}])
    with database.writing() as session:
        made, _ = version.publish(session, family, author="Vera", at=AT, today=DECEMBER)
        assert version.read(made.document).rules
        begun = draft.begin(session, "stool", who="Vera", at=AT)
    assert draft.document(begun) == family


@on_both_databases
def test_who_published_meanwhile_is_not_overtaken(database: Database) -> None:
    family = dated(prices=[{"price": 3900, "since": "2026-12-01"}])
    with database.writing() as session:
        version.publish(session, family, author="Vera", at=AT, today=NOVEMBER)
    with database.reading() as session:
        [due] = timetable.due(session, DECEMBER)
    with database.writing() as session:
        version.publish(session, a_stool(), author="Boris", at=AT)
    with database.writing() as session:
        assert timetable.turn(session, due, DECEMBER, at=AT) is None
    assert turned(database, DECEMBER) == []
