"""The personal page: where I left, my builds, my orders. The same for guests and customers."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from flask import abort, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response

from catalog.choices import read
from webapp import clock, settings
from webapp.account import bp
from webapp.account.listed_build import ListedBuild, address_of
from webapp.account.outlines import outlines
from webapp.account.reminders import ShownEnding
from webapp.account.shown_order import ShownOrder
from webapp.account.sightings import ShownSighting, shown
from webapp.catalogues.published import Published
from webapp.database import reading, reading_rows, writing
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.card import manager
from webapp.relations.card.manager import Named
from webapp.sales import build, current_build, order, promise_reminder, proposal, quote, watch
from webapp.sales.current_build import CurrentBuild
from webapp.shop import addresses
from webapp.shop.on_sale import on_sale
from webapp.shop.pictures import live_picture
from webapp.shop.showcase import showcase
from webapp.shop.visiting import customer, known_owner

PAGE = 24
LATEST_ORDERS = 5


class Left(NamedTuple):
    """Something that is being made. `total`: None where its choices do not fit together at the moment."""

    title: str
    href: str
    picture: str
    total: int | None
    currency: str
    changed_at: datetime


class Pages(NamedTuple):
    """Where in a long list one is; pages are counted from 1."""

    number: int
    total: int

    @property
    def skip(self) -> int:
        return (self.number - 1) * PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE))


class PersonalPage:
    """What belongs to whoever is asking. Its statements are as many for two builds as for two hundred."""

    def __init__(self, number: int = 1) -> None:
        self.owner = known_owner()
        self.number = number

    @cached_property
    def sold(self) -> dict[str, Published]:
        """The families on sale, by code."""
        return {one.family.code: one for one in on_sale()}

    @cached_property
    def left(self) -> list[Left]:
        """What is being made, the latest first."""
        making = current_build.of(reading(), self.owner) if self.owner else []
        return [_left(self.sold[one.family], one) for one in making if one.family in self.sold]

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.number, _count())

    @cached_property
    def builds(self) -> list[ListedBuild]:
        """One page of builds, the newest first."""
        if not self.owner or not self.pages.total:
            return []
        found = build.of(reading(), self.owner, skip=self.pages.skip, limit=PAGE)
        day = clock.today(settings.current().time_zone)
        ids = [one.id for one in found if one.id]
        promised, proposed = quote.standing(reading(), ids, day), proposal.open_counts(reading(), ids)
        return [
            ListedBuild(one, self.sold, promised.get(one.id or 0), proposed.get(one.id or 0) or 0)
            for one in found
        ]

    @cached_property
    def sightings(self) -> list[tuple[ShownSighting, str]]:
        """What watches have seen and I have not yet, each with the address of its build."""
        if self.owner is None:
            return []
        found = watch.sightings_of(reading(), self.owner)
        return [(shown(news), address_of(news.build)) for news in found]

    @cached_property
    def endings(self) -> list[ShownEnding]:
        """The promises of prices that end soon, the next one first."""
        if self.owner is None:
            return []
        at = clock.now()
        day = clock.day_of(at, settings.current().time_zone)
        return [ShownEnding(each) for each in promise_reminder.of(reading(), self.owner, day, at=at)]

    @cached_property
    def orders(self) -> Sequence[ShownOrder]:
        """The latest orders, and one more where there are more."""
        found = order.of(reading(), self.owner, limit=LATEST_ORDERS + 1) if self.owner else []
        return [ShownOrder(one) for one in found]

    @cached_property
    def manager(self) -> Named | None:
        """Who of us looks after me, and who stands in."""
        me = customer()
        return manager.of(reading(), me.customer_id) if me else None


@bp.get("/account")
def account() -> Response:
    """Everything of mine that exists, and what to do where nothing does yet."""
    page = render_template(
        "account/personal_page.html", mine=PersonalPage(), me=customer(), latest_orders=LATEST_ORDERS
    )
    return kept_private(make_response(page))


@bp.get("/builds")
def builds() -> Response:
    """All my builds, a page at a time."""
    mine = PersonalPage(_number())
    if mine.number > mine.pages.last:
        abort(404)
    return kept_private(make_response(render_template("account/builds.html", mine=mine, me=customer())))


@bp.get("/orders")
def my_orders() -> Response:
    """All my orders, a page at a time."""
    who, number = known_owner(), _number()
    pages = Pages(number, order.count(reading(), who) if who else 0)
    if number > pages.last:
        abort(404)
    found = order.of(reading(), who, skip=pages.skip, limit=PAGE) if who else []
    orders = [ShownOrder(one) for one in found]
    page = render_template("account/my_orders.html", orders=orders, pages=pages, me=customer())
    return kept_private(make_response(page))


@bp.post("/account/sightings/removal")
def put_sightings_away() -> Response:
    """What watches have seen is on my page until I say so, or open the build it is about."""
    who, at = known_owner(), clock.now()
    if who is not None:
        with writing() as session:
            found = watch.sightings_of(session, who)
            watch.seen(session, [news.sighting.id for news in found if news.sighting.id], at=at)
    return redirect(url_for("account.account"), 303)


@bp.app_template_global()
def builds_kept() -> int:
    """How many builds are mine, for the head of every page; a page about a broken database does without."""
    try:
        return _count()
    except SQLAlchemyError:
        return 0


@bp.app_template_global()
def somebody_is_signed_in() -> bool:
    """Whether the head of a page need not offer to sign in."""
    try:
        return customer() is not None
    except SQLAlchemyError:
        return False


def _count() -> int:
    """How many builds are mine, asked once for a page."""
    if "builds_kept" not in g:
        who = known_owner()
        g.builds_kept = build.count(reading_rows(), who) if who else 0
    return g.builds_kept


def _number() -> int:
    given = request.args.get("page", "1")
    return (
        int(given) if given.isascii() and given.isdecimal() and len(given) < 6 and int(given) else abort(404)
    )


def _left(sold: Published, making: CurrentBuild) -> Left:
    family = sold.family
    choices = read(family, addresses.parsed(making.address).parameters).choices
    found = outlines.of(sold, choices)
    place = addresses.place(family.code)
    return Left(
        family.title.in_(language()),
        f"{place}?{making.address}" if making.address else place,
        live_picture(showcase(sold, language()), found.picked if found else choices.said),
        found.total if found else None,
        family.currency,
        making.changed_at,
    )
