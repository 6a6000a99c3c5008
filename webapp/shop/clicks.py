"""What a click leaves behind: the visitor's current build and a touchpoint, in one short transaction."""

import logging
from collections.abc import Sequence

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from catalog.configuration import Configuration
from catalog.expression import OptionKey
from catalog.model import NONE
from webapp import clock
from webapp.customers.touchpoint import Kind
from webapp.database import reading as reading_session
from webapp.database import writing_rows
from webapp.guards import from_our_own_page
from webapp.sales import current_build
from webapp.shop import addresses
from webapp.shop.click_detail import detail_of
from webapp.shop.visiting import known_owner, owner, visitor, whose

log = logging.getLogger(__name__)

WORDS = {addresses.UNDO: Kind.UNDO, addresses.RESET: Kind.RESET, addresses.COMPLETE: Kind.COMPLETION}


def trail(configuration: Configuration, version: int, click: str | None) -> list[str]:
    """The query strings before this one, oldest first, after recording the click if it was one of our own.

    A record that fails is written down and forgotten: the answer still comes.
    """
    if click is None or not from_our_own_page() or _is_repeat():
        return _kept_trail(configuration)
    family = configuration.family
    came_from = addresses.came_from(family)
    pick = _option(configuration, click)
    kind = _kind(configuration, click, pick, came_from)
    try:
        with writing_rows() as connection:
            return current_build.record(
                connection,
                owner(),
                family.code,
                version,
                addresses.query(configuration.choices),
                pick,
                clock.now(),
                kind=kind,
                before=_before(came_from),
                visitor=visitor(),
                detail=detail_of(configuration, kind),
                whose=whose(),
            )
    except SQLAlchemyError:
        log.exception("a click was not recorded")
        return []


def about(configuration: Configuration, click: str | None) -> OptionKey | None:
    """The option that a click was about: of a step back or a reset, the last one that it changed."""
    if click is None or click == addresses.COMPLETE:
        return None
    option = _option(configuration, click)
    came_from = addresses.came_from(configuration.family) if option is None else None
    if came_from is None:
        return option
    before = addresses.reading_of(configuration.family, addresses.parsed(came_from.choices)).choices
    changed = [key for key in before if key not in configuration.choices]
    changed = changed or [key for key in configuration.choices if key not in before]
    return next((key for key in reversed(changed) if key in configuration.cards), None)


def _is_repeat() -> bool:
    """Whether the page is only shown again: reloaded, or gone back to by htmx."""
    asked_anew = request.headers.get("Cache-Control") in ("max-age=0", "no-cache")
    return asked_anew or "HX-History-Restore-Request" in request.headers


def _kept_trail(configuration: Configuration) -> list[str]:
    """The trail as it is, where this is the very page it leads to."""
    name = known_owner()
    if name is None:
        return []
    kept = current_build.find(reading_session(), name, configuration.family.code)
    return kept.trail if kept and kept.address == addresses.query(configuration.choices) else []


def _option(configuration: Configuration, click: str) -> OptionKey | None:
    """The option that a `pick` names, if it names one."""
    group, _, option = click.partition(".")
    key = OptionKey(group, option)
    return key if key in configuration.cards else None


def _kind(
    configuration: Configuration, click: str, pick: OptionKey | None, came_from: addresses.CameFrom | None
) -> Kind:
    if pick is None:
        return WORDS.get(click, Kind.PICK)
    if configuration.conflict is not None:
        return Kind.BLOCKED
    if pick.option == NONE:
        return Kind.REFUSAL
    if pick not in configuration.choices:
        return Kind.RESET  # the click took the option away again
    if came_from is not None and came_from.pick == click and _was_asked_for(came_from, pick):
        return Kind.REPAIR  # the page it stood on was about this very option
    return Kind.PICK


def _was_asked_for(came_from: addresses.CameFrom, pick: OptionKey) -> bool:
    """Whether the page's own choices named an option: after a click that took it away they do not."""
    return addresses.query([pick]) in came_from.choices.split("&")


def _before(came_from: addresses.CameFrom | None) -> Sequence[str]:
    """The build on whose page the click was made; if that was about a conflict, the build before the pick."""
    if came_from is None:
        return ()
    return (came_from.choices,) if came_from.pick is None else (came_from.choices, came_from.before)
