"""What cannot be done is said kindly, in the form and the language that were asked for."""

import logging

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 410, 413, 414, 418, 429, 500, 501, 503])
def test_each_error_has_a_page_with_a_way_on(app: Flask, client: FlaskClient, code: int) -> None:
    app.add_url_rule("/broken", "broken", lambda: abort(code))
    answer = client.get("/broken")
    assert answer.status_code == code
    assert f'data-status="{code}"' in answer.text
    assert 'href="/"' in answer.text


def test_htmx_gets_a_sentence_beside_the_page_that_stays(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.status_code == 404
    assert answer.text.strip().startswith('<div id="problem"')
    assert answer.headers["HX-Retarget"] == "#problem"
    assert "<html" not in answer.text
    assert {"HX-Request", "HX-Request-Type"} <= set(answer.vary)


def test_a_program_gets_json(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept": "application/json"})
    assert answer.get_json()["error"]["status"] == 404


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    assert "Такой страницы нет" in client.get("/nothing", headers={"Accept-Language": "ru"}).text
    assert "There is no such page" in client.get("/nothing", headers={"Accept-Language": "en"}).text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    assert "GET" in client.post("/healthz").headers["Allow"]


def test_what_breaks_is_written_down_and_not_shown(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("a secret detail")

    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    assert "a secret detail" in caplog.text


def test_a_database_that_does_not_answer_is_a_pause_and_no_breakdown(app: Flask, client: FlaskClient) -> None:
    def locked() -> str:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    app.add_url_rule("/locked", "locked", locked)
    answer = client.get("/locked")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
