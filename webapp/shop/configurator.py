"""The configurator: an address of choices in, the page, its fragment or its JSON twin out."""

from flask import Response, abort, jsonify, request

from catalog.choices import Choices
from catalog.configuration import Card, Configuration
from catalog.engine import FIRST_ANSWER, WHATEVER_IT_TAKES, Effort, Impossible
from catalog.model import Family
from webapp import clock, settings
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading_rows
from webapp.fragments import page_or_fragment, swapping, wants_json
from webapp.guards import from_our_own_page
from webapp.languages import language
from webapp.shop import addresses, bp, clicks
from webapp.shop.dates import ready_between
from webapp.shop.fitted import fitted
from webapp.shop.gone import names
from webapp.shop.privileges import privileges
from webapp.shop.screen import notes, screen
from webapp.shop.showcase import showcase
from webapp.shop.state import state

# The page tells which cards' faces it holds; only a page that holds the right ones is spared them.
SEAL = "Lekalo-Faces"


@bp.get("/configure/<code>")
def configuration(code: str) -> Response:
    """The configuration of an address; the click that led here is recorded beside the answer."""
    sold = published.current(reading_rows(), code) or abort(404)
    asked = addresses.asked()
    return _answer(sold, asked, FIRST_ANSWER, click=asked.pick)


@bp.get("/configure/<code>/differences")
def differences(code: str) -> Response:
    """The same with every difference proven, however long that takes; fetched by a page that lacks some."""
    sold = published.current(reading_rows(), code) or abort(404)
    return _answer(sold, addresses.asked(), WHATEVER_IT_TAKES, click=None)


def nothing(family: Family) -> Configuration:
    """What can be had of a family whose own rules allow nothing: every option is out."""
    keys = [key for group in family.groups for key in group.keys]
    cards = {key: Card(key, False, None, False, None, 0, None, Choices()) for key in keys}
    return Configuration(family, Choices(), (), {}, 0, (), 0, (), cards)


def _answer(sold: Published, asked: addresses.Asked, effort: Effort, click: str | None) -> Response:
    """`click`: what to record, if the visitor did it on a page of ours."""
    said = addresses.reading_of(sold.family, asked)
    try:
        configured = sold.engine.answer(said, effort)
    except Impossible:
        configured = nothing(sold.family)
    shown = showcase(sold, language())
    gone = names(sold, said.unknown)
    held = request.headers.get(SEAL) if swapping() else None
    fits = fitted(shown, held)
    mine = privileges()
    if wants_json():
        response = jsonify(state(shown, configured, mine.terms, notes(shown, configured, said, gone), fits))
    else:
        trail = clicks.trail(configured, sold.number, click)
        today = clock.today(settings.current().time_zone)
        ready = ready_between(reading_rows(), today, configured.lead_days, comes_first=mine.comes_first)
        faces = held != shown.seal + fits.seal
        focus = clicks.about(configured, asked.pick) if from_our_own_page() and not swapping() else None
        view = screen(shown, configured, said, gone, mine.terms, ready, trail, asked.pick, faces, focus, fits)
        response = page_or_fragment("shop/configurator.html", "shop/_configurator.html", screen=view)
    response.vary.update(["Accept", "Accept-Language", "Cookie", SEAL])
    return response
