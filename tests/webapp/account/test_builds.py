"""Builds are kept without an account, shared by links, and outlive price changes."""

import html
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import func, select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    CHOICES,
    a_bicycle,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    publish,
    share_link,
)
from webapp.customers.touchpoint import Touchpoint
from webapp.sales.build import Build


def builds_in(shop: Flask) -> int:
    with database_of(shop).reading() as session:
        return session.exec(select(func.count()).select_from(Build)).one()


def test_a_mere_visit_sets_no_visitor_cookie(shopper: FlaskClient) -> None:
    shopper.get("/builds")
    assert shopper.get_cookie("visitor") is None


@on_both_databases
def test_a_saved_build_is_found_again_and_opens_by_its_private_link(
    shop: Flask, shopper: FlaskClient
) -> None:
    address = a_saved_build(shopper, "My daily ride")
    mine = shopper.get("/builds")
    assert "My daily ride" in mine.text
    assert mine.headers["Cache-Control"] == "private, no-store"  # it lists the private links
    page = a_shopper(shop).get(address)
    assert page.status_code == 200
    assert "My daily ride" in page.text
    assert 'data-then="55000" data-now="55000"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


@on_both_databases
def test_a_form_sent_twice_keeps_one_build(shop: Flask, shopper: FlaskClient) -> None:
    form = hidden(shopper.get(f"/builds/new/bike?{CHOICES}")) | {"name": "Mine"}
    first = shopper.post(f"/builds/new/bike?{CHOICES}", data=form)
    second = shopper.post(f"/builds/new/bike?{CHOICES}", data=form)
    assert first.location == second.location
    assert builds_in(shop) == 1


def test_a_build_needs_a_name(shopper: FlaskClient) -> None:
    form = hidden(shopper.get(f"/builds/new/bike?{CHOICES}")) | {"name": "  "}
    answer = shopper.post(f"/builds/new/bike?{CHOICES}", data=form)
    assert answer.status_code == 422
    assert "Give the build a name" in answer.text
    assert form["token"] in answer.text


def test_choices_that_clash_are_not_kept(shop: Flask, shopper: FlaskClient) -> None:
    clash = "frame=carbon&rack=rear"
    page = shopper.get(f"/builds/new/bike?{clash}")
    assert page.status_code == 409
    assert f"/configure/bike?{clash}" in html.unescape(page.text)
    assert shopper.post(f"/builds/new/bike?{clash}", data={"name": "x", "token": "t" * 20}).status_code == 409
    assert builds_in(shop) == 0


def test_a_stranger_sees_none_of_my_builds(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper, "Only mine")
    assert "Only mine" not in a_shopper(shop).get("/builds").text


@pytest.mark.parametrize("act", ["name", "change", "copies", "removal"])
def test_without_its_key_nobody_touches_a_build(shop: Flask, shopper: FlaskClient, act: str) -> None:
    address = a_saved_build(shopper)
    shared = share_link(shopper, address).removeprefix("/shared/")
    code = address.removeprefix("/builds/").split(".")[0]
    for key in (shared, code, f"{code}.0", f"{code}.0.forged", "1"):
        assert shopper.get(f"/builds/{key}").status_code == 404
        data = {"name": "x", "token": "t" * 20}
        assert shopper.post(f"/builds/{key}/{act}", data=data).status_code == 404
    assert shopper.get(f"/shared/{address.removeprefix('/builds/')}").status_code == 404


@on_both_databases
def test_a_build_can_be_renamed_duplicated_and_deleted(shop: Flask, shopper: FlaskClient) -> None:
    address = a_saved_build(shopper)
    assert shopper.post(f"{address}/name", data={"name": "Renamed"}).status_code == 303
    assert "<h1>Renamed</h1>" in shopper.get(address).text
    assert shopper.post(f"{address}/name", data={"name": " "}).status_code == 422
    token = {"token": "c" * 20}
    copy = shopper.post(f"{address}/copies", data=token).location
    assert shopper.post(f"{address}/copies", data=token).location == copy
    assert "<h1>Renamed (copy)</h1>" in shopper.get(copy).text
    assert shopper.post(f"{address}/removal").location == "/builds"
    assert shopper.get(address).status_code == 404
    assert shopper.get(copy).status_code == 200
    assert builds_in(shop) == 1


@on_both_databases
def test_changing_a_build_opens_the_configurator_and_saving_may_replace_it(
    shop: Flask, shopper: FlaskClient
) -> None:
    address = a_saved_build(shopper, "Mine")
    assert shopper.post(f"{address}/change").location == f"/configure/bike?{CHOICES}"
    changed = "model=gravel&rack=rear"
    page = shopper.get(f"/builds/new/bike?{changed}")
    assert "Replace “Mine”" in page.text
    unsaid = shopper.post(f"/builds/new/bike?{changed}", data=hidden(page) | {"name": "Mine"})
    assert unsaid.status_code == 422  # nothing is replaced unless they say so
    saved = shopper.post(f"/builds/new/bike?{changed}", data=hidden(page) | {"name": "Mine", "place": "same"})
    assert saved.location == address
    assert 'data-then="95000"' in shopper.get(address).text
    again = shopper.post(f"/builds/new/bike?{CHOICES}", data=hidden(page) | {"name": "Other", "place": "new"})
    assert again.location != address
    assert builds_in(shop) == 2


@on_both_databases
def test_a_shared_build_can_be_looked_at_and_copied_but_not_changed(
    shop: Flask, shopper: FlaskClient
) -> None:
    mine = a_saved_build(shopper, "Mine")
    friend = a_shopper(shop)
    link = share_link(shopper, mine)
    page = friend.get(link)
    assert page.status_code == 200
    assert mine not in page.text
    theirs = friend.post(f"{link}/copies", data=hidden(page)).location
    friend.post(f"{theirs}/name", data={"name": "Theirs"})
    assert "<h1>Mine</h1>" in shopper.get(mine).text
    assert "Theirs" in friend.get("/builds").text


def test_a_build_shows_the_price_then_and_now_and_what_changed(shop: Flask, shopper: FlaskClient) -> None:
    address = a_saved_build(shopper)
    publish(shop, a_bicycle(city="530.00"))
    page = shopper.get(address).text
    assert 'data-then="55000" data-now="58000"' in page
    assert "“City”: €500.00 then, €530.00 today" in page
    assert 'data-difference="3000"' in page
    assert "€550.00 when saved (+€30)" in shopper.get("/builds").text


def test_a_build_whose_option_is_gone_is_kept_and_says_so(shop: Flask, shopper: FlaskClient) -> None:
    address = a_saved_build(shopper)
    publish(shop, a_bicycle(without="rack.rear"))
    page = shopper.get(address).text
    assert 'data-change="gone"' in page
    assert "“Rear rack” is made no more" in page
    assert 'data-now=""' in page
    assert "/checkout/" not in page
    assert shopper.get("/builds").status_code == 200


def test_saving_is_a_touchpoint(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper)
    with database_of(shop).reading() as session:
        [act] = session.exec(select(Touchpoint).where(Touchpoint.kind == "save")).all()
    assert (act.family, act.version) == ("bike", 1)
    assert act.visitor


def test_names_are_shown_as_written(shopper: FlaskClient) -> None:
    address = a_saved_build(shopper, "<b>Ride & co</b>")
    assert "<h1>&lt;b&gt;Ride &amp; co&lt;/b&gt;</h1>" in shopper.get(address).text


@on_both_databases
def test_pressing_save_twice_at_once_keeps_one_build(shop: Flask, shopper: FlaskClient) -> None:
    form = hidden(shopper.get(f"/builds/new/bike?{CHOICES}")) | {"name": "Mine"}
    cookie = shopper.get_cookie("visitor")
    assert cookie

    def press(_number: int) -> str:
        hand = a_shopper(shop)
        hand.set_cookie("visitor", cookie.value)
        answer = hand.post(f"/builds/new/bike?{CHOICES}", data=form)
        assert answer.status_code == 303, answer.text
        return answer.location

    with ThreadPoolExecutor(8) as hands:
        assert len(set(hands.map(press, range(8)))) == 1
    assert builds_in(shop) == 1
