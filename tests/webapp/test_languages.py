"""A reader gets their language: as chosen, else as the browser asks, else the shop's own."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import translations
from webapp.languages import local


def language_of(client: FlaskClient, accept: str = "") -> str:
    text = client.get("/nothing", headers={"Accept-Language": accept}).text
    return text.partition('<html lang="')[2][:2]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("ru", "ru"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5", "en"),
        ("de", "ru"),
        ("", "ru"),
        ("*;;q=x", "ru"),
    ],
)
def test_the_browser_is_believed_at_first(app: Flask, accept: str, language: str) -> None:
    assert language_of(app.test_client(), accept) == language


def test_a_choice_is_remembered(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/language/en?next=/configure/bicycle?frame=steel")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/configure/bicycle?frame=steel"
    assert language_of(client, "ru") == "en"


def test_a_language_that_we_do_not_speak_is_not_there(client: FlaskClient) -> None:
    assert client.get("/language/xx").status_code == 404


def test_the_shop_may_speak_another_language_by_itself(new_app: Callable[..., Flask]) -> None:
    assert language_of(new_app(language="en").test_client()) == "en"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/a\r\nSet-Cookie: x",
        "//[",
    ],
)
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert local(address) == "/"


def test_no_text_lacks_its_translation() -> None:
    assert list(translations.missing()) == []


def test_a_change_of_language_keeps_the_address_that_htmx_has_moved_on_to(client: FlaskClient) -> None:
    answer = client.get(
        "/language/ru?next=/configure/bike", headers={"Referer": "http://localhost/configure/bike?rack=rear"}
    )
    assert answer.location == "/configure/bike?rack=rear"


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("http://localhost/builds", "/builds"),
        ("http://localhost//evil.example/", "/"),
        ("http://localhost", "/about"),
        ("http://[", "/about"),
    ],
)
def test_an_odd_page_to_go_back_to_does_no_harm(client: FlaskClient, referer: str, location: str) -> None:
    assert client.get("/language/ru?next=/about", headers={"Referer": referer}).location == location


def test_a_foreign_page_is_not_gone_back_to(client: FlaskClient) -> None:
    answer = client.get("/language/ru?next=/builds", headers={"Referer": "https://elsewhere.example/x"})
    assert answer.location == "/builds"
