"""The kept build that a private link opens, and which of its versions this browser has begun to change."""

from flask import abort
from flask import session as browser
from sqlmodel import Session

from webapp import settings
from webapp.sales import build
from webapp.sales.build import Build
from webapp.sales.key import Purpose, read

CHANGING = "changing"
MOST = 8  # builds that one browser changes at a time, as far as we know: the cookie has little room


def opened_build(session: Session, key: str, *, for_update: bool = False) -> Build:
    """The build that a private key opens, else 404."""
    lock = read(Purpose.EDIT, key, settings.current().secret_key)
    return build.by_lock(session, Purpose.EDIT, lock, for_update=for_update) or abort(404)


def begin_to_change(opened: Build) -> None:
    """Remembers in the browser from which version its changes start."""
    known = {code: number for code, number in browser.get(CHANGING, {}).items() if code != opened.code}
    recent = list(known.items())[1 - MOST :]
    browser[CHANGING] = dict([*recent, (opened.code, opened.latest_number)])


def version_begun_with(opened: Build) -> int:
    """The version that this browser's changes started from; the latest where that is not known."""
    return min(browser.get(CHANGING, {}).get(opened.code, opened.latest_number), opened.latest_number)
