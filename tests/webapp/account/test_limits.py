"""How often one place may save and order, and what it is told after that."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.shopping import (
    CHOICES,
    a_bicycle,
    a_placed_order,
    a_saved_build,
    a_shopper,
    checkout,
    hidden,
    publish,
    the_form,
)
from webapp import clock


def a_strict_shop(new_app: Callable[..., Flask]) -> Flask:
    app = new_app(saves_per_hour=3, orders_per_hour=2)
    publish(app, a_bicycle())
    return app


def saves(client: FlaskClient, name: str) -> tuple[int, str]:
    form = hidden(client.get(f"/builds/new/bike?{CHOICES}")) | {"name": name, "place": "new"}
    answer = client.post(f"/builds/new/bike?{CHOICES}", data=form)
    return answer.status_code, answer.text


def test_who_saves_too_often_is_told_when_to_go_on_and_others_are_not_bothered(
    new_app: Callable[..., Flask],
) -> None:
    app = a_strict_shop(new_app)
    with time_machine.travel(clock.now(), tick=False) as moment:
        hasty = a_shopper(app)
        assert [saves(hasty, str(number))[0] for number in range(3)] == [303] * 3
        status, page = saves(a_shopper(app), "From the same place")  # another cookie is the same place
        assert status == 429
        assert "You can try again in 60 minutes." in page
        elsewhere = a_shopper(app)
        elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.9"
        assert saves(elsewhere, "Elsewhere")[0] == 303
        moment.shift(timedelta(minutes=59, seconds=30))
        refused = hasty.post(f"{a_link_of(hasty)}/copies", data={"token": "c" * 20})
        assert refused.status_code == 429
        assert "You can try again in 1 minute." in refused.text
        assert refused.headers["Retry-After"] == "30"
        moment.shift(timedelta(minutes=1))
        assert saves(hasty, "Later")[0] == 303


def test_going_back_and_forth_between_versions_counts_as_saving(new_app: Callable[..., Flask]) -> None:
    hasty = a_shopper(a_strict_shop(new_app))
    build = a_saved_build(hasty)
    form = hidden(hasty.get("/builds/new/bike?model=gravel")) | {"name": "Mine", "place": "same"}
    assert hasty.post("/builds/new/bike?model=gravel", data=form).status_code == 303
    assert hasty.post(f"{build}/versions/1/restoration").status_code == 303
    assert hasty.post(f"{build}/versions/2/restoration").status_code == 429
    assert 'data-version="4"' not in hasty.get(build).text


def test_orders_are_limited_too_and_a_form_sent_twice_counts_once(new_app: Callable[..., Flask]) -> None:
    app = a_strict_shop(new_app)
    hasty = a_shopper(app)
    form = the_form(hasty)
    assert checkout(hasty, form).status_code == 303
    for _ in range(5):
        assert checkout(hasty, form).status_code == 303  # the order that there is
    a_placed_order(hasty)
    refused = checkout(hasty, the_form(hasty))
    assert refused.status_code == 429
    assert "You can try again in" in refused.text
    assert "Retry-After" in refused.headers


def test_what_is_refused_keeps_nothing(new_app: Callable[..., Flask]) -> None:
    app = a_strict_shop(new_app)
    hasty = a_shopper(app)
    for number in range(3):
        a_saved_build(hasty, f"Build {number}")
    saves(hasty, "One too many")
    assert "One too many" not in hasty.get("/builds").text


def a_link_of(client: FlaskClient) -> str:
    """The private link of a build that is there."""
    page = client.get("/builds").text
    return page.partition('<h3><a href="')[2].partition('"')[0]
