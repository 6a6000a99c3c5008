"""Uploaded pictures: what is kept of them can do no harm, and hostile files are refused, each for its reason."""

import base64
import io
import re
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, PngImagePlugin

from catalog.loader import load
from catalog.model import Family
from catalog.picture import compose
from webapp.catalogues import drawing, intake, raster
from webapp.catalogues.drawing import Refused, Why, cleaned
from webapp.catalogues.raster import layered

DATA = Path(__file__).resolve().parents[3] / "catalog" / "data"
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 1200 800">'


def svg(inside: str) -> bytes:
    return f"{OPEN}{inside}<rect width='5' height='5'/></svg>".encode()


def clean(inside: str) -> str:
    return cleaned(svg(inside), 1200, 800)


def refusal(raw: bytes) -> Why:
    with pytest.raises(Refused) as caught:
        (layered if raster.is_raster(raw) else cleaned)(raw, 1200, 800)
    return caught.value.why


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<script href="http://evil.example/x.js"/>',
        "<g onclick='alert(1)'><path d='M0 0'/></g>",
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<image href="http://evil.example/a.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<use href="http://evil.example/a.svg#a"/>',
        '<use xlink:href="//evil.example/a.svg#a"/>',
        "<style>@import url(http://evil.example/x.css);</style>",
        "<style>@import 'http://evil.example/x.css';</style>",
        "<style>rect { fill: url(http://evil.example/x) }</style>",
        "<style>rect { fill: ur\\6c(http://evil.example/x) }</style>",
        '<rect fill="url(http://evil.example/x#a)"/>',
        '<rect style="fill:url(//evil.example/x)"/>',
        '<rect style="background:url(http://evil.example/x)"/>',
        '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></b></foreignObject>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.example"/>',
        '<feImage href="http://evil.example/a.png"/>',
        "<!-- <script>alert(1)</script> -->",
        "<?xml-model href='http://evil.example'?>",
        '<rect xml:base="http://evil.example/"/>',
    ],
)
def test_what_runs_or_fetches_is_taken_out_of_a_drawing(hostile: str) -> None:
    kept = clean(hostile)
    assert not re.search(r"evil|alert|script|import|on[a-z]+=|xhtml|animate|base=", kept)
    assert "<rect" in kept
    only = set(re.findall(r"</?([A-Za-z]+)", kept))
    assert only <= drawing.ELEMENTS


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", Why.BROKEN),
        (b"GIF89a,,,", Why.BROKEN),
        (b"%PDF-1.7", Why.BROKEN),
        (b"\xff\xd8\xff\xe0JFIF", Why.WRONG_TYPE),
        (b"<html><body>hello</body></html>", Why.WRONG_TYPE),
        (b"<svg>no namespace</svg>", Why.WRONG_TYPE),
        (svg("<g>"), Why.BROKEN),
        (svg("") + b"<script>alert(1)</script>", Why.BROKEN),
        (svg("").decode().encode("utf-16"), Why.WRONG_TYPE),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"), Why.DECLARES),
        (b'<!DOCTYPE svg SYSTEM "http://evil.example/x.dtd">' + svg(""), Why.DECLARES),
        (b'<?xml-stylesheet href="http://evil.example/x.css"?>' + svg(""), Why.DECLARES),
        (svg("<g>" * 100 + "</g>" * 100), Why.TOO_DEEP),
        (svg("<path/>" * 30_000), Why.TOO_MANY),
        (svg('<g id="a"><use href="#a"/></g>'), Why.TOO_DEEP),
        (
            svg(
                "".join(f'<g id="a{n}">' + f'<use href="#a{n + 1}"/>' * 10 + "</g>" for n in range(9))
                + '<path id="a9" d="M0 0"/>'
            ),
            Why.TOO_MANY,
        ),
        (f"{OPEN}<script>1</script></svg>".encode(), Why.NOTHING_LEFT),
        (svg(f"<path d='M0 0{'h1' * 400_000}'/>"), Why.TOO_LARGE_CLEAN),
        (svg(" " * drawing.LARGEST), Why.TOO_LARGE),
    ],
)
def test_a_drawing_that_is_none_or_too_much_is_refused(raw: bytes, why: Why) -> None:
    assert refusal(raw) is why


def test_a_fault_in_a_drawing_is_told_with_its_place() -> None:
    with pytest.raises(Refused) as caught:
        cleaned(b'<svg xmlns="http://www.w3.org/2000/svg">\n<g></svg>', 10, 10)
    assert caught.value.detail == "2:6"


def test_a_drawing_keeps_its_look() -> None:
    kept = clean(
        '<defs><linearGradient id="a"><stop stop-color="#fff"/></linearGradient></defs>'
        "<style>.st0{fill:#123456;stroke:red} rect,.x{opacity:.5}</style>"
        '<path class="st0" d="M0 0" style="stroke:url(#a)"/><path fill="{{frame}}" d="M1 1"/>'
    )
    mark = re.search(r'id="(i[0-9a-f]{8}-a)"', kept)
    assert mark
    assert f'stroke="url(#{mark[1]})"' in kept
    assert 'fill="#123456"' in kept
    assert 'opacity=".5"' in kept
    assert 'fill="{{frame}}"' in kept


def test_names_inside_drawings_never_meet() -> None:
    one, other = clean('<path id="a" d="M0 0"/>'), clean('<path id="a" d="M1 1"/>')
    assert not set(re.findall(r'id="([^"]+)"', one)) & set(re.findall(r'id="([^"]+)"', other))


def test_a_drawing_for_another_canvas_is_fitted_into_ours() -> None:
    small = b'<svg xmlns="http://www.w3.org/2000/svg" width="24px" height="24"><path d="M0 0h24v24z"/></svg>'
    kept = cleaned(small, 1200, 800)
    assert 'viewBox="0 0 1200 800"' in kept
    assert "translate(200.000 0.000) scale(33.333333)" in kept


def test_the_drawings_of_the_demo_pass_and_still_compose() -> None:
    family = load(DATA / "bicycle")
    files = {
        name: cleaned(text.encode(), family.picture.width, family.picture.height)
        for name, text in family.picture.files.items()
    }
    again = Family.model_validate(
        family.model_dump() | {"picture": family.picture.model_dump() | {"files": files}}
    )
    picked = [group.keys[0] for group in family.groups]
    one, other = (ET.fromstring(compose(each, picked)) for each in (family, again))
    drawn = "{http://www.w3.org/2000/svg}"
    for name in ("path", "rect", "circle", "use"):
        assert len(list(one.iter(drawn + name))) == len(list(other.iter(drawn + name)))


def png(width: int = 40, height: int = 30, **more: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 20, 20, 128)).save(kept, "PNG", **more)
    return kept.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_bomb(side: int) -> bytes:
    """A small file that claims to be, and unpacks to, a huge picture."""
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\0" * 20_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def webp(**more: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "WEBP", **more)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (a_bomb(60_000), Why.TOO_MANY),
        (a_bomb(7_000), Why.TOO_MANY),
        (a_bomb(4_000), Why.BROKEN),
        (png()[:60], Why.DISGUISED),
        (png() + b"<script>alert(1)</script>", Why.DISGUISED),
        (png() + b"PK\x03\x04" + b"\0" * 40 + png()[-4:], Why.DISGUISED),
        (webp() + b"<?php system($_GET[0]); ?>", Why.DISGUISED),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82", Why.WRONG_TYPE),
        (png() + b"\0" * drawing.LARGEST, Why.TOO_LARGE),
    ],
)
def test_a_hostile_picture_is_refused(raw: bytes, why: Why) -> None:
    assert refusal(raw) is why


def test_a_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    kept = io.BytesIO()
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:])
    assert refusal(kept.getvalue()) is Why.TOO_MANY


def test_of_a_picture_nothing_but_its_pixels_is_kept() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>alert(1)</script> 52.5,13.4")
    exif = Image.Exif()
    exif[0x010E] = "at home"
    for raw in (png(pnginfo=words, exif=exif), webp(exif=exif)):
        kept = layered(raw, 1200, 800)
        assert "data:image/webp;base64," in kept
        assert "script" not in kept
        image = _inside(kept)
        assert image.size == (40, 30)
        assert not image.getexif()
        assert not image.info.get("exif")


def test_pixels_come_back_from_a_folder_as_they_were_and_are_looked_at_again() -> None:
    wrapped = layered(png(), 1200, 800)
    assert intake.cleaned(wrapped.encode(), 1200, 800) == wrapped
    exif = Image.Exif()
    exif[0x010E] = "at home"
    noted = webp(exif=exif)
    smuggled = re.sub(r"base64,[^\"]+", "base64," + base64.b64encode(noted).decode(), wrapped)
    assert not _inside(intake.cleaned(smuggled.encode(), 1200, 800)).info.get("exif")
    for inside in (b"<svg onload='alert(1)'/>", png() + b"<script>", b"GIF89a"):
        hostile = re.sub(r"base64,[^\"]+", "base64," + base64.b64encode(inside).decode(), wrapped)
        with pytest.raises(Refused):
            intake.cleaned(hostile.encode(), 1200, 800)


def test_a_large_picture_shrinks_to_the_canvas() -> None:
    assert _inside(layered(png(3000, 3000), 1200, 800)).size == (800, 800)


def test_every_picture_is_light_enough_for_every_revision() -> None:
    noise = io.BytesIO()
    Image.effect_noise((1400, 1400), 200).save(noise, "PNG")
    assert len(layered(noise.getvalue(), 1200, 800)) < raster.LARGEST_KEPT * 1.4


def _inside(layer: str) -> Image.Image:
    found = re.search(r"base64,([^\"]+)", layer)
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found[1])))
