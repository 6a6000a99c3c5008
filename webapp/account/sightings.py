"""What watches wait for, and what has come true, in words: on pages and in letters."""

from flask_babel import gettext as _
from sqlmodel import Session

from catalog.model import Texts
from webapp import mail, settings
from webapp.account import ways_out
from webapp.catalogues import publication
from webapp.catalogues.publication import NO_NOTE
from webapp.database import reading
from webapp.formats import day, money
from webapp.languages import language
from webapp.outbox import Letter
from webapp.sales.build import Build
from webapp.sales.build_letter import Reader
from webapp.sales.key import Purpose, key_for
from webapp.sales.lookout import Finding
from webapp.sales.watch import Kind, News, Watch


class ShownSighting:
    """One thing that has come true for a build."""

    def __init__(self, watch: Watch, build: Build, total: int | None, note: Texts = NO_NOTE) -> None:
        """`note`: what the shop says about the version of the catalogue by which it has come true."""
        self.watch, self.build, self.total, self.note = watch, build, total, note

    @property
    def words(self) -> str:
        """The whole of it as one sentence."""
        watch, name = self.watch, self.build.name
        if watch.kind == Kind.CHEAPER:
            price, wanted = (money(amount or 0, self.currency) for amount in (self.total, watch.amount))
            return _(
                "“%(build)s” costs %(price)s now, less than %(wanted)s.",
                build=name,
                price=price,
                wanted=wanted,
            )
        if watch.kind == Kind.DELIVERABLE:
            return _(
                "“%(build)s” can be with you by %(day)s.", build=name, day=day(watch.day or watch.checked_on)
            )
        if watch.kind == Kind.RETURNS:
            return _("“%(option)s” is made again.", option=option_title(watch))
        if watch.kind == Kind.FITS:
            return _("“%(option)s” now goes with “%(build)s”.", option=option_title(watch), build=name)
        return _("“%(build)s” can be made again, just as you kept it.", build=name)

    @property
    def currency(self) -> str:
        return self.build.latest.currency

    @property
    def link(self) -> str:
        """The page of the build as it stands in a letter."""
        key = key_for(Purpose.EDIT, self.build.edit_lock, settings.current().secret_key)
        return mail.link("account.kept_build", key=key)


def shown(news: News) -> ShownSighting:
    note = publication.note(reading(), news.watch.family, news.sighting.version)
    return ShownSighting(news.watch, news.build, news.sighting.total, note)


def letter(session: Session, finding: Finding, to: Reader, note: Texts = NO_NOTE) -> Letter:
    """Tells what has come true, in the language in which the watch was set; with what the shop says about it."""
    sighting = ShownSighting(finding.watch, finding.overdue.build, finding.look.total, note)
    ways, read_in = ways_out.of_builds(session, to), finding.watch.language
    letter = mail.rendered("watch_came_true", to.email, read_in, secret=True, sighting=sighting, ways=ways)
    return letter._replace(unsubscribe=ways.header)


def awaited(watch: Watch, currency: str) -> str:
    """What a watch waits for, as the end of "tell me when …"."""
    if watch.kind == Kind.CHEAPER:
        return _("it costs less than %(price)s", price=money(watch.amount or 0, currency))
    if watch.kind == Kind.DELIVERABLE:
        return _("it can be with me by %(day)s", day=day(watch.day or watch.checked_on))
    if watch.kind == Kind.RETURNS:
        return _("“%(option)s” is made again", option=option_title(watch))
    if watch.kind == Kind.FITS:
        return _("“%(option)s” goes with it", option=option_title(watch))
    return _("it can be made again, just as it is")


def option_title(watch: Watch) -> str:
    """The option as it was called when the watch was set."""
    titles = watch.option_title
    return titles.get(language()) or titles.get("en") or next(iter(titles.values()), watch.option or "")
