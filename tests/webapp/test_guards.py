"""What is ill-formed, forged or framed does not get in."""

from collections.abc import Callable

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from webapp import guards


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/healthz?" + "a=b&" * 2100, 414),
        ("/" + "a" * 9000, 414),
        ("/healthz?" + "a=b&" * 1000, 400),
        ("/healthz?frame=%ff%fe", 400),
        ("/healthz?frame=%00", 400),
        ("/nothing%00", 400),
        ("/healthz?frame=%D1%81%D1%82%D0%B0%D0%BB%D1%8C", 200),
        ("/healthz?frame=50%", 200),
    ],
)
def test_ill_formed_addresses_are_refused_clearly(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_path_in_another_encoding_is_refused(client: FlaskClient) -> None:
    assert client.get("/", environ_overrides={"PATH_INFO": "/nothing\xff"}).status_code == 400


def test_no_text_with_a_nought_sign_gets_in(client: FlaskClient) -> None:
    assert client.post("/healthz", data={"name": "a\0b"}).status_code == 400


def test_too_large_a_form_is_refused(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/form", "form", lambda: "taken", methods=["POST"])
    assert client.post("/form", data={"name": "a" * 2_000_000}).status_code == 413


def test_every_answer_is_sealed(client: FlaskClient) -> None:
    for address in ("/healthz", "/nothing", "/static/site.css"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] != "no-referrer"
    assert "Strict-Transport-Security" not in headers
    assert "Strict-Transport-Security" in client.get("/healthz", base_url="https://shop.example").headers


def test_a_form_from_elsewhere_is_refused_kindly(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/form", "form", lambda: "taken", methods=["POST"])
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/form", data={"name": "value"})
    assert answer.status_code == 400
    assert "send the form once more" in answer.text


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch"}, False),
        ({"Sec-Fetch-Site": "none", "Referer": "http://localhost/"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Referer": "http://localhost/configure/bicycle"}, True),
        ({"Referer": "https://elsewhere.example/"}, False),
        ({"Referer": "http://localhost.elsewhere.example/"}, False),
        ({"Origin": "null"}, False),
        ({"Referer": "http://["}, False),
        ({}, False),
    ],
)
def test_a_click_on_our_own_page_is_told_from_the_rest(
    app: Flask, headers: dict[str, str], ours: bool
) -> None:
    with app.test_request_context("/", headers=headers):
        assert guards.from_our_own_page() is ours


def test_private_pages_are_kept_by_nobody(app: Flask) -> None:
    response = guards.kept_private(Response("private"))
    assert "no-store" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_a_proxy_is_believed_only_when_it_is_ours(new_app: Callable[..., Flask]) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    behind, alone = new_app(proxies=1).test_client(), new_app().test_client()
    assert "Strict-Transport-Security" in behind.get("/healthz", headers=headers).headers
    assert "Strict-Transport-Security" not in alone.get("/healthz", headers=headers).headers
