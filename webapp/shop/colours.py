"""Colours in words."""

from flask_babel import gettext as _


def colour_words() -> dict[str, str]:
    """What each colour that a swatch can have is called, in the reader's language."""
    return {
        "black": _("black"),
        "grey": _("grey"),
        "white": _("white"),
        "beige": _("beige"),
        "brown": _("brown"),
        "red": _("red"),
        "pink": _("pink"),
        "orange": _("orange"),
        "yellow": _("yellow"),
        "green": _("green"),
        "blue": _("blue"),
        "purple": _("purple"),
    }
