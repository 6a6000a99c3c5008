"""How a build is shown to others: its link, its QR code, and what a messenger makes of the link."""

import hashlib
from datetime import date
from functools import cached_property

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from catalog.configuration import Origin
from webapp import clock, mail, settings
from webapp.account.shown_build import ShownBuild
from webapp.database import reading_rows
from webapp.formats import money
from webapp.languages import LANGUAGES, language
from webapp.qr_code import qr_code
from webapp.sales.specification import Specification
from webapp.shop.dates import ready_between

PICTURE_SIZE = (1200, 630)  # what messengers ask for
STYLE = 1  # of the picture; one more when it is drawn in another way
MAIN_PARTS = 5
LOCALES = {"ru": "ru_RU", "en": "en_GB"}


class Sharing:
    """One build as others are shown it."""

    picture_size = PICTURE_SIZE

    def __init__(self, shown: ShownBuild) -> None:
        self.shown, self.build, self.kept = shown, shown.build, shown.kept

    @cached_property
    def link(self) -> str:
        return absolute("account.shared_build", key=self.shown.look_key)

    @property
    def title(self) -> str:
        return self.build.name

    @cached_property
    def description(self) -> str:
        """The main parts and the price: what the shopper chose goes before what we filled in."""
        listed = sorted(self.kept.listed, key=lambda part: part.origin is not Origin.MINE)
        main = {part.code for part in listed[:MAIN_PARTS]}
        parts = ", ".join(part.title.in_(language()) for part in self.kept.listed if part.code in main)
        return _(
            "%(family)s: %(parts)s. %(price)s with VAT.",
            family=self.kept.title.in_(language()),
            parts=parts,
            price=money(self.total, self.kept.currency),
        )

    @property
    def total(self) -> int:
        """What it costs today, or did when it was saved, where it cannot be had like this any more."""
        return self.kept.total if self.shown.total_now is None else self.shown.total_now

    @property
    def picture(self) -> str:
        key, mark = self.shown.look_key, picture_mark(self.kept)
        return absolute("account.shared_picture", key=key, v=mark)

    @property
    def locale(self) -> str:
        return LOCALES[language()]

    @property
    def other_locales(self) -> list[str]:
        return [LOCALES[other] for other in LANGUAGES if other != language()]

    @property
    def qr(self) -> Markup:
        return qr_code(self.link)

    @cached_property
    def ready(self) -> tuple[date, date]:
        """The days on which it would be ready, ordered today."""
        now = self.shown.now
        today_made = now.completion if now and self.shown.can_be_ordered else None
        days = today_made.lead_days if today_made else self.kept.lead_days
        return ready_between(reading_rows(), self.today, days)

    @property
    def today(self) -> date:
        return clock.today(settings.current().time_zone)


def picture_mark(specification: Specification) -> str:
    """What a picture depends on, in short: its address changes when it does."""
    seen = [str(STYLE), specification.family, specification.version_sha256, *map(str, specification.picked)]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]


def absolute(endpoint: str, **values: str) -> str:
    """The full address of a page as others can open it.

    As the settings say. A shop that was not told its address knows it from the request alone.
    """
    told = settings.current()
    if told.site_url == f"http://{told.host}:{told.port}" and request:
        return url_for(endpoint, **values, _external=True)
    return mail.link(endpoint, **values)
