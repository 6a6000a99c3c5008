"""A shared build as messengers, cameras and printers see it."""

import html
import re
import struct
import zlib
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from catalog import loader
from tests.conftest import DEMO
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, database_of, publish, share_link
from webapp import clock, press
from webapp.account import specification_sheet
from webapp.account.shared_picture import on_calm_ground
from webapp.catalogues import version
from webapp.press import Busy, Unavailable


@pytest.fixture
def build(shopper: FlaskClient) -> str:
    return a_saved_build(shopper, 'Mine "and" <yours>')


@pytest.fixture
def link(shopper: FlaskClient, build: str) -> str:
    return share_link(shopper, build)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were to be set, without setting them."""
    pages: list[str] = []

    def pdf(page: str) -> bytes:
        pages.append(page)
        return b"%PDF"

    monkeypatch.setattr(press, "pdf", pdf)
    monkeypatch.setattr(press, "png", lambda _drawing, _width: b"picture")
    return pages


def meta(page: str) -> dict[str, str]:
    """What a messenger reads, by name."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page)
    return {name: html.unescape(content) for name, content in found}


def test_a_messenger_is_told_what_it_is_and_shown_its_picture(shop: Flask, link: str) -> None:
    said = meta(a_shopper(shop).get(link).text)
    assert said["og:title"] == said["twitter:title"] == 'Mine "and" <yours>'
    assert said["og:description"] == "Bicycle: City, Steel, Rear rack. €550.00 with VAT."
    assert said["og:url"] == f"http://localhost{link}"
    assert said["og:locale"] == "en_GB"
    assert said["og:locale:alternate"] == "ru_RU"
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:image:alt"]
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image"].startswith(f"http://localhost{link}/picture.png?v=")
    assert "noindex" in said["robots"]
    picture = a_shopper(shop).get(said["og:image"].removeprefix("http://localhost"))
    assert struct.unpack(">II", picture.data[16:24]) == (1200, 630)
    assert picture.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert picture.headers["X-Robots-Tag"] == "noindex, nofollow"
    again = a_shopper(shop).get(f"{link}/picture.png", headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    russian = meta(a_shopper(shop, "ru").get(link).text)
    assert russian["og:locale"] == "ru_RU"
    assert "Городской" in russian["og:description"]


def test_a_shop_that_was_told_its_address_says_that_one(new_app, shop: Flask, link: str) -> None:
    told = new_app(site_url="https://shop.example", database_url=shop.config["LEKALO"].database_url)
    page = told.test_client().get(link, headers={"Host": "evil.example"}).text
    said = meta(page)
    assert said["og:url"] == f"https://shop.example{link}"
    assert said["og:image"].startswith("https://shop.example/shared/")


def test_the_preview_shows_the_price_of_today(shop: Flask, link: str) -> None:
    publish(shop, a_bicycle(city="530.00"))
    assert "€580.00 with VAT" in meta(a_shopper(shop).get(link).text)["og:description"]


def test_another_picture_has_another_address(shopper: FlaskClient, link: str) -> None:
    other = share_link(shopper, a_saved_build(shopper, "Other", "model=gravel"))
    one, two = (meta(shopper.get(each).text)["og:image"].partition("?")[2] for each in (link, other))
    assert one != two


@pytest.mark.parametrize("code", ["bicycle", "workstation"])
def test_the_demo_families_are_drawn_for_messengers(app: Flask, code: str) -> None:
    family = loader.load(DEMO / code)
    with database_of(app).writing() as session:
        version.publish(session, family, author="tests", at=clock.now())
    shopper = a_shopper(app)
    page = shopper.get(f"/builds/new/{code}").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    kept = shopper.post(f"/builds/new/{code}", data={"token": token[1], "name": "Drawn", "place": "new"})
    picture = shopper.get(f"{share_link(shopper, kept.location)}/picture.png")
    assert picture.mimetype == "image/png"
    assert 20_000 < len(picture.data) < 600_000


def test_a_picture_stands_in_the_middle_of_its_ground() -> None:
    family = a_bicycle()
    drawn = on_calm_ground(
        (family, '<svg xmlns="s" viewBox="0 0 1200 800" width="1200" height="800"><g/></svg>')
    )
    assert (
        '<svg x="155.9" y="18.9" viewBox="0 0 1200 800" width="888.3" height="592.2"><g/></svg></svg>'
        in drawn
    )


def test_a_build_has_a_code_for_cameras_on_both_its_pages(
    shopper: FlaskClient, build: str, link: str
) -> None:
    codes = [
        re.search(r'<svg[^>]*class="qr".*?</svg>', shopper.get(page).text, re.S) for page in (build, link)
    ]
    assert codes[0]
    assert codes[1]
    assert codes[0][0] == codes[1][0]  # the link to share, never the private one


def test_the_sheet_holds_all_that_matters_in_the_readers_language(
    shop: Flask, build: str, link: str, printed: list[str]
) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        answer = a_shopper(shop).get(f"{link}/specification.pdf")
        a_shopper(shop, "ru").get(f"{build}/specification.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "inline; filename*=UTF-8''Lekalo%20Mine%20%22and%22%20%3Cyours%3E.pdf"
    )
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    english, russian = printed
    assert "Mine &#34;and&#34; &lt;yours&gt;" in english
    for what in (
        "Rear rack",
        "€550.00",
        "€87.82",
        "November",
        f"http://localhost{link}",
        "<svg",
        "base64,cGlj",
    ):
        assert what in english
    for what in ("Задний багажник", "550,00\N{NO-BREAK SPACE}€", f"http://localhost{link}"):
        assert what in russian
    assert build not in russian


def test_a_sheet_is_not_made_again_for_who_has_it(shop: Flask, link: str, printed: list[str]) -> None:
    first = a_shopper(shop).get(f"{link}/specification.pdf")
    again = a_shopper(shop).get(f"{link}/specification.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert len(printed) == 1


def test_the_sheet_is_a_tagged_pdf_with_our_letters(shop: Flask, link: str) -> None:
    answer = a_shopper(shop, "ru").get(f"{link}/specification.pdf")
    assert answer.data.startswith(b"%PDF-")
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", answer.data, re.S)
    said = b"".join(zlib.decompressobj().decompress(each) for each in packed if each.startswith(b"x"))
    for what in (
        b"/StructTreeRoot",
        b"/Lang (ru)",
        b"Onest-Latin",
        b"Onest-Cyrillic",
        b"004d0069006e0065",  # the title, in hexadecimal UTF-16
    ):
        assert what in said, what


@pytest.mark.parametrize(
    ("trouble", "words"), [(Unavailable("no pango"), "This page can be printed"), (Busy(), "in a minute")]
)
def test_where_no_sheet_can_be_made_the_page_says_so_and_prints_itself(
    shop: Flask, link: str, monkeypatch: pytest.MonkeyPatch, trouble: Exception, words: str
) -> None:
    def fail(*_: object) -> bytes:
        raise trouble

    monkeypatch.setattr(press, "pdf", fail)
    reader = a_shopper(shop)
    answer = reader.get(f"{link}/specification.pdf")
    assert (answer.status_code, answer.location) == (303, link)
    assert words in reader.get(link).text


def test_nothing_is_held_while_a_sheet_is_made(
    shop: Flask, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = database_of(shop).engine.pool

    def pdf(_page: str) -> bytes:
        assert pool.checkedout() == 0  # type: ignore[attr-defined]
        return b"%PDF"

    monkeypatch.setattr(specification_sheet.press, "pdf", pdf)
    assert a_shopper(shop).get(f"{link}/specification.pdf").status_code == 200
