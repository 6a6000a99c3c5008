"""A card as the desk shows it: reach, value and lists in words."""

from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from flask_babel import format_timedelta, lazy_gettext
from flask_babel import gettext as _

from webapp.account.profile_words import value_title
from webapp.customers.consent import Consent, Purpose
from webapp.customers.profile import CONTACT, Profile
from webapp.customers.question import WAYS
from webapp.customers.wording import wording
from webapp.languages import language
from webapp.relations.card import missing
from webapp.relations.card.card import Card
from webapp.relations.card.missing import Missing
from webapp.relations.card.time_line import Channel
from webapp.sales.watch import Kind, Watch
from webapp.staff.shown_fact import ShownFact, facts_of, measures_of
from webapp.staff.shown_moment import ShownMoment
from webapp.staff.shown_order import StaffOrder

CHANNELS = {
    Channel.SITE: lazy_gettext("Site"),
    Channel.MAIL: lazy_gettext("Letters"),
    Channel.ORDER: lazy_gettext("Orders"),
    Channel.MONEY: lazy_gettext("Money"),
    Channel.TALK: lazy_gettext("Messages"),
    Channel.CONTACT: lazy_gettext("Calls and visits"),
    Channel.DESK: lazy_gettext("Colleagues"),
}
AWAITED = {
    Kind.POSSIBLE.value: lazy_gettext("that it can be had as it is"),
    Kind.CHEAPER.value: lazy_gettext("that it costs less"),
    Kind.DELIVERABLE.value: lazy_gettext("that it can be there in time"),
    Kind.RETURNS.value: lazy_gettext("that an option is made again"),
    Kind.FITS.value: lazy_gettext("that an option goes with it"),
}
MISSING = {
    Missing.PROMISE: lazy_gettext("An order is later than it was promised."),
    Missing.REQUEST: lazy_gettext("A request about their data waits for an answer."),
    Missing.ERRAND: lazy_gettext("A task is overdue."),
    Missing.NAME: lazy_gettext("We do not know their name."),
    Missing.PHONE: lazy_gettext("There is no telephone number."),
    Missing.MANAGER: lazy_gettext("Nobody looks after them."),
    Missing.STAND_IN: lazy_gettext("Nobody stands in."),
    Missing.WAY: lazy_gettext(
        "They have not said how they want to be reached: ask, and let them say so in their profile."
    ),
    Missing.SIZES: lazy_gettext("No size is stated: ask, and let them say so in their profile."),
}
MOST_PAUSES = 12  # that are written out


class Way(NamedTuple):
    """One way to reach somebody, and what it may be used for."""

    kind: str
    address: str
    words: str
    is_free: bool  # for more than their orders


class Given(NamedTuple):
    """A consent that holds."""

    title: str
    consent: Consent


class ShownCard:
    """A card in the reader's language. `profile`: None where they allow none."""

    def __init__(self, card: Card, profile: Profile | None = None) -> None:
        self.card, self.profile = card, profile

    @cached_property
    def orders(self) -> list[StaffOrder]:
        return [StaffOrder(each) for each in self.card.orders]

    @cached_property
    def moments(self) -> list[ShownMoment]:
        return [ShownMoment(each) for each in self.card.time_line.moments]

    @property
    def ways(self) -> list[Way]:
        """How they may be reached; their consents decide for what."""
        who, ways = self.card.subject, []
        if who.email:
            letters = [each.title for each in self.held if each.consent.purpose.endswith("letters")]
            words = (
                _("about orders, and: %(topics)s", topics=", ".join(letters))
                if letters
                else _("about orders and to answer; no other letters")
            )
            ways.append(Way("mail", who.email, words, bool(letters)))
        if who.phone:
            calls = self.card.allows(Purpose.CALLS)
            words = (
                _("also for advice and offers")
                if calls
                else _("about orders and to answer; may not be called with advice or offers")
            )
            ways.append(Way("phone", who.phone, words, calls))
            if self.card.allows(Purpose.MESSENGER):
                ways.append(Way("messenger", who.phone, _("a messenger, also for advice and offers"), True))
        return ways

    @property
    def wish(self) -> str:
        """How and when they want to be reached, in their own answers; empty where they have not said it."""
        if self.profile is None or not self.profile.is_used(CONTACT):
            return ""
        said = self.profile.stated.get(CONTACT, {})
        return ", ".join(value_title(CONTACT, way, {}) for way in WAYS if way in said)

    @cached_property
    def held(self) -> list[Given]:
        """The consents that hold."""
        found = (self.card.holding(purpose) for purpose in Purpose)
        return [
            Given(wording(Purpose(one.purpose)).title[language()], one) for one in found if one is not None
        ]

    @property
    def withdrawn(self) -> list[Given]:
        """Those that were taken back and not given again, the latest first."""
        held = {each.consent.purpose for each in self.held}
        latest: dict[str, Consent] = {}
        for one in self.card.receipts:
            if one.purpose not in held:
                latest.setdefault(one.purpose, one)
        return [Given(wording(Purpose(name)).title[language()], one) for name, one in latest.items()]

    @property
    def rhythm(self) -> str:
        """The arithmetic of the rhythm, as a sentence."""
        pauses = self.card.value.pauses
        shown = ", ".join(str(days) for days in sorted(pauses)[:MOST_PAUSES])
        more = ", …" if len(pauses) > MOST_PAUSES else ""
        return _("the middle of the pauses between orders: %(days)s days", days=shown + more)

    @property
    def age(self) -> str:
        """How long ago the last order was."""
        days = self.card.value.recency
        if not days:
            return _("today")
        return format_timedelta(timedelta(days=-days), add_direction=True, threshold=1.3)

    @property
    def facts(self) -> list[ShownFact]:
        """What is known of their taste, each with what it rests on; nothing without their consent."""
        return facts_of(self.profile) if self.profile else []

    @cached_property
    def missing(self) -> list[str]:
        """What keeps a stand-in from serving them well."""
        if self.card.subject.customer_id is None:
            return []
        found = missing.of(
            self.card,
            self.card.manager,
            self.card.errands,
            self.card.value.today,
            stated=frozenset(self.profile.stated) if self.profile else None,
            measures=measures_of(self.profile),
        )
        return [str(MISSING[each]) for each in found]

    def awaited(self, watch: Watch) -> str:
        return str(AWAITED.get(watch.kind, watch.kind))
