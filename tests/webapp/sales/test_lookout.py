"""Each watch tells once that it has come true, whoever looks, and however often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, func, select, update

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, database_of, publish, texts
from webapp import outbox, settings, worker
from webapp.backoff import Backoff
from webapp.catalogues import published
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.outbox import Letter, OutboxLetter
from webapp.sales import build, lookout, watch
from webapp.sales.build import Build, copied
from webapp.sales.build_version import Cause
from webapp.sales.watch import Kind, Sighting, Watch

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
TODAY = date(2026, 12, 1)
WITHOUT_RACK = a_bicycle(without="rack.rear")


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    a_saved_build(a_shopper(app))
    return app


def the_build(session: Session) -> Build:
    return session.exec(select(Build)).one()


def a_watch(shop: Flask, kind: Kind, *, version: int = 1, holds: bool = False, **aim: Any) -> int:
    with database_of(shop).writing() as session:
        kept = the_build(session)
        fresh = watch.keep(
            session,
            Watch(
                build_id=kept.id or 0,
                token=f"{kind} {aim}"[:64],
                kind=kind.value,
                family="bike",
                language="en",
                set_at=NOW,
                holds=holds,
                checked_number=kept.latest_number,
                checked_version=version,
                checked_on=TODAY,
                **aim,
            ),
        )
        assert fresh.id is not None
        return fresh.id


def look_out(shop: Flask, at: datetime = NOW) -> None:
    with shop.app_context():
        worker.look_out(settings.current(), database_of(shop), at)


def sightings(shop: Flask) -> list[Sighting]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(Sighting).order_by(col(Sighting.id))))


def letters(shop: Flask) -> list[OutboxLetter]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(OutboxLetter)))


def slower() -> Family:
    """The same, but everything takes a month."""
    return Family.model_validate(a_bicycle().model_dump() | {"lead": {"base_days": 30, "combine": "largest"}})


def forgiving() -> Family:
    """The same without its rule."""
    return Family.model_validate(a_bicycle().model_dump() | {"rules": []})


RACK = {"option_group": "rack", "option": "rear", "option_title": texts("Rear rack", "Багажник")}


@on_both_databases
@pytest.mark.parametrize(
    ("kind", "aim", "untrue", "true", "total"),
    [
        (Kind.POSSIBLE, {}, WITHOUT_RACK, a_bicycle(city="510.00"), 56000),
        (Kind.CHEAPER, {"amount": 52000}, a_bicycle(city="470.00"), a_bicycle(city="469.99"), 51999),
        (Kind.DELIVERABLE, {"day": date(2026, 12, 18)}, slower(), a_bicycle(), 55000),
        (Kind.RETURNS, RACK, WITHOUT_RACK, a_bicycle(), None),
        (
            Kind.FITS,
            {"option_group": "frame", "option": "carbon"},
            a_bicycle(city="501.00"),
            forgiving(),
            None,
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_a_watch_tells_each_time_that_it_comes_true(
    shop: Flask, kind: Kind, aim: dict[str, Any], untrue: Family, true: Family, total: int | None
) -> None:
    a_watch(shop, kind, **aim)
    publish(shop, untrue)
    look_out(shop)
    assert sightings(shop) == []
    publish(shop, true)
    look_out(shop)
    look_out(shop)
    [first] = sightings(shop)
    assert first.total == total
    publish(shop, untrue)
    look_out(shop)
    assert len(sightings(shop)) == 1
    publish(shop, true)
    look_out(shop)
    assert len(sightings(shop)) == 2
    with database_of(shop).reading() as session:
        assert session.exec(select(Watch)).one().holds


@on_both_databases
def test_two_workers_at_once_tell_once(shop: Flask) -> None:
    for amount in range(60_000, 60_040):
        a_watch(shop, Kind.CHEAPER, amount=amount)
    publish(shop, a_bicycle(city="450.00"))
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: look_out(shop), range(8)))
    assert len(sightings(shop)) == 40


@on_both_databases
def test_a_worker_killed_before_it_has_noted_leaves_it_to_the_next(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_watch(shop, Kind.CHEAPER, amount=60_000, by_mail=True)
    a_customer(shop)
    publish(shop, a_bicycle(city="450.00"))
    note: Callable[..., int] = lookout.note

    class Killed(BaseException):
        pass

    def killed(*args: Any, **named: Any) -> int:
        note(*args, **named)
        raise Killed

    monkeypatch.setattr(lookout, "note", killed)
    with pytest.raises(Killed):
        look_out(shop)
    assert (sightings(shop), letters(shop)) == ([], [])
    monkeypatch.undo()
    look_out(shop)
    assert (len(sightings(shop)), len(letters(shop))) == (1, 1)


@on_both_databases
def test_who_looked_under_an_older_version_changes_nothing(shop: Flask) -> None:
    a_watch(shop, Kind.CHEAPER, amount=60_000)
    publish(shop, a_bicycle(city="450.00"))
    database = database_of(shop)
    with database.reading() as session:
        [slow] = lookout.overdue(session, {"bike": 2}, TODAY)
        newer = published.version(session.connection(), "bike", 2)
        assert newer is not None
        cheaper = lookout.found(lookout.Lookout(), slow, newer, None, TODAY)
    publish(shop, a_bicycle(city="700.00"))
    look_out(shop)
    assert cheaper.has_come_true
    with database.writing() as session:
        assert lookout.note(session, [cheaper], {}, TODAY, at=NOW) == 0
    assert sightings(shop) == []


@on_both_databases
def test_what_the_owner_changed_by_hand_is_no_news(shop: Flask) -> None:
    publish(shop, WITHOUT_RACK)
    a_watch(shop, Kind.POSSIBLE, version=2)
    with database_of(shop).writing() as session:
        kept = the_build(session)
        parts = [part for part in kept.latest.parts if part["group"] != "rack"]
        change = copied(kept.latest) | {"choices": ["model.city"], "parts": parts}
        build.change(session, kept, change, Cause.REPAIRED, at=NOW)
    publish(shop, a_bicycle(city="600.00"))
    look_out(shop)
    assert sightings(shop) == []
    with database_of(shop).reading() as session:
        looked = session.exec(select(Watch)).one()
        assert (looked.holds, looked.checked_number, looked.checked_version) == (True, 2, 3)


@on_both_databases
def test_days_pass_and_the_last_one_is_the_last_look(shop: Flask) -> None:
    a_watch(shop, Kind.DELIVERABLE, day=date(2026, 12, 18), holds=True)
    look_out(shop)
    with database_of(shop).reading() as session:
        assert session.exec(select(Watch)).one().checked_on == TODAY
    look_out(shop, NOW + timedelta(days=10))
    with database_of(shop).reading() as session:
        looked = session.exec(select(Watch)).one()
        assert (looked.holds, looked.checked_on) == (False, date(2026, 12, 11))
        assert len(lookout.overdue(session, {"bike": 1}, date(2026, 12, 30))) == 1
    look_out(shop, NOW + timedelta(days=29))
    with database_of(shop).reading() as session:
        assert lookout.overdue(session, {"bike": 1}, date(2027, 1, 5)) == []
    assert sightings(shop) == []


def a_customer(shop: Flask, *, agrees: bool = True) -> int:
    """The owner of the build has an account."""
    with database_of(shop).writing() as session:
        known = customer.proven(session, "anna@example.com", language="en", at=NOW)
        session.flush()
        assert known.id is not None
        session.execute(update(Build).values(owner=known.owner))
        if agrees:
            consent.give(session, known.id, Purpose.BUILD_LETTERS, language="en", at=NOW)
        return known.id


@on_both_databases
def test_a_letter_leaves_with_the_sighting_where_it_was_agreed_to(shop: Flask) -> None:
    a_customer(shop)
    a_watch(shop, Kind.CHEAPER, amount=60_000, by_mail=True)
    a_watch(shop, Kind.CHEAPER, amount=59_000)
    publish(shop, a_bicycle(city="450.00"))
    look_out(shop)
    look_out(shop)
    assert len(sightings(shop)) == 2
    [letter] = letters(shop)
    assert letter.recipient == "anna@example.com"
    assert letter.subject == "“Mine” costs €500.00 now, less than €600.00."
    assert "/builds/" in letter.text


@on_both_databases
@pytest.mark.parametrize("at_the_last_moment", [True, False])
def test_without_the_consent_nothing_is_written(
    shop: Flask, monkeypatch: pytest.MonkeyPatch, at_the_last_moment: bool
) -> None:
    number = a_customer(shop)
    a_watch(shop, Kind.CHEAPER, amount=60_000, by_mail=True)
    publish(shop, a_bicycle(city="450.00"))

    def withdraw() -> None:
        with database_of(shop).writing() as session:
            consent.withdraw(session, number, Purpose.BUILD_LETTERS, at=NOW)

    written = worker._letters

    def withdrawn_after(*args: Any) -> Any:
        done = written(*args)
        assert done
        return done

    if at_the_last_moment:
        # Between the letter's writing and the transaction that would send it.
        note: Callable[..., int] = lookout.note

        def too_late(session: Session, *args: Any, **named: Any) -> int:
            consent.withdraw(session, number, Purpose.BUILD_LETTERS, at=NOW)
            return note(session, *args, **named)

        monkeypatch.setattr(worker, "_letters", withdrawn_after)
        monkeypatch.setattr(lookout, "note", too_late)
    else:
        withdraw()
    look_out(shop)
    assert len(sightings(shop)) == 1, "the page tells it all the same"
    assert letters(shop) == []


@on_both_databases
@pytest.mark.parametrize("given_up", [True, False])
def test_a_letter_that_still_waits_does_not_leave_once_its_reader_has_said_no(
    shop: Flask, given_up: bool
) -> None:
    number = a_customer(shop)
    a_watch(shop, Kind.CHEAPER, amount=60_000, by_mail=True)
    publish(shop, a_bicycle(city="450.00"))
    look_out(shop)
    [waiting] = letters(shop)
    with database_of(shop).writing() as session:
        outbox.put(session, Letter("anna@example.com", "en", "Your order", "…", "…"), at=NOW)
        if given_up:
            outbox.failed(session, waiting.id or 0, "550 no such user", for_good=True, at=NOW)
    with database_of(shop).writing() as session:
        consent.withdraw(session, number, Purpose.BUILD_LETTERS, at=NOW)
    with database_of(shop).writing() as session:  # by a worker that had it in hand
        outbox.failed(session, waiting.id or 0, "no answer", for_good=False, at=NOW)
        outbox.sent(session, waiting.id or 0, at=NOW)
    assert [letter.subject for letter in letters(shop)] == ["Your order"]


def test_a_guest_is_written_to_by_nobody(shop: Flask) -> None:
    a_watch(shop, Kind.CHEAPER, amount=60_000, by_mail=True)
    publish(shop, a_bicycle(city="450.00"))
    look_out(shop)
    assert (len(sightings(shop)), letters(shop)) == (1, [])


def test_a_letter_that_cannot_be_written_keeps_no_sighting_back(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_customer(shop)
    a_watch(shop, Kind.CHEAPER, amount=60_000, by_mail=True)
    a_watch(shop, Kind.CHEAPER, amount=61_000, by_mail=True)
    publish(shop, a_bicycle(city="450.00"))
    written = worker.sightings.letter

    def stumbles(session: Session, finding: Any, *about: Any) -> Any:
        if finding.watch.amount == 60_000:
            raise ValueError
        return written(session, finding, *about)

    monkeypatch.setattr(worker.sightings, "letter", stumbles)
    look_out(shop)
    assert (len(sightings(shop)), len(letters(shop))) == (2, 1)


@on_both_databases
def test_each_configuration_is_looked_at_once_however_many_watch_it(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database_of(shop).writing() as session:
        build_id = the_build(session).id or 0
        session.add_all(
            Watch(
                build_id=build_id,
                token=str(number),
                kind=Kind.FITS.value if number % 2 else Kind.CHEAPER.value,
                family="bike",
                option_group="frame",
                option="carbon",
                amount=number,
                language="en",
                set_at=NOW,
                holds=False,
                checked_number=1,
                checked_version=1,
                checked_on=TODAY,
            )
            for number in range(1200)
        )
    publish(shop, a_bicycle(city="450.00"))
    asked: list[str] = []
    for place, name in ((lookout.as_it_was, "total"), (lookout, "_fits")):
        whole = getattr(place, name)

        def counted(*args: Any, whole: Any = whole, name: str = name) -> Any:
            asked.append(name)
            return whole(*args)

        monkeypatch.setattr(place, name, counted)
    look_out(shop)
    assert sorted(asked) == ["_fits", "total"]
    with database_of(shop).reading() as session:
        assert lookout.overdue(session, {"bike": 2}, TODAY) == []
        assert (
            session.exec(select(func.count()).select_from(Watch).where(Watch.checked_version == 2)).one()
            == 1200
        )


@on_both_databases
def test_the_same_watch_is_set_once(shop: Flask) -> None:
    numbers = {a_watch(shop, Kind.CHEAPER, amount=5) for _ in range(3)}
    assert len(numbers) == 1
    with database_of(shop).reading() as session:
        news = watch.sightings_of(session, the_build(session).owner)
    assert news == []


@on_both_databases
def test_news_are_told_until_they_are_seen(shop: Flask) -> None:
    a_watch(shop, Kind.CHEAPER, amount=60_000)
    publish(shop, a_bicycle(city="450.00"))
    look_out(shop)
    with database_of(shop).writing() as session:
        owner, number = the_build(session).owner, the_build(session).id or 0
        [news] = watch.sightings_of(session, owner)
        assert watch.sightings_of(session, "somebody else") == []
        watch.seen(session, [news.sighting.id or 0], at=NOW)
    with database_of(shop).reading() as session:
        assert watch.sightings_of(session, owner) == []
        assert len(watch.sightings_in(session, number)) == 1


def test_a_watch_that_cannot_be_looked_at_is_tried_later_and_later(
    shop: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a_watch(shop, Kind.CHEAPER, amount=60_000)
    publish(shop, a_bicycle(city="450.00"))
    tries: list[datetime] = []
    whole = lookout.found

    def stumbles(*args: Any) -> Any:
        tries.append(at)
        raise RuntimeError

    monkeypatch.setattr(lookout, "found", stumbles)
    stumbled = Backoff()
    with shop.app_context():
        for seconds in range(0, 1_800, 5):
            at = NOW + timedelta(seconds=seconds)
            worker.look_out(settings.current(), database_of(shop), at, stumbled=stumbled)
        assert [(each - NOW) / timedelta(minutes=1) for each in tries] == [0, 1, 6, 21]
        assert len([line for line in caplog.records if "could not be looked at" in line.message]) == 1
        monkeypatch.setattr(lookout, "found", whole)
        publish(shop, a_bicycle(city="440.00"))  # which may be what it waited for
        worker.look_out(settings.current(), database_of(shop), at, stumbled=stumbled)
    assert len(sightings(shop)) == 1
