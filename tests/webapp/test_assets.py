"""Static files have lasting addresses and travel packed; pages travel packed too."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.assets import Assets, address
from webapp.settings import ROOT

STATIC = ROOT / "static"


def test_an_address_that_names_the_content_may_be_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        where = address("site.css")
    answer = client.get(where)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(where, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("where", ["/static/site.css", "/static/site.css?v=old"])
def test_any_other_address_may_not(client: FlaskClient, where: str) -> None:
    assert "immutable" not in client.get(where).headers["Cache-Control"]


def test_the_style_sheet_holds_all_its_files_tokens_first(client: FlaskClient) -> None:
    sheet = client.get("/static/site.css").text
    assert (
        sheet.index("@layer tokens, base") < sheet.index("@layer base {") < sheet.index("@layer components {")
    )
    for place in re.findall(r'url\("(.*?)"\)', sheet):
        assert client.get(place).status_code == 200, place


def test_a_changed_file_has_a_new_address(tmp_path: Path) -> None:
    assets, place = Assets(tmp_path), tmp_path / "a.js"
    place.write_text("one")
    before = assets.get("a.js")
    place.write_text("three")
    after = assets.get("a.js")
    assert before is not None
    assert after is not None
    assert before.version != after.version


@pytest.mark.parametrize(
    "where",
    [
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/static/css",
        "/static/x",
        "/static/" + "x" * 300,
    ],
)
def test_nothing_else_is_served(client: FlaskClient, where: str) -> None:
    assert client.get(where).status_code == 404


def test_files_and_pages_travel_packed_to_those_who_unpack(client: FlaskClient) -> None:
    for where in ("/static/site.css", "/nothing"):
        plain, packed = client.get(where), client.get(where, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.vary
        assert "Content-Encoding" not in plain.headers
        unpacked = gzip.decompress(packed.data).decode()
        assert without_tokens(unpacked) == without_tokens(plain.text)
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


def test_vendored_files_are_those_that_we_have_read(client: FlaskClient) -> None:
    rows = re.findall(
        r"^\| `(.*?)` \|.*\| `([0-9a-f]{64})` \|$", (STATIC / "vendor/README.md").read_text(), re.MULTILINE
    )
    assert len(rows) >= 3
    for name, digest in rows:
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
        assert "immutable" in client.get(f"/static/vendor/{name}").headers["Cache-Control"]
    listed = {name for name, _ in rows}
    for place in (STATIC / "vendor").rglob("*.*"):
        assert str(place.relative_to(STATIC / "vendor")) in listed | {"README.md"} or place.is_dir()


def test_templates_name_files_that_exist(app: Flask) -> None:
    for place in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r'asset\("([^"]*)"\)', place.read_text()):
            assert app.extensions["lekalo.assets"].get(name) is not None, f"{place}: {name}"


def without_tokens(page: str) -> str:
    return re.sub(r'"X-CSRFToken": "[^"]*"', "", page)
