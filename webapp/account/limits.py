"""How often the same people may try something, and what they are told when that was too often."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, NoReturn

from flask import request
from flask_babel import ngettext
from sqlmodel import Session
from werkzeug.exceptions import TooManyRequests

from webapp import attempts, settings

AN_HOUR = timedelta(hours=1)


class Limit(NamedTuple):
    """So many tries under one name within so much time."""

    name: str
    most: int
    within: timedelta

    @property
    def key(self) -> str:
        return self.name[:200]


def from_here(what: str, most: int, within: timedelta) -> Limit:
    """A limit for whoever tries from where this request comes from."""
    return Limit(f"{what} from {attempts.place(request.remote_addr)}", most, within)


def pause(session: Session, limits: Iterable[Limit], *, at: datetime) -> timedelta | None:
    """Counts one more try, or says how long to wait for it; who has to wait is not counted.

    To be asked in the transaction of what is tried: what counts nothing in the end is taken back there.
    """
    ordered = sorted(limits)  # in one order everywhere, lest two wait for each other
    waits = [attempts.wait(session, each.key, limit=each.most, within=each.within, at=at) for each in ordered]
    if found := [wait for wait in waits if wait is not None]:
        return max(found)
    for each in ordered:
        attempts.allowed(session, each.key, limit=each.most, within=each.within, at=at)
    return None


def count_a_save(session: Session, *, at: datetime) -> None:
    """Counts a build that is kept in this transaction; too many from one place end the request instead."""
    _count(session, from_here("builds", settings.current().saves_per_hour, AN_HOUR), at)


def count_an_order(session: Session, *, at: datetime) -> None:
    """Counts an order that is placed in this transaction; too many from one place end the request instead."""
    _count(session, from_here("orders", settings.current().orders_per_hour, AN_HOUR), at)


def take_back(session: Session, limits: Iterable[Limit]) -> None:
    """Uncounts a try that was none of those the limits are for."""
    for each in sorted(limits):
        attempts.take_back(session, each.key)


def later(wait: timedelta) -> str:
    """When to try again, in a sentence."""
    return ngettext(
        "You can try again in %(num)s minute.", "You can try again in %(num)s minutes.", minutes(wait)
    )


def minutes(wait: timedelta) -> int:
    """The same as a number, rounded up."""
    return math.ceil(wait / timedelta(minutes=1))


def seconds(wait: timedelta) -> str:
    """The same for the header `Retry-After`."""
    return str(math.ceil(wait.total_seconds()))


def refuse(wait: timedelta) -> NoReturn:
    """Ends the request with a page that says when to try again."""
    raise TooManyRequests(retry_after=math.ceil(wait.total_seconds()))


def _count(session: Session, limit: Limit, at: datetime) -> None:
    wait = pause(session, [limit], at=at)
    if wait is not None:
        refuse(wait)
