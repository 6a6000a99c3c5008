"""What was typed at a checkout on its way to the checkout of other goods: sealed, in the browser, for an hour."""

import binascii
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

from flask import session

from webapp import clock, settings
from webapp.account.checkout_form import CheckoutForm
from webapp.account.shown_sooner import Press
from webapp.sealing import Unreadable, seal, unseal
from webapp.shop.visiting import owner

KEPT = "checkout"
LONGEST = 1300  # packed bytes: sealed and written twice in letters they have to fit into one cookie
KEPT_FOR = 3600  # seconds
NAMES = (
    *("method", "window", "point", "name", "email", "phone"),
    *("street", "extra", "postcode", "city", "country", "note", "code", "accept"),
)


class News(NamedTuple):
    """What has become of the goods: said on the page whose goods have this mark.

    `way`: line, words, days and difference of what was taken; None where there is nothing to say of it. `back`: what
    takes it back.
    """

    mark: str
    way: tuple[str, str, int, int] | None
    back: Press


class Carried(NamedTuple):
    """The entries by field, and what to say."""

    entries: dict[str, Any]
    news: News | None


NOTHING = Carried({}, None)


def carry(form: CheckoutForm, news: News) -> bool:
    """Sends it along with the next answer; False where it is too much for a cookie."""
    entries = {name: form[name].data for name in NAMES if form[name].data is not None}
    packed = zlib.compress(
        json.dumps([int(clock.now().timestamp()), entries, news], ensure_ascii=False).encode(), 9
    )
    if len(packed) > LONGEST:
        return False
    session[KEPT] = seal(settings.current().secret_key, _whose(), urlsafe_b64encode(packed).decode())
    return True


def carried() -> Carried:
    """What came along, while it is fresh."""
    if KEPT not in session:
        return NOTHING
    try:
        packed = urlsafe_b64decode(unseal(settings.current().secret_key, _whose(), session[KEPT]))
        at, entries, (mark, way, back) = json.loads(zlib.decompress(packed))
    except (Unreadable, binascii.Error, zlib.error, ValueError):  # sealed by another release, say
        return NOTHING
    if clock.now().timestamp() - at > KEPT_FOR:
        return NOTHING
    return Carried(entries, News(mark, tuple(way) if way else None, Press(*back)))


def let_go() -> None:
    """Once it is ordered."""
    session.pop(KEPT, None)


def _whose() -> str:
    """Nobody else's: who signs out leaves nothing for whoever orders next on this device."""
    return f"{KEPT} of {owner()}"
