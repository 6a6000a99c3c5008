"""Uploaded PNG, WebP and JPEG pictures: drawn anew pixel by pixel, so that nothing but the picture is left of them."""

import base64
import io
import struct
import warnings
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from webapp.catalogues.drawing import LARGEST, Refused, Why

if TYPE_CHECKING:
    from PIL.Image import Image

TYPES = ("PNG", "WEBP")
PHOTOS = (*TYPES, "JPEG")  # what people send, too
STILL = (
    "JPEG",
    "MPO",
)  # a telephone's photograph with others of the same moment behind it: the first one counts
LARGEST_SIDE = 8000  # pixels, as uploaded
MOST_PIXELS = 25_000_000
LARGEST_KEPT = 300 * 1024  # bytes: every revision of a draft carries its pictures
LARGEST_SENT = 600 * 1024  # bytes of what people send, as kept
QUALITIES = (90, 80, 65, 50)
BARE = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH")  # the chunks of a WebP that are pixels
PNG_END = b"IEND\xaeB`\x82"


def is_raster(raw: bytes) -> bool:
    """Whether bytes begin as a PNG or a WebP does."""
    return raw.startswith(b"\x89PNG\r\n\x1a\n") or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")


def layered(raw: bytes, width: int, height: int) -> str:
    """A picture as a drawing for a canvas of that size, with the pixels inside. Raises Refused."""
    if len(raw) > LARGEST:
        raise Refused(Why.TOO_LARGE)
    _look_behind(raw)
    image = _opened(raw)
    # What we packed ourselves comes back as it is: packed again, a picture would fade a little each time.
    is_ours = _is_bare(raw) and image.width <= width and image.height <= height
    kept = raw if is_ours else _drawn_anew(image, width, height)
    coded = base64.b64encode(kept).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><image width="{width}" '
        f'height="{height}" preserveAspectRatio="xMidYMid meet" href="data:image/webp;base64,{coded}"/></svg>'
    )


def redrawn(raw: bytes, side: int, *, largest: int) -> tuple[bytes, int, int]:
    """A picture or a photograph as a WebP of at most that side, the right way up, with its sides. Raises Refused.

    Nothing is left but the pixels: neither where a photograph was taken, nor what telephones hang behind it.
    """
    from PIL import Image, ImageOps

    if len(raw) > largest:
        raise Refused(Why.TOO_LARGE)
    is_photo = raw.startswith(b"\xff\xd8\xff")
    if not is_photo and not is_raster(raw):
        raise Refused(Why.WRONG_TYPE)
    if not is_photo:
        _look_behind(raw)
    image = _opened(raw, PHOTOS, side)
    # What says of itself how it was held, but not so that anybody understands it, stays as it is.
    with suppress(OSError, ValueError, SyntaxError, KeyError, struct.error):
        image = ImageOps.exif_transpose(image)
    kept = _light_enough(image, side)
    with Image.open(io.BytesIO(kept)) as again:
        return kept, *again.size


def _light_enough(image: "Image", side: int) -> bytes:
    """As large as it goes: what is full of grass and leaves is kept smaller rather than refused."""
    for smaller in (side, side * 3 // 4):
        with suppress(Refused):
            return _drawn_anew(image, smaller, smaller, LARGEST_SENT)
    return _drawn_anew(image, side // 2, side // 2, LARGEST_SENT)


def _look_behind(raw: bytes) -> None:
    """Refuses what has something hanging behind its picture, as polyglots do."""
    if raw.startswith(b"\x89PNG"):
        end = raw.rfind(PNG_END)
        ends = end >= 0 and end + len(PNG_END) == len(raw)
    else:
        said = int.from_bytes(raw[4:8], "little") + 8
        ends = len(raw) in (said, said + said % 2)
    if not ends:
        raise Refused(Why.DISGUISED)


def _is_bare(raw: bytes) -> bool:
    """Whether a WebP is light and holds pixels, and nothing beside them."""
    if not raw.startswith(b"RIFF") or len(raw) > LARGEST_KEPT:
        return False
    at = 12
    while at + 8 <= len(raw):
        if raw[at : at + 4] not in BARE:
            return False
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return at == len(raw)


def _opened(raw: bytes, types: tuple[str, ...] = TYPES, side: int = 0) -> "Image":
    from PIL import (  # here, as below: pictures come seldom, and each start would wait
        Image,
        UnidentifiedImageError,
    )

    try:
        with warnings.catch_warnings():
            # No others: what Python has to say of a plugin that it imports meanwhile is no fault of the picture.
            for suspicious in (Image.DecompressionBombWarning, UserWarning):
                warnings.simplefilter("error", suspicious)
            image = Image.open(io.BytesIO(raw), formats=types)
            wide, high = image.size
            if not (0 < wide <= LARGEST_SIDE and 0 < high <= LARGEST_SIDE and wide * high <= MOST_PIXELS):
                raise Refused(Why.TOO_MANY, f"{wide} × {high}")
            if getattr(image, "n_frames", 1) > 1 and image.format not in STILL:
                raise Refused(Why.TOO_MANY)
            if side:
                image.draft(
                    "RGB", (side, side)
                )  # photographs alone: no more of them is unpacked than is kept
            image.load()
    except UnidentifiedImageError:
        raise Refused(Why.WRONG_TYPE) from None
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Why.TOO_MANY) from None
    except (OSError, ValueError, SyntaxError, EOFError, zlib.error, Warning):
        raise Refused(Why.BROKEN) from None
    return image


def _drawn_anew(image: "Image", width: int, height: int, largest: int = LARGEST_KEPT) -> bytes:
    """The pixels alone, no larger than the canvas shows them."""
    from PIL import Image

    picture = image.convert("RGBA")
    picture.thumbnail((width, height), Image.Resampling.LANCZOS)
    plain = Image.new("RGBA", picture.size)
    plain.paste(picture)
    for quality in QUALITIES:
        kept = io.BytesIO()
        plain.save(kept, "WEBP", quality=quality, method=4)
        if kept.tell() <= largest:
            return kept.getvalue()
    raise Refused(Why.TOO_LARGE_CLEAN)
