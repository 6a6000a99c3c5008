"""The address of a configuration: my choices in the order they were made, and the click that led there."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from flask import request, url_for

from catalog.choices import Reading, read
from catalog.configuration import Card, Configuration
from catalog.expression import OptionKey
from catalog.model import Family

PICK = "pick"

# What a click may be other than an option: none of them holds a dot, so none can be taken for one.
UNDO, RESET, COMPLETE = "undo", "reset", "complete"


class Asked(NamedTuple):
    """What an address says: its parameters in their order, and its `pick`."""

    parameters: list[tuple[str, str]]
    pick: str | None


class CameFrom(NamedTuple):
    """The page of a configuration: its choices as a query string, those before its click, and its `pick`."""

    choices: str
    before: str
    pick: str | None


def asked() -> Asked:
    """The address of this request."""
    return parsed(request.query_string.decode("utf-8"))


def parsed(query_string: str) -> Asked:
    """A query string taken apart; werkzeug's own mapping would lose the order across names."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    picks = [value for name, value in pairs if name == PICK]
    return Asked([pair for pair in pairs if pair[0] != PICK], picks[-1] if picks else None)


def query(said: Iterable[OptionKey], pick: OptionKey | str | None = None) -> str:
    """Choices as a query string. Codes are plain ASCII, so nothing needs quoting."""
    parts = [f"{group}={option}" for group, option in said]
    if pick is not None:
        parts.append(f"{PICK}={pick}")
    return "&".join(parts)


def configurator(family: str, said: Iterable[OptionKey] = (), pick: OptionKey | str | None = None) -> str:
    """The address of the configurator with these choices."""
    return at(place(family), said, pick)


def at(place: str, said: Iterable[OptionKey], pick: OptionKey | str | None = None) -> str:
    """The address of a configurator that stands at `place`, with these choices."""
    written = query(said, pick)
    return f"{place}?{written}" if written else place


def place(family: str) -> str:
    """The configurator of a family, with nothing chosen."""
    return _place(request.script_root if request else "", family)


def drawings(family: str, version: int) -> str:
    """Where the pictures of a version are: the live one at `….svg`, that of an option at `…/<option>.svg`."""
    return _drawings(request.script_root if request else "", family, version)


@lru_cache(maxsize=256)
def _place(_root: str, family: str) -> str:
    return url_for("shop.configuration", code=family)


@lru_cache(maxsize=256)
def _drawings(_root: str, family: str, version: int) -> str:
    return url_for("shop.picture", code=family, version=version).removesuffix(".svg")


def said_after(configuration: Configuration, card: Card) -> tuple[OptionKey, ...]:
    """What the address says after a click on a card.

    The pick of an option that is out stands beside the pick it wants to replace, so that the page behind the
    address knows what the build was before.
    """
    if card.available or card.chosen:
        return card.after.said
    return (*configuration.choices.without(card.key).said, card.key)


def came_from(family: Family, at: str | None = None) -> CameFrom | None:
    """The configurator's page that the visitor clicked on, where the browser tells; `at`: of one elsewhere."""
    address = request.headers.get("HX-Current-URL") or request.referrer
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.path != (at or place(family.code)):
        return None
    parameters, pick = parsed(parts.query)
    reading = read(family, parameters, pick)
    return CameFrom(query(reading.choices), query(reading.before), pick)


def reading_of(family: Family, asked: Asked) -> Reading:
    """An address as choices of a family."""
    return read(family, asked.parameters, asked.pick)
