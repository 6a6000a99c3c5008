"""Each save of a changed build is a version that one can look at, go back to and branch off from."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, database_of, hidden, publish

CARBON = "model=gravel&frame=carbon&rack=front"


def save_changed(client: FlaskClient, build: str, choices: str, name: str = "Mine") -> str:
    """Opens the build, changes it to these choices and saves it; what the next page says."""
    client.post(f"{build}/change")
    page = client.get(f"/builds/new/bike?{choices}")
    answer = client.post(f"/builds/new/bike?{choices}", data=hidden(page) | {"name": name, "place": "same"})
    assert answer.location == build, answer.text
    return client.get(build).text


def totals(page: str) -> list[tuple[int, int]]:
    """Number and total of the versions listed on a page."""
    found = re.findall(r'data-version="(\d+)" data-total="(\d+)"', page)
    return [(int(number), int(total)) for number, total in found]


@contextmanager
def statements(shop: Flask) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = database_of(shop).engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@on_both_databases
def test_a_changed_build_is_a_new_version_that_says_what_it_changed(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper)
    page = save_changed(shopper, build, CARBON)
    assert "Saved. This is version 2." in page
    assert totals(page) == [(2, 124000), (1, 55000)]
    effects = re.findall(r'data-difference="(\w+)" data-effect="(-?\d+)"', page)
    assert effects == [("replaced", "40000"), ("replaced", "30000"), ("replaced", "-1000")]
    assert 'data-rise="69000"' in page
    assert "“Carbon” instead of “Steel”" in page
    assert "+5 days" in page


@on_both_databases
def test_saving_what_has_not_changed_makes_no_version(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    assert totals(save_changed(shopper, build, "model=city&rack=rear", name="Renamed")) == [(1, 55000)]


@on_both_databases
def test_one_goes_back_to_any_version_and_forth_again(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    save_changed(shopper, build, CARBON)
    assert "This is the current version." not in shopper.get(f"{build}/versions/1").text
    for _twice in range(2):  # a double click goes back once
        assert shopper.post(f"{build}/versions/1/restoration").location == build
    page = shopper.get(build).text
    assert totals(page) == [(3, 55000), (2, 124000), (1, 55000)]
    assert "an earlier version, taken up again" in page
    shopper.post(f"{build}/versions/2/restoration")
    assert totals(shopper.get(build).text)[0] == (4, 124000)


@on_both_databases
def test_the_current_build_follows_a_version_that_is_taken_up_again(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper)
    save_changed(shopper, build, CARBON)
    shopper.post(f"{build}/versions/1/restoration")
    assert 'href="/configure/bike?model=city&amp;rack=rear"' in shopper.get("/").text
    other = a_saved_build(shopper, "Other", "model=gravel")  # now that one is being changed
    shopper.post(f"{build}/versions/2/restoration")
    assert 'href="/configure/bike?model=gravel"' in shopper.get("/").text
    assert other != build


@on_both_databases
def test_a_version_stays_as_it_was_when_the_catalogue_moves_on(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    publish(shop, a_bicycle(city="530.00", without="rack.rear"))
    page = shopper.get(f"{build}/versions/1").text
    assert "Rear rack" in page
    assert 'data-total="55000"' in page
    page = save_changed(shopper, build, "model=city")
    assert totals(page) == [(2, 53000), (1, 55000)]
    effects = re.findall(r'data-difference="(\w+)" data-effect="(-?\d+)"', page)
    assert effects == [("priced", "3000"), ("gone", "-5000")]


@on_both_databases
def test_a_branch_starts_from_any_version_under_a_name_of_its_own(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    save_changed(shopper, build, CARBON)
    asked = shopper.get(f"{build}/versions/1")
    assert 'value="Mine (version 1)"' in asked.text
    form = hidden(asked) | {"name": "The cheap one"}
    branch = shopper.post(f"{build}/versions/1/branches", data=form).location
    assert shopper.post(f"{build}/versions/1/branches", data=form).location == branch
    page = shopper.get(branch).text
    assert "<h1>The cheap one</h1>" in page
    assert totals(page) == [(1, 55000)]
    assert f'href="{build}/versions/1" data-branched-from' in page
    assert f'href="{branch}" data-branch' in shopper.get(build).text
    assert shopper.post(f"{build}/versions/1/branches", data=form | {"name": " "}).status_code == 422
    shopper.post(f"{build}/removal")
    assert "data-branched-from" not in shopper.get(branch).text


def test_the_private_link_of_a_branch_gives_nobody_that_of_the_other(
    shop: Flask, shopper: FlaskClient
) -> None:
    build = a_saved_build(shopper)
    form = hidden(shopper.get(f"{build}/versions/1")) | {"name": "For a friend"}
    branch = shopper.post(f"{build}/versions/1/branches", data=form).location
    friend = a_shopper(shop)
    assert build not in friend.get(branch).text
    assert branch not in friend.get(build).text


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999", "x"])
def test_a_version_that_is_not_there_is_not_found(shopper: FlaskClient, number: str) -> None:
    build = a_saved_build(shopper)
    assert shopper.get(f"{build}/versions/{number}").status_code == 404
    assert shopper.post(f"{build}/versions/{number}/restoration").status_code == 404
    form = {"token": "t" * 20, "name": "x"}
    assert shopper.post(f"{build}/versions/{number}/branches", data=form).status_code == 404


@on_both_databases
def test_whoever_saves_later_is_told_what_came_between(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    desktop = a_shopper(shop)
    desktop.post(f"{build}/change")
    save_changed(shopper, build, "model=gravel")
    page = desktop.get("/builds/new/bike?model=city&rack=front")
    assert 'data-came-between="2"' in page.text
    form = hidden(page) | {"name": "Mine", "place": "same"}
    assert desktop.post("/builds/new/bike?model=city&rack=front", data=form).location == build
    page = desktop.get(build)
    assert "Version 2 was saved meanwhile" in page.text
    assert totals(page.text) == [(3, 54000), (2, 90000), (1, 55000)]


def test_two_tabs_that_save_one_after_the_other_lose_nothing(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    shopper.post(f"{build}/change")
    forms = {
        choices: hidden(shopper.get(f"/builds/new/bike?{choices}")) | {"name": "Mine", "place": "same"}
        for choices in ("model=gravel", "model=city")
    }
    shopper.post("/builds/new/bike?model=gravel", data=forms["model=gravel"])
    assert "saved meanwhile" not in shopper.get(build).text
    shopper.post("/builds/new/bike?model=city", data=forms["model=city"])
    page = shopper.get(build).text
    assert "Version 2 was saved meanwhile" in page
    assert [number for number, _ in totals(page)] == [3, 2, 1]


def test_a_long_history_takes_no_more_statements(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    pages = (build, f"{build}/versions", f"{build}/versions/1")
    counts = []
    for _round in range(2):
        for page in pages:
            with statements(shop) as asked:
                shopper.get(page)
            counts.append(len(asked))
        for number in range(30):
            shopper.post(f"{build}/versions/{1 + number % 2}/restoration")
            save_changed(shopper, build, f"model={('city', 'gravel')[number % 2]}&frame=steel")
    assert counts[: len(pages)] == counts[len(pages) :]
    first = totals(shopper.get(f"{build}/versions").text)
    assert len(first) == 20
    older = shopper.get(f"{build}/versions?before={first[-1][0]}").text
    assert totals(older)[0][0] == first[-1][0] - 1
    assert shopper.get(f"{build}/versions?before=1").status_code == 200
    assert shopper.get(f"{build}/versions?before=99999999999999999999").status_code == 200


def test_a_rename_is_confirmed(shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    shopper.post(f"{build}/name", data={"name": "Sunday"})
    assert "The build is called “Sunday” now." in shopper.get(build).text
