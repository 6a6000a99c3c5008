"""The current build is kept from the first click, with the way back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from tests.databases import on_both_databases
from webapp.customers.touchpoint import Kind, Touchpoint
from webapp.database import Database
from webapp.sales import current_build
from webapp.sales.current_build import TRAIL_LENGTH, TRAIL_SIZE, shortened, walked

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VISITOR = "a-visitor"


@pytest.fixture
def click(database: Database) -> Callable[..., list[str]]:
    def click(address: str, pick: tuple[str, str] = ("frame", "steel"), **more: Any) -> list[str]:
        with database.writing_rows() as connection:
            return current_build.record(connection, VISITOR, "bike", 1, address, pick, NOW, **more)

    return click


@on_both_databases
def test_each_click_makes_the_way_back_one_step_longer(
    click: Callable[..., list[str]], database: Database
) -> None:
    assert click("frame=steel") == [""]
    assert click("frame=steel&rack=rear") == ["", "frame=steel"]
    with database.reading() as session:
        [kept] = current_build.of(session, VISITOR)
    assert (kept.address, kept.trail) == ("frame=steel&rack=rear", ["", "frame=steel"])


@on_both_databases
def test_going_back_makes_it_shorter_again(click: Callable[..., list[str]]) -> None:
    click("frame=steel")
    click("frame=steel&rack=rear")
    assert click("frame=steel", kind=Kind.UNDO) == [""]
    assert click("", kind=Kind.UNDO) == []


@on_both_databases
def test_a_click_on_an_option_that_is_out_leaves_the_build_as_it_was(
    click: Callable[..., list[str]], database: Database
) -> None:
    click("rack=rear", ("rack", "rear"))
    trail = click("rack=rear", ("frame", "carbon"), kind=Kind.BLOCKED)
    assert trail == [""]
    with database.reading() as session:
        acts = session.exec(select(Touchpoint).order_by(Touchpoint.id)).all()  # type: ignore[arg-type]
    assert [(act.kind, act.option_group, act.option) for act in acts] == [
        ("pick", "rack", "rear"),
        ("blocked", "frame", "carbon"),
    ]


def test_a_click_on_somebody_elses_page_loses_neither_build(click: Callable[..., list[str]]) -> None:
    click("frame=steel")
    assert click("frame=carbon&rack=front", before=["frame=carbon"]) == ["", "frame=steel", "frame=carbon"]


@on_both_databases
def test_a_click_costs_three_statements_and_one_commit(
    click: Callable[..., list[str]], database: Database
) -> None:
    click("frame=steel")
    statements, commits = [], []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    def commit(_connection: object) -> None:
        commits.append(1)

    engine: Engine = database.engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", commit)
    click("frame=steel&rack=rear")
    assert len([each for each in statements if not each.startswith("BEGIN")]) == 3
    assert len(commits) == 1


def test_two_families_are_made_side_by_side(database: Database) -> None:
    with database.writing_rows() as connection:
        current_build.record(connection, VISITOR, "bike", 1, "frame=steel", None, NOW)
        current_build.record(connection, VISITOR, "desk", 1, "top=oak", None, NOW.replace(hour=10))
    with Session(database.engine) as session:
        assert [kept.family for kept in current_build.of(session, VISITOR)] == ["desk", "bike"]
        assert current_build.of(session, "somebody else") == []


def test_the_way_back_has_an_end() -> None:
    steps = [str(number) for number in range(TRAIL_LENGTH + 10)]
    assert shortened(steps) == steps[10:]
    long = ["x" * 5000] * 10
    assert sum(map(len, shortened(long))) <= TRAIL_SIZE


def test_a_refresh_is_no_step() -> None:
    assert walked("b", ["a"], "b") == ["a"]
