"""The private link can be mailed to oneself; a link that came into the wrong hands can be ended."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_saved_build, a_shopper, database_of, share_link
from webapp import clock
from webapp.outbox import OutboxLetter


def letters(shop: Flask) -> list[OutboxLetter]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(OutboxLetter)).all())


def form(number: int = 0, address: str = "me@example.com") -> dict[str, str]:
    return {"token": f"token-of-the-form-{number}", "email": address}


@on_both_databases
@pytest.mark.parametrize(("language", "word"), [("en", "Your build"), ("ru", "Ваша сборка")])
def test_the_private_link_is_mailed_in_the_readers_language(shop: Flask, language: str, word: str) -> None:
    shopper = a_shopper(shop, language)
    build = a_saved_build(shopper, "See http://bad.example now")
    for _double_click in range(2):
        assert shopper.post(f"{build}/letters", data=form()).location == build
    assert "me@example.com" in shopper.get(build).text
    [letter] = letters(shop)
    assert letter.recipient == "me@example.com"
    assert letter.subject.startswith(word)
    assert build in letter.text
    assert build in letter.html
    assert (
        "bad.example" not in letter.subject + letter.text + letter.html
    )  # nobody mails strangers their own words


def test_an_address_that_is_none_is_refused_and_kept(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    answer = shopper.post(f"{build}/letters", data=form(address="me at example"))
    assert answer.status_code == 422
    assert 'value="me at example"' in answer.text
    assert "An address looks like" in answer.text
    assert letters(shop) == []


@on_both_databases
def test_letters_are_limited_and_one_is_told_until_when(
    shop: Flask, shopper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = a_saved_build(shopper)
    for number in range(5):
        assert shopper.post(f"{build}/letters", data=form(number)).status_code == 303
    refused = shopper.post(f"{build}/letters", data=form(5, "ME@example.com"))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3000
    assert "You can send the next one in 60 minutes." in refused.text
    for number in range(5):
        assert (
            shopper.post(f"{build}/letters", data=form(10 + number, f"{number}@example.com")).status_code
            == 303
        )
    assert shopper.post(f"{build}/letters", data=form(20, "new@example.com")).status_code == 429
    assert len(letters(shop)) == 10
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert shopper.post(f"{build}/letters", data=form(30)).status_code == 303


@on_both_databases
def test_a_new_private_link_ends_the_old_one(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    shared = share_link(shopper, build)
    friend = a_shopper(shop)
    assert friend.get(build).status_code == 200
    new = shopper.post(f"{build}/private-link", data={"seen": "0"}).location.partition("#")[0]
    assert new != build
    again = shopper.post(f"{build}/private-link", data={"seen": "0"}).location  # a double click
    assert again.partition("#")[0] == new
    assert friend.get(build).status_code == 404
    assert friend.post(f"{build}/private-link", data={"seen": "1"}).status_code == 404
    assert "This is the new private link." in shopper.get(new).text
    assert shopper.get(build).status_code == 404
    assert friend.get(shared).status_code == 200
    assert new in shopper.get("/builds").text


@on_both_databases
def test_a_new_share_link_ends_the_old_one(shop: Flask, shopper: FlaskClient) -> None:
    build = a_saved_build(shopper)
    shared = share_link(shopper, build)
    for _double_click in range(2):
        answer = shopper.post(f"{build}/share-link", data={"seen": "0"})
        assert answer.location.partition("#")[0] == build
    friend = a_shopper(shop)
    assert friend.get(shared).status_code == 404
    new = share_link(shopper, build)
    assert friend.get(new).status_code == 200
    shopper.post(f"{build}/share-link", data={"seen": "1"})
    assert friend.get(new).status_code == 404


@pytest.mark.parametrize("act", ["letters", "private-link", "share-link"])
def test_links_are_for_whoever_has_the_private_one(shop: Flask, shopper: FlaskClient, act: str) -> None:
    build = a_saved_build(shopper)
    shared = share_link(shopper, build).removeprefix("/shared/")
    for key in (shared, "1", build.removeprefix("/builds/") + "x"):
        assert shopper.post(f"/builds/{key}/{act}", data=form() | {"seen": "0"}).status_code == 404
    if act != "letters":
        assert shopper.post(f"{build}/{act}").status_code == 422
    assert letters(shop) == []
