"""Pictures that come from outside, of whichever kind, as drawings that may stand in a document."""

import base64
import binascii
import re

from webapp.catalogues import drawing, raster
from webapp.catalogues.drawing import LARGEST, Refused, Why

# Pixels as `raster.layered` wraps them: they come back in the folder format and are looked at like any other upload.
WRAPPED = re.compile(
    rb'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 (\d{1,5}) (\d{1,5})"><image width="\1" height="\2" '
    rb'preserveAspectRatio="xMidYMid meet" href="data:image/webp;base64,([A-Za-z0-9+/=]+)"/></svg>\s*'
)


def cleaned(raw: bytes, width: int, height: int) -> str:
    """A picture as a drawing for a canvas of that size. Raises Refused."""
    if not raw:
        raise Refused(Why.EMPTY)
    if raster.is_raster(raw):
        return raster.layered(raw, width, height)
    if found := WRAPPED.fullmatch(raw):
        return _unwrapped(found[3], width, height)
    if drawing.is_svg(raw):
        return drawing.cleaned(raw, width, height)
    raise Refused(Why.TOO_LARGE if len(raw) > LARGEST else Why.WRONG_TYPE)


def _unwrapped(coded: bytes, width: int, height: int) -> str:
    try:
        pixels = base64.b64decode(coded, validate=True)
    except binascii.Error:
        raise Refused(Why.BROKEN) from None
    if not raster.is_raster(pixels):
        raise Refused(Why.WRONG_TYPE)
    return raster.layered(pixels, width, height)
