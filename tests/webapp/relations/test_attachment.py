"""What hangs on a message can do no harm: of a picture only the picture is kept, and all else is refused."""

import io
import warnings
from typing import Any

import pytest
from PIL import Image

from tests.webapp.catalogues.test_drawing import a_bomb, png, svg
from webapp.catalogues.drawing import Refused, Why
from webapp.relations.talk.attachment import LARGEST, SIDE, taken_in


def jpeg(width: int = 40, height: int = 20, **more: object) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "#a63f1e").save(held, "JPEG", **more)
    return held.getvalue()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", Why.EMPTY),
        (b"\xff\xd8\xff" + b"\0" * LARGEST, Why.TOO_LARGE),
        (b"%PDF-1.7 words", Why.WRONG_TYPE),
        (b"<html><script>alert(1)</script></html>", Why.WRONG_TYPE),
        (b"GIF89a" + b"\0" * 50, Why.WRONG_TYPE),
        (png() + b"PK\x03\x04 a whole archive", Why.DISGUISED),
        (a_bomb(30000), Why.TOO_MANY),
        (jpeg()[:200], Why.BROKEN),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', Why.NOTHING_LEFT),
        (b'<!DOCTYPE svg [<!ENTITY a "a">]><svg xmlns="http://www.w3.org/2000/svg"/>', Why.DECLARES),
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes, why: Why) -> None:
    with pytest.raises(Refused) as refused:
        taken_in("photo.jpg", raw)
    assert refused.value.why is why


def test_of_a_photograph_neither_its_place_nor_what_hangs_behind_it_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: to be turned
    exif[0x010E] = "taken at Weg 1a"
    sent = jpeg(3000, 1000, exif=exif) + b"PK\x03\x04 a whole archive"
    kept = taken_in("C:\\Users\\Anna\\holiday\u202e.jpg", sent)
    assert (kept.kind, kept.name) == ("image/webp", "holiday .jpg")
    assert (kept.width, kept.height) == (round(SIDE / 3), SIDE)
    assert b"Weg" not in kept.content
    assert b"archive" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.size, image.format, image.info.get("exif")) == ((kept.width, kept.height), "WEBP", None)


def test_what_python_has_to_say_meanwhile_is_no_fault_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Image.open

    def open_by_a_new_plugin(*arguments: Any, **more: Any) -> Image.Image:
        warnings.warn("found in an old-fashioned way", ImportWarning, stacklevel=1)
        return opened(*arguments, **more)

    monkeypatch.setattr(Image, "open", open_by_a_new_plugin)
    assert taken_in("photo.jpg", jpeg()).width == 40


def test_a_photograph_full_of_leaves_is_kept_smaller_and_not_refused() -> None:
    held = io.BytesIO()
    Image.effect_noise((2000, 1500), 90).convert("RGB").save(held, "JPEG", quality=85)
    kept = taken_in("leaves.jpg", held.getvalue())
    assert len(kept.content) <= 600 * 1024
    assert kept.width >= SIDE // 2


def test_a_drawing_loses_what_runs() -> None:
    kept = taken_in(
        "logo.svg", svg('<script>alert(1)</script><a href="javascript:x"/><image href="//x.example/"/>')
    )
    assert kept.kind == "image/svg+xml"
    for hostile in (b"script", b"href", b"example"):
        assert hostile not in kept.content
