"""Addresses as QR codes, for a telephone's camera."""

from markupsafe import Markup


def qr_code(address: str, *, border: int = 4) -> Markup:
    """Dark on light whatever the page's colours. `border`: in squares, light ones around it."""
    import segno  # here: few pages have one, and each start would wait for it

    drawn = segno.make(address, error="m").svg_inline(
        border=border, dark="#16140f", light="#ffffff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # squares of our own making and nothing else
