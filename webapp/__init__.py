"""Lekalo, a shop for things made to measure: `create_app` puts its rooms together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The web application with the given settings, or those of the environment."""
    # Not above: whoever imports any module of ours imports this one, and `webapp.serve` needs nothing of the site.
    from webapp import garbage

    with garbage.unsought():
        from webapp.application import assembled
    return assembled(settings)
