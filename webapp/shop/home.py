"""Home: the families we make, builds to start from, and where the visitor left."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from flask import Response, abort, make_response, render_template
from sqlalchemy.exc import SQLAlchemyError

from catalog.choices import Choices
from catalog.engine import Impossible
from catalog.model import ReadyMade
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading, reading_rows
from webapp.guards import kept_private
from webapp.languages import language
from webapp.sales import current_build
from webapp.shop import addresses, bp
from webapp.shop.my_home import my_home
from webapp.shop.on_sale import on_sale
from webapp.shop.personal import Standing
from webapp.shop.pictures import live_picture
from webapp.shop.showcase import showcase
from webapp.shop.version_key import VersionKey
from webapp.shop.visiting import known_owner


class Start(NamedTuple):
    """A build to start from: its address, picture and total."""

    title: str
    description: str
    href: str
    picture: str
    total: int


class FamilyView(NamedTuple):
    """A family on home: its cheapest build and the ready-made ones."""

    sold: Published
    title: str
    description: str
    cheapest: Start
    starts: tuple[Start, ...]
    groups: int
    options: int


class Left(NamedTuple):
    """A build the visitor has begun."""

    title: str
    href: str
    picture: str
    total: int
    currency: str
    changed_at: datetime


@bp.get("/")
def home() -> Response:
    sold = on_sale()
    views = [view for one in sold if (view := family_view(one, language()))]
    mine = my_home(sold)
    page = _page("shop/home.html", families=views, left=_left(sold), mine=mine)
    return kept_private(page) if mine.standing is Standing.ON else page


@bp.get("/families/<code>")
def family(code: str) -> Response:
    sold = published.current(reading_rows(), code) or abort(404)
    view = family_view(sold, language()) or abort(404)
    return _page("shop/family.html", view=view, left=_left([sold]))


def family_view(sold: Published, language: str) -> FamilyView | None:
    """The family in a language; None where its own rules allow nothing."""
    family = sold.family
    cheapest = _start(sold, None, language)
    return cheapest and FamilyView(
        sold,
        family.title.in_(language),
        family.description.in_(language),
        cheapest,
        tuple(start for ready in family.ready_made if (start := _start(sold, ready, language))),
        len(family.groups),
        len(family.option_by_key),
    )


def _start(sold: Published, ready: ReadyMade | None, language: str) -> Start | None:
    family = sold.family
    choices = Choices.of_names(ready.choices) if ready else Choices()
    try:
        total, seen = _outline(VersionKey(sold), choices)
    except Impossible:
        return None
    return Start(
        title=ready.title.in_(language) if ready else family.title.in_(language),
        description=ready.description.in_(language) if ready else "",
        href=addresses.configurator(family.code, choices),
        picture=seen,
        total=total,
    )


@lru_cache(maxsize=256)
def _outline(key: VersionKey, choices: Choices) -> tuple[int, str]:
    """Total and picture of a build to start from: the same for everybody."""
    complete = key.sold.engine.complete(choices)
    return complete.total, live_picture(showcase(key.sold, "en"), complete.picked)


def _left(sold: list[Published]) -> list[Left]:
    name = known_owner()
    if name is None:
        return []
    by_code = {one.family.code: one for one in sold}
    found = []
    for build in current_build.of(reading(), name):
        one = by_code.get(build.family)
        if one is None:
            continue
        place = addresses.place(build.family)
        asked = addresses.parsed(build.address)
        try:
            configured = one.engine.answer(addresses.reading_of(one.family, asked))
        except Impossible:
            continue
        found.append(
            Left(
                one.family.title.in_(language()),
                f"{place}?{build.address}" if build.address else place,
                live_picture(showcase(one, language()), configured.picked),
                configured.total,
                one.family.currency,
                build.changed_at,
            )
        )
    return found


def _page(template: str, **context: object) -> Response:
    response = make_response(render_template(template, **context))
    response.vary.update(["Accept-Language", "Cookie"])
    return response


@bp.app_template_global()
def families_on_sale() -> list[tuple[str, str]]:
    """Codes and titles for the head of every page; a page about a broken database does without."""
    try:
        sold = on_sale()
    except SQLAlchemyError:
        return []
    return [(one.family.code, one.family.title.in_(language())) for one in sold]
