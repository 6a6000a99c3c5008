"""An answer is promised when somebody begins to wait, and what was kept of the promises is said as it was."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.databases import on_both_databases
from tests.webapp.relations.talking import a_thread, ours, theirs
from webapp.customers.colleague import Colleague
from webapp.customers.staff_role import Role
from webapp.database import Database
from webapp.relations.talk import answer_clock, answer_promise, answer_share, answer_wait, office_day, talk
from webapp.relations.talk.answer_share import ENOUGH, AnswerShare
from webapp.relations.talk.answer_wait import AnswerWait, Outcome
from webapp.relations.talk.working_hours import MIDNIGHT, PLAIN_WEEK, Span
from webapp.sales import calendar

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # four in the afternoon in Berlin
ZONE = "Europe/Berlin"
HOUR = timedelta(hours=1)
OWNER = Colleague(1, "Olga", "owner@example.com", (Role.OWNER,))


def promised(database: Database, *, at: datetime = MONDAY) -> answer_clock.Promise | None:
    with database.reading() as session:
        return answer_clock.promise(session, None, zone=ZONE, at=at)


@on_both_databases
def test_an_answer_is_promised_in_working_hours_that_the_owner_sets(database: Database) -> None:
    usual = promised(database)
    assert usual
    assert usual.by == datetime(2026, 11, 24, 14, 0, tzinfo=UTC), "two hours today, six tomorrow from nine on"
    with database.writing() as session:
        assert answer_promise.promise(session, 2, who=OWNER, at=MONDAY)
        assert not answer_promise.promise(session, 2, who=OWNER, at=MONDAY)
        assert office_day.set_week(session, {0: Span(8 * 60, 17 * 60), 3: Span(0, MIDNIGHT)})
        assert not office_day.set_week(session, {0: Span(8 * 60, 17 * 60), 3: Span(0, MIDNIGHT)})
        calendar.close(session, [datetime(2026, 11, 26, tzinfo=UTC).date()], "Stocktaking", is_public=False)
    by = promised(database)
    assert by
    assert by.by == datetime(2026, 11, 30, 8, 0, tzinfo=UTC), "one hour on Monday, one the Monday after"
    with database.writing() as session:
        office_day.set_week(session, PLAIN_WEEK)
        assert [each.hours for each in answer_promise.history(session)] == [2]
    assert promised(database) == answer_clock.Promise(datetime(2026, 11, 23, 17, 0, tzinfo=UTC), hours=2)


@on_both_databases
def test_each_wait_is_kept_until_it_is_answered_or_needs_no_answer(database: Database) -> None:
    promise = promised(database)
    with database.writing() as session:
        thread = a_thread(session, at=MONDAY, promise=promise)
        talk.say(session, thread, theirs("And in blue?"), at=MONDAY + HOUR, promise=promised(database))
        talk.say(session, thread, ours("Yes."), at=MONDAY + 2 * HOUR)
        talk.say(session, thread, ours("Gladly."), at=MONDAY + 3 * HOUR)
        talk.say(session, thread, theirs("Thank you"), at=MONDAY + 4 * HOUR, promise=promise)
        talk.close(session, thread, at=MONDAY + 5 * HOUR)
        talk.say(session, thread, theirs("One more thing"), at=MONDAY + 30 * HOUR, promise=promise)
        number = thread.id
    until = MONDAY + 31 * HOUR
    with database.reading() as session:
        waits = answer_wait.begun(session, since=MONDAY, at=until)
        outcomes = [each.wait.outcome(until) for each in waits]
        assert outcomes == [Outcome.LATE, Outcome.LET_GO, Outcome.IN_TIME]
        assert {each.wait.thread_id for each in waits} == {number}
        for outcome in Outcome:
            rows = answer_wait.begun(session, since=MONDAY, at=until, outcome=outcome)
            assert len(rows) == outcomes.count(outcome), "the database says it as the code does"
        assert answer_share.shares(session, at=until)[0] == AnswerShare(30, in_time=1, late=1, let_go=1)
        assert answer_share.shares(session, at=MONDAY + 60 * 24 * HOUR) == [
            AnswerShare(30, 0, 0),
            AnswerShare(90, 1, 1, let_go=1),
        ]


def a_wait(answered: timedelta | None = None, let_go: timedelta | None = None) -> AnswerWait:
    return AnswerWait(
        since=MONDAY,
        promised_by=MONDAY + HOUR,
        hours=1,
        answered_at=None if answered is None else MONDAY + answered,
        let_go_at=None if let_go is None else MONDAY + let_go,
    )


@pytest.mark.parametrize(
    ("wait", "after", "outcome"),
    [
        (a_wait(answered=HOUR), HOUR, Outcome.IN_TIME),
        (a_wait(answered=HOUR + timedelta(seconds=1)), 2 * HOUR, Outcome.LATE),
        (a_wait(), HOUR, Outcome.WAITING),
        (a_wait(), 2 * HOUR, Outcome.LATE),
        (a_wait(let_go=HOUR), 2 * HOUR, Outcome.LET_GO),
        (a_wait(let_go=2 * HOUR), 2 * HOUR, Outcome.LATE),  # closing what is late makes it no better
    ],
)
def test_late_is_late_however_it_ends(wait: AnswerWait, after: timedelta, outcome: Outcome) -> None:
    assert wait.outcome(MONDAY + after) is outcome


def test_a_share_is_rounded_down_and_not_said_of_few() -> None:
    assert AnswerShare(30, 49, 1).percent == 98
    assert AnswerShare(30, 999, 1).percent == 99
    assert not AnswerShare(30, ENOUGH - 1, 0, waiting=9, let_go=9).is_enough
    assert AnswerShare(30, 0, ENOUGH).is_enough
    assert AnswerShare(30, 0, 0).percent == 0
