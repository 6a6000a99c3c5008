"""Promises that end soon, in words: on the personal page, and in a letter to those who want any."""

import logging
from datetime import datetime

from flask_babel import gettext as _
from sqlmodel import Session

from webapp import clock, mail, settings
from webapp.account import ways_out
from webapp.account.listed_build import address_of
from webapp.catalogues import published
from webapp.database import Database
from webapp.formats import day, money
from webapp.outbox import Letter
from webapp.sales import as_it_was, build_letter, promise_reminder
from webapp.sales.key import Purpose, key_for
from webapp.sales.promise_reminder import BATCH, Ending
from webapp.settings import Settings

log = logging.getLogger(__name__)


class ShownEnding:
    """One promise that ends soon. `total_today`: what the same parts cost today; None where they cannot be had."""

    def __init__(self, ending: Ending, total_today: int | None = None) -> None:
        self.quote, self.build, self.total_today = ending.quote, ending.build, total_today

    @property
    def words(self) -> str:
        """The whole of it as one sentence."""
        quote = self.quote
        price = money(quote.total, quote.currency)
        return _(
            "“%(build)s”: %(price)s is promised until %(day)s.",
            build=self.build.name,
            price=price,
            day=self.day,
        )

    @property
    def advice(self) -> str:
        """What it means to order before, and after."""
        quote, today = self.quote, self.total_today
        if today is None:
            return _(
                "The catalogue does not have it like this any more. If you order by then, we make it all the same."
            )
        if today < quote.total:
            price = money(today, quote.currency)
            return _("Today it costs less, %(price)s, and you pay no more than that.", price=price)
        if today > quote.total:
            price = money(today, quote.currency)
            return _(
                "If you order by then, you pay the promised price. Without the promise it would cost %(price)s today.",
                price=price,
            )
        return _(
            "If you order by then, you pay this even if it gets dearer. After that the price of the day counts."
        )

    @property
    def day(self) -> str:
        return day(self.quote.until)

    @property
    def address(self) -> str:
        return f"{address_of(self.build)}#promise"

    @property
    def link(self) -> str:
        """The same as it stands in a letter."""
        key = key_for(Purpose.EDIT, self.build.edit_lock, settings.current().secret_key)
        return mail.link("account.kept_build", key=key) + "#promise"


def remind(settings: Settings, database: Database, at: datetime) -> None:
    """Writes to those whose promise ends soon, once; letters need the application's context.

    A letter is written before the transaction that sends it; who dies in between has sent nothing and noted nothing.
    """
    today, after = clock.day_of(at, settings.time_zone), 0
    while True:
        with database.reading() as session:
            batch = promise_reminder.due(session, today, at=at, after=after)
            letters = [(each, letter) for each in batch if (letter := _letter(session, each))]
        for each, letter in letters:
            with database.writing() as session:
                promise_reminder.tell(session, each, letter, at=at, most=settings.letters_per_week)
        if len(batch) < BATCH:
            return
        after = max(each.quote.id or 0 for each in batch)


def _letter(session: Session, ending: Ending) -> Letter | None:
    owner = build_letter.reader(session, ending.build)
    if owner is None:
        return None
    try:
        on_sale = published.current(session.connection(), ending.quote.family)
        shown = ShownEnding(ending, as_it_was.total_today(ending.quote, on_sale))
        ways = ways_out.of_builds(session, owner)
        letter = mail.rendered(
            "promise_ends", owner.email, owner.language, secret=True, shown=shown, ways=ways
        )
        return letter._replace(unsubscribe=ways.header)
    except Exception:  # the others are written to
        log.exception("no letter about promise %s", ending.quote.code)
        return None
