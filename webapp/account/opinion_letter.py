"""The letter that tells a build's owner that somebody has something to say about it."""

from datetime import datetime

from sqlmodel import Session

from webapp import mail, settings
from webapp.account import opinion_limits, ways_out
from webapp.account.shown_build import ShownBuild
from webapp.database import reading
from webapp.outbox import Letter
from webapp.sales import build_letter
from webapp.sales.build import Build


def written(build: Build, *, proposes: bool) -> Letter | None:
    """The letter, for owners who want any; to be asked before the transaction.

    It holds nothing that others wrote: anybody who has the link could have us send their words.
    """
    owner = build_letter.reader(reading(), build)
    if owner is None:
        return None
    shown, ways = ShownBuild(build), ways_out.of_builds(reading(), owner)
    letter = mail.rendered(
        "build_opinion", owner.email, owner.language, secret=True, shown=shown, proposes=proposes, ways=ways
    )
    return letter._replace(unsubscribe=ways.header)


def put(session: Session, build: Build, letter: Letter | None, *, at: datetime) -> None:
    """Sends it with what it is about, unless its reader has just said no or had enough of them today."""
    if letter is None or build_letter.reader(session, build) is None:
        return
    if opinion_limits.count_a_letter(session, build, at=at):
        build_letter.put(session, build, letter, at=at, most=settings.current().letters_per_week)
