"""Pictures are uploaded, cleaned, assigned to options and stacked; hostile files are refused with a clear sentence."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from PIL import Image
from werkzeug.test import TestResponse

from catalog.exporter import export
from catalog.expression import OptionKey
from catalog.loader import load
from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, a_shopper, database_of, hidden, publish
from webapp.catalogues import draft
from webapp.customers.staff_role import Role

PICTURES = "/staff/catalogue/bike/pictures"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 800"><path d="M0 0h9"/></svg>'
STEEL = OptionKey("frame", "steel")


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    publish(app, a_bicycle())
    editor = a_colleague(app, roles=[Role.EDITOR])
    editor.post("/staff/catalogue/bike/draft")
    return editor


def stands(app: Flask) -> Family:
    with database_of(app).reading() as session:
        found = draft.latest(session, "bike")
        assert found
        return draft.document(found)


def carried(desk: FlaskClient, address: str = PICTURES) -> dict[str, str]:
    found = hidden(desk.get(address))
    return {name: found[name] for name in ("base", "token")}


def upload(desk: FlaskClient, raw: bytes, file: str = "steel.svg", **entries: str) -> TestResponse:
    form = carried(desk) | entries | {"picture": (io.BytesIO(raw), file)}
    return desk.post(PICTURES, data=form, content_type="multipart/form-data")


def told(page: TestResponse) -> list[str]:
    found = re.findall(r'class="field-error"[^>]*>(.*?)</p>', page.text)
    return [str(Markup(each).striptags()) for each in found]


def png(colour: str = "red") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "PNG")
    return kept.getvalue()


@on_both_databases
def test_a_picture_is_uploaded_for_an_option_and_seen_in_the_live_picture(
    app: Flask, desk: FlaskClient
) -> None:
    answer = upload(desk, SVG.replace(b"<path", b"<script>alert(1)</script><path"), option="frame.steel")
    assert answer.status_code == 303, told(answer)
    family = stands(app)
    layer = family.option_by_key[STEEL].layers[0]
    assert layer.file == "frame/steel.svg"
    assert "script" not in family.picture.files["frame/steel.svg"]
    live = re.search(r'src="([^"]+)"[^>]*data-live', desk.get(PICTURES).text)
    assert live
    drawn = desk.get(Markup(live[1]).unescape())
    assert 'd="M0 0h9"' in drawn.text
    assert drawn.mimetype == "image/svg+xml"
    assert "default-src 'none'" in drawn.headers["Content-Security-Policy"]
    assert "script-src" not in drawn.headers["Content-Security-Policy"]


def test_pixels_travel_inside_the_document(app: Flask, desk: FlaskClient, tmp_path) -> None:
    assert upload(desk, png(), "Мой Багажник.png", option="rack.rear", **{"as": "card"}).status_code == 303
    family = stands(app)
    name = family.option_by_key[OptionKey("rack", "rear")].picture
    assert name == "rack/moy-bagazhnik.svg"
    assert "data:image/webp;base64," in family.picture.files[name]
    export(family, tmp_path / "out")
    assert load(tmp_path / "out") == family
    publish(app, family)
    card = a_shopper(app).get("/pictures/bike/2/rack.rear.svg")
    assert "data:image/webp;base64," in card.text
    assert "img-src data:" in card.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"", "a.svg", "The file is empty."),
        (b"GIF89a" + b"\0" * 50, "a.svg", "This is no SVG, PNG or WebP picture"),
        (b"%PDF-1.4", "a.png", "This is no SVG, PNG or WebP picture"),
        (b"PK\x03\x04" + b"\0" * 500, "a.png", "This is no SVG, PNG or WebP picture"),
        (b"MZ\x90\0", "a.svg", "This is no SVG, PNG or WebP picture"),
        (b"<html><script>alert(1)</script></html>", "a.svg", "This is no SVG, PNG or WebP picture"),
        (png() + b"<script>alert(1)</script>", "a.png", "Something else hangs on this picture."),
        (SVG.replace(b"</svg>", b""), "a.svg", "broken and cannot be read. Line 1, sign"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG, "a.svg", "declares a document type or entities"),
        (SVG.replace(b"<path", b"<g>" * 90), "a.svg", "nested too deeply"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
            "a.svg",
            "Nothing is left to draw",
        ),
    ],
)
def test_a_hostile_or_broken_upload_is_refused_in_words(
    app: Flask, desk: FlaskClient, raw: bytes, name: str, said: str
) -> None:
    answer = upload(desk, raw, name, option="frame.steel", name="my/name")
    assert answer.status_code == 422
    assert said in told(answer)[0]
    assert 'value="my/name"' in answer.text
    assert stands(app).picture.files == {}


def test_what_is_too_large_is_refused_before_it_is_read(app: Flask, desk: FlaskClient) -> None:
    big = upload(desk, png() + b"\0" * (2 * 1024 * 1024 + 1), "a.png")
    assert big.status_code in (413, 422)
    assert told(big) == ["The picture is too large: 2 MB are the most."]
    huge = upload(desk, b"\0" * (50 * 1024 * 1024), "a.png")
    assert huge.status_code == 413
    assert told(huge) == ["The picture is too large: 2 MB are the most."]
    stranger = a_shopper(app).post(PICTURES, data={"picture": (io.BytesIO(b"\0" * (5 << 20)), "a.png")})
    assert stranger.status_code == 413
    assert "Layers" not in stranger.text
    elsewhere = desk.post("/staff/catalogue/bike/rules/new/rules", data={"rule": "a" * (2 << 20)})
    assert elsewhere.status_code == 413
    assert stands(app).picture.files == {}


def test_a_name_leads_nowhere_and_replaces_nothing_unasked(app: Flask, desk: FlaskClient) -> None:
    for name in ("../secret", "a/../../b", "/etc/passwd", "a//b", "A B", "x" * 130):
        answer = upload(desk, SVG, "a.svg", name=name)
        assert answer.status_code == 422, name
    assert upload(desk, SVG, "a.svg", name="frame/one").status_code == 303
    again = upload(desk, SVG.replace(b"h9", b"h7"), "a.svg", name="frame/one")
    assert "There is a picture “frame/one.svg” already." in told(again)[0]
    assert upload(desk, SVG.replace(b"h9", b"h7"), "a.svg", name="frame/one", replace="y").status_code == 303
    assert "h7" in stands(app).picture.files["frame/one.svg"]


def test_layers_are_moved_changed_and_taken_away(app: Flask, desk: FlaskClient) -> None:
    upload(desk, SVG, "a.svg", option="frame.steel")
    upload(desk, SVG, "b.svg", option="frame.carbon")

    def heights() -> list[str]:
        return re.findall(r'data-layer="([^"]+)"', desk.get(PICTURES).text)

    assert heights() == ["frame.carbon/0", "frame.steel/0"]
    moved = desk.post(f"{PICTURES}/layers/frame.steel/0/higher", data=carried(desk))
    assert moved.status_code == 303
    assert heights() == ["frame.steel/0", "frame.carbon/0"]
    desk.post(f"{PICTURES}/layers/frame.steel/0/lower", data=carried(desk))
    assert heights() == ["frame.carbon/0", "frame.steel/0"]
    position = f"{PICTURES}/layers/frame.steel/0/position"
    assert desk.post(position, data=carried(desk) | {"over": "frame.carbon/0"}).status_code == 303
    assert heights() == ["frame.steel/0", "frame.carbon/0"]
    assert desk.post(position, data=carried(desk) | {"under": "frame.carbon/0"}).status_code == 303
    assert heights() == ["frame.carbon/0", "frame.steel/0"]
    for nowhere in ("frame.carbon/7", "frame.tin/0", "frame.carbon", "", "frame.carbon/-1"):
        assert desk.post(position, data=carried(desk) | {"over": nowhere}).status_code == 404
    address = f"{PICTURES}/layers/frame.steel/0"
    wrong = desk.post(f"{address}/height", data=carried(desk, address) | {"z": "7", "when": "rack.tin"})
    assert wrong.status_code == 422
    assert "the group “rack” has no option “tin”" in told(wrong)[0]
    assert (
        desk.post(
            f"{address}/height", data=carried(desk, address) | {"z": "7", "when": "rack.rear"}
        ).status_code
        == 303
    )
    layer = stands(app).option_by_key[STEEL].layers[0]
    assert (layer.z, layer.when) == (7, "rack.rear")
    used = desk.post(f"{PICTURES}/removal", data=carried(desk) | {"picture": "frame/a.svg"})
    assert used.status_code == 404
    desk.post(f"{address}/removal", data=carried(desk))
    assert stands(app).option_by_key[STEEL].layers == ()
    assert (
        desk.post(f"{PICTURES}/removal", data=carried(desk) | {"picture": "frame/a.svg"}).status_code == 303
    )
    assert set(stands(app).picture.files) == {"frame/b.svg"}
    form = carried(desk) | {"file": "frame/b.svg", "layer_option": "rack.rear", "as": "layer", "z": "-3"}
    assert desk.post(f"{PICTURES}/layers", data=form).status_code == 303
    assert stands(app).option_by_key[OptionKey("rack", "rear")].layers[0].z == -3
    for gone in ("frame.steel/9", "frame.tin/0", "nothing/0"):
        assert desk.get(f"{PICTURES}/layers/{gone}").status_code == 404
