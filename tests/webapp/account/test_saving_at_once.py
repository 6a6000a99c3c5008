"""Whoever saves one build at the same moment: nobody's version is lost, and the later one is told."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_saved_build, a_shopper, database_of, hidden
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion

WAYS = [
    f"model={model}&frame=steel{rack}"
    for model in ("city", "gravel")
    for rack in ("", "&rack=rear", "&rack=front", "&rack=none")
]


def choices_in(shop: Flask) -> list[list[str]]:
    """What each version says, of the only build."""
    with database_of(shop).reading() as session:
        assert len(session.exec(select(Build)).all()) == 1
        versions = session.exec(select(BuildVersion).order_by(col(BuildVersion.number))).all()
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        return [version.choices for version in versions]


@on_both_databases
def test_eight_hands_that_save_at_once_make_eight_versions(shop: Flask, shopper: FlaskClient) -> None:
    a_saved_build(shopper, choices="model=gravel&frame=carbon")
    cookie = shopper.get_cookie("visitor")
    assert cookie

    def save(choices: str) -> str:
        hand = a_shopper(shop)
        hand.set_cookie("visitor", cookie.value)
        form = hidden(hand.get(f"/builds/new/bike?{choices}")) | {"name": "Mine", "place": "same"}
        answer = hand.post(f"/builds/new/bike?{choices}", data=form)
        assert answer.status_code == 303, answer.text
        return answer.location

    with ThreadPoolExecutor(8) as hands:
        assert len(set(hands.map(save, WAYS))) == 1
    said = [["=".join(name.split(".")) for name in names] for names in choices_in(shop)]
    assert sorted("&".join(names) for names in said[1:]) == sorted(WAYS)
