"""What is on sale, asked once for a page however many of its parts want to know."""

from flask import g

from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading_rows


def on_sale() -> list[Published]:
    """All families on sale, in the order in which they first came."""
    if "on_sale" not in g:
        g.on_sale = published.families(reading_rows())
    return g.on_sale
