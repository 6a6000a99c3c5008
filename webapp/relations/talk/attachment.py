"""Pictures that come with a message, looked at as the catalogue desk looks at its own: only the picture is kept."""

from pathlib import PurePosixPath
from typing import NamedTuple

from webapp.catalogues import drawing, raster
from webapp.catalogues.drawing import Refused, Why

MOST = 4  # with one message
LARGEST = 8 * 1024 * 1024  # bytes of one, as uploaded: what a telephone makes
SIDE = 1600  # pixels of the longer side, as kept
CANVAS = (1200, 900)  # of a drawing, which has no pixels
LONGEST_NAME = 100


class Picture(NamedTuple):
    """A picture that may be kept and shown. Sides in pixels; `name`: what its sender called it."""

    name: str
    kind: str
    content: bytes
    width: int
    height: int


def taken_in(name: str, raw: bytes) -> Picture:
    """What is left of an upload, whatever it called itself. Slow: to be asked before a transaction. Raises Refused."""
    if not raw:
        raise Refused(Why.EMPTY)
    if len(raw) > LARGEST:
        raise Refused(Why.TOO_LARGE)
    if drawing.is_svg(raw):
        text = drawing.cleaned(raw, *CANVAS)
        return Picture(_plain(name), "image/svg+xml", text.encode(), *CANVAS)
    content, width, height = raster.redrawn(raw, SIDE, largest=LARGEST)
    return Picture(_plain(name), "image/webp", content, width, height)


def _plain(name: str) -> str:
    """The last part of a file's name without signs that do not show."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return " ".join("".join(sign if sign.isprintable() else " " for sign in last).split())[:LONGEST_NAME]
