"""A level rises at once, falls with money that went back, and by time only on a day that was announced."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.rule_fault import RuleFault, Trouble
from webapp.relations.levels import level_rule
from webapp.relations.levels.level_rule import Goal
from webapp.relations.levels.level_standing import Counted, Known, Rung, Standing, Verdict, judged, leaves_on

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)
NOTICE = timedelta(days=30)
SILVER = Rung(1, 1, 24, (Goal(orders=2), Goal(paid=300_000)))
GOLD = Rung(2, 2, 24, (Goal(orders=3, paid=500_000),))


def order(day: date, paid: int = 100_000, **more: object) -> Counted:
    return Counted(f"N{day}", day, "EUR", paid, paid, **more)  # type: ignore[arg-type]


def standing(*orders: Counted) -> Standing:
    return Standing((SILVER, GOLD), orders, "EUR")


def judge(of: Standing, known: Known | None = None, today: date = TODAY) -> Verdict:
    return judged(of, known, today, NOTICE)


def held(rung: Rung, **more: object) -> Known:
    return Known(rung.id, rung.rank, BEFORE, **more)  # type: ignore[arg-type]


def test_a_rule_is_said_in_the_language_of_segments() -> None:
    assert level_rule.read("orders >= 2 or paid >= 3000.50", "EUR") == (Goal(2, 0), Goal(0, 300_050))
    assert level_rule.read("orders >= 2 and (paid >= 1000 or orders >= 5)", "EUR") == (
        Goal(2, 100_000),
        Goal(5, 0),
    )
    assert level_rule.read("orders >= 2 or (orders >= 3 and paid >= 1)", "EUR") == (Goal(2, 0),)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("builds >= 2", Trouble.NO_FACT),
        ("orders <= 2", Trouble.SHAPE),
        ("orders >= 2.5", Trouble.SHAPE),
        ("not orders >= 2", Trouble.SHAPE),
        ("if orders >= 2 then paid >= 5", Trouble.SHAPE),
        ("last_order > 2 days ago", Trouble.NO_FACT),
        ("orders >= 0", Trouble.FAR),
        ("orders >=", Trouble.ENDS),
        ("orders", Trouble.SHAPE),
    ],
)
def test_what_would_let_a_level_fall_by_ordering_more_is_no_rule(text: str, trouble: Trouble) -> None:
    with pytest.raises(RuleFault) as fault:
        level_rule.read(text, "EUR")
    assert fault.value.trouble is trouble


def test_only_what_is_paid_in_full_and_stays_counts() -> None:
    day = TODAY - timedelta(days=5)
    assert order(day).counts
    assert not Counted("1", day, "EUR", 100, 40).counts  # a deposit: paid, but no order yet
    assert Counted("1", day, "EUR", 100, 40).kept == 40
    assert not order(day, cancelled_at=BEFORE).counts
    assert not order(day, back=((BEFORE, 100_000),)).counts
    assert order(day, back=((BEFORE, 1_000),)).counts  # goodwill
    overpaid = Counted("1", day, "EUR", 100, 150, returned=50, back=((BEFORE, 50),))
    assert overpaid.counts
    assert overpaid.kept == 100
    assert order(day, cancelled_at=BEFORE).kept == 0  # not even a fee that we kept
    abroad = standing(Counted("1", day, "CHF", 900_000, 900_000), order(day))
    assert abroad.sums(24, TODAY) == Goal(2, 100_000)


def test_a_window_ends_by_the_calendar() -> None:
    assert leaves_on(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert leaves_on(date(2024, 11, 30), 3) == date(2025, 2, 28)
    edge = standing(order(date(2024, 11, 24)), order(date(2024, 11, 23)))
    assert edge.sums(24, TODAY).orders == 1
    assert edge.sums(24, TODAY - timedelta(days=1)).orders == 2


def test_it_rises_at_once_to_the_highest_level_that_is_reached() -> None:
    day = TODAY - timedelta(days=3)
    assert judge(standing(order(day))) == Verdict("", None, None)
    assert judge(standing(order(day), order(day))).level_id == SILVER.id
    most = judge(standing(*[order(day, 200_000) for _ in range(3)]), held(SILVER))
    assert (most.event, most.level_id) == ("reached", GOLD.id)
    assert most.look_on == leaves_on(day, 24) - NOTICE


def test_a_fall_by_time_is_announced_so_long_before_and_comes_on_that_day() -> None:
    old, new = date(2025, 1, 10), date(2026, 10, 1)
    mine = standing(order(old), order(new))
    falls = date(2027, 1, 10)
    assert judge(mine, held(SILVER)) == Verdict("", SILVER.id, falls - NOTICE)
    told = judge(mine, held(SILVER), falls - NOTICE)
    assert told == Verdict("announced", SILVER.id, falls, falls, None)
    announced = held(SILVER, falls_on=falls)
    assert judge(mine, announced, falls - timedelta(days=1)).event == ""
    assert judge(mine, announced, falls) == Verdict("fell", None, None)
    kept = judge(standing(order(old), order(new), order(new)), announced, falls - timedelta(days=9))
    assert (kept.event, kept.falls_on) == ("kept", None)


def test_a_worker_that_slept_announces_first_and_lets_it_fall_later() -> None:
    mine = standing(order(date(2024, 6, 1)), order(date(2026, 10, 1)))
    told = judge(mine, held(SILVER))
    assert (told.event, told.level_id, told.falls_on) == ("announced", SILVER.id, TODAY + NOTICE)
    again = judge(mine, held(SILVER, falls_on=TODAY + NOTICE), TODAY + timedelta(days=5))
    assert (again.event, again.falls_on) == ("", TODAY + NOTICE)
    late = judge(standing(order(date(2024, 12, 1)), order(date(2026, 10, 1))), held(SILVER))
    assert late.falls_on == TODAY + NOTICE  # it would leave in eight days: never less than the notice
    assert (
        judge(
            standing(order(date(2024, 12, 1)), order(date(2026, 10, 1))),
            held(SILVER, falls_on=TODAY + NOTICE),
            TODAY + timedelta(days=3),
        ).event
        == ""
    )


def test_a_harder_rule_is_announced_like_time() -> None:
    harder = Standing((Rung(1, 1, 24, (Goal(orders=9),)),), [order(TODAY), order(TODAY)], "EUR")
    assert judge(harder, held(SILVER)).event == "announced"
    closed = Standing((), [order(TODAY), order(TODAY)], "EUR")
    assert judge(closed, held(SILVER)) == Verdict(
        "announced", SILVER.id, TODAY + NOTICE, TODAY + NOTICE, None
    )


def test_money_that_goes_back_takes_the_level_along_at_once() -> None:
    day = TODAY - timedelta(days=10)
    cancelled = standing(order(day), order(day, cancelled_at=NOW))
    assert judge(cancelled, held(SILVER)) == Verdict("fell", None, None)
    given_back = standing(order(day), order(day, back=((NOW, 100_000),)))
    assert judge(given_back, held(SILVER)).event == "fell"
    # What was cancelled before anybody looked last took nothing away: then it is the rule or time.
    long_ago = standing(order(day), order(day, cancelled_at=BEFORE - timedelta(days=1)))
    assert judge(long_ago, held(SILVER)).event == "announced"


def test_how_far_the_next_level_is() -> None:
    mine = standing(order(TODAY, 120_000))
    above = mine.next_rung(None)
    assert above is SILVER
    sums = mine.sums(24, TODAY)
    assert [goal.lacking(sums) for goal in above.goals] == [Goal(1, 0), Goal(0, 180_000)]
    assert mine.next_rung(GOLD.id) is None
