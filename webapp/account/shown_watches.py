"""The watches of a build as its page shows them: what is waited for, what has come true, what may be asked."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from flask import request
from flask_babel import gettext as _

from webapp import clock, settings
from webapp.account.build_form import new_token
from webapp.account.missing_options import MissingOption, missing_options
from webapp.account.sightings import ShownSighting, awaited, shown
from webapp.account.wanted import today
from webapp.account.watch_form import OPTION, WatchForm
from webapp.afterwards import note_afterwards
from webapp.catalogues.published import Published
from webapp.customers import consent
from webapp.customers.consent import Consent, Purpose, Wording
from webapp.customers.customer_session import SignedIn
from webapp.database import reading, reading_rows
from webapp.formats import day, money
from webapp.languages import language
from webapp.sales import as_it_was, watch
from webapp.sales.build import Build
from webapp.sales.lookout import Lookout
from webapp.sales.watch import MOST, Kind, News, Watch
from webapp.shop.visiting import customer, known_owner

FURTHEST = timedelta(days=365)


class Awaited(NamedTuple):
    """A watch that is set."""

    watch: Watch
    words: str
    holds: bool
    is_over: bool


class ShownWatches:
    """What the owner of one build waits for. `form`: made for what may be asked, filled in where it was sent."""

    def __init__(self, build: Build, *, is_answer: bool = False) -> None:
        assert build.id is not None
        self.build, self.kept = build, build.latest
        self.is_answer, self.new_token = is_answer, new_token()
        self.today = clock.today(settings.current().time_zone)
        self.lookout = Lookout(reading_rows())
        self.form = WatchForm(
            **({} if is_answer else {"formdata": None}),
            kinds=self.kinds,
            options=[str(choice.key) for choice in self.choices],
        )

    @cached_property
    def on_sale(self) -> Published | None:
        return today(self.kept.family)

    @cached_property
    def set(self) -> Sequence[Watch]:
        return watch.of(reading(), self.build.id or 0)

    @cached_property
    def listed(self) -> list[Awaited]:
        """All that is waited for, and whether it is true already."""
        return [
            Awaited(each, awaited(each, self.kept.currency), self._holds(each), self._is_over(each))
            for each in self.set
        ]

    @cached_property
    def news(self) -> Sequence[News]:
        return watch.sightings_in(reading(), self.build.id or 0)

    @cached_property
    def sightings(self) -> list[tuple[News, ShownSighting]]:
        return [(each, shown(each)) for each in self.news]

    @cached_property
    def total_today(self) -> int | None:
        """What the same parts cost today; None where they cannot be had, or are counted in other money."""
        return as_it_was.total_today(self.kept, self.on_sale)

    @cached_property
    def quickest(self) -> date | None:
        """By when it is there if it is ordered today; None where nothing is free. Only where it can be had."""
        assert self.on_sale is not None
        days = as_it_was.lead_days(self.kept.picked, self.on_sale.family)
        return self.lookout.arrival(self.kept.currency, self.today, days)

    @property
    def earliest(self) -> date:
        """The first day that may be asked for."""
        return self.today + timedelta(days=1)

    @property
    def latest(self) -> date:
        """The last day that is worth asking for: by the next one it is there anyway."""
        furthest = self.today + FURTHEST
        return furthest if self.quickest is None else min(self.quickest - timedelta(days=1), furthest)

    @cached_property
    def kinds(self) -> list[str]:
        """What is not true yet and may come true."""
        if self.on_sale is None:
            return []
        found: list[str] = []
        if self.total_today is None:
            found.append(Kind.POSSIBLE.value)
        else:
            found += [Kind.CHEAPER.value] if self.total_today > 1 else []
            found += [Kind.DELIVERABLE.value] if self.earliest <= self.latest else []
        return [*found, OPTION] if self.choices else found

    @cached_property
    def choices(self) -> list[MissingOption]:
        """Options that cannot be had: those that are made no more, then those that do not go with the build."""
        return missing_options(self.kept, self.on_sale, self.lookout) if self.on_sale else []

    @property
    def by_kind(self) -> list[tuple[str, list[MissingOption]]]:
        """The options in their two sorts."""
        sorts = {Kind.RETURNS: _("Made no more"), Kind.FITS: _("Does not go with this build")}
        return [
            (title, mine)
            for kind, title in sorts.items()
            if (mine := [choice for choice in self.choices if choice.kind is kind])
        ]

    @property
    def has_room(self) -> bool:
        return len(self.set) < MOST

    @cached_property
    def reader(self) -> SignedIn | None:
        """Who can be written to: the owner of the build, signed in."""
        who = customer()
        return who if who and who.owner == self.build.owner else None

    @property
    def is_signed_in(self) -> bool:
        return customer() is not None

    @property
    def wording(self) -> Wording:
        return consent.wording(Purpose.BUILD_LETTERS)

    @cached_property
    def agreed(self) -> Consent | None:
        """The consent to today's words, where it is given already: it is not asked for again."""
        held = (
            consent.held_by(reading(), self.reader.customer_id, Purpose.BUILD_LETTERS)
            if self.reader
            else None
        )
        return held if held and held.edition == self.wording.edition else None

    @property
    def edition(self) -> str | None:
        """Of the words that were read, as the form says; None where it had none and none are agreed to any more."""
        known = {wording.edition for wording in consent.WORDINGS[Purpose.BUILD_LETTERS]}
        if self.form.edition.data in known:
            return self.form.edition.data
        return self.agreed.edition if self.agreed else None

    def wanted(self) -> Watch | None:
        """The watch that the form asks for; None where it cannot be set, with the sentence beside its field."""
        form = self.form
        if not form.validate_on_submit() or self.on_sale is None:
            return None
        if form.kind.data not in self.kinds:
            form.kind.errors = [_("This is true already, or nothing that could come true.")]
            return None
        if form.by_mail.data and self.reader and self.edition is None:
            form.by_mail.errors = [_("You have withdrawn this meanwhile. Tick it again to allow it anew.")]
            form.by_mail.data = False
            return None
        if not self.has_room:
            form.kind.errors = [_("These are many watches already. End one that you need no more.")]
            return None
        if form.kind.data == Kind.CHEAPER:
            return self._cheaper()
        if form.kind.data == Kind.DELIVERABLE:
            return self._deliverable()
        return self._about_option() if form.is_about_option else self._watch(Kind.POSSIBLE)

    def _cheaper(self) -> Watch | None:
        amount, total = self.form.amount_in(self.kept.currency), self.total_today or 0
        if amount is None:
            example = money(total * 9 // 10, self.kept.currency, short=True)
            self.form.amount.errors = [_("Write an amount, such as %(example)s.", example=example)]
        elif amount > total:
            price = money(total, self.kept.currency)
            self.form.amount.errors = [_("It costs less than that already: %(price)s.", price=price)]
        else:
            return self._watch(Kind.CHEAPER, amount=amount)
        return None

    def _deliverable(self) -> Watch | None:
        wanted = self.form.wanted_day
        if wanted is None:
            self.form.day.errors = [_("Choose a day.")]
        elif wanted < self.earliest:
            self.form.day.errors = [_("Choose a day from tomorrow on.")]
        elif self.quickest is not None and wanted >= self.quickest:
            self.form.day.errors = [
                _("It is true already: ordered today, it is with you by %(day)s.", day=day(self.quickest))
            ]
        elif wanted > self.latest:
            self.form.day.errors = [_("Choose a day within a year.")]
        else:
            return self._watch(Kind.DELIVERABLE, day=wanted)
        return None

    def _about_option(self) -> Watch | None:
        chosen = next((each for each in self.choices if str(each.key) == self.form.option.data), None)
        if chosen is None:
            self.form.option.errors = [_("Choose an option that cannot be had at the moment.")]
            return None
        title = dict(chosen.title.root)
        group, option = chosen.key
        return self._watch(chosen.kind, option_group=group, option=option, option_title=title)

    def _watch(self, kind: Kind, **aim: object) -> Watch:
        assert self.on_sale is not None
        return Watch.model_validate(
            {
                "build_id": self.build.id,
                "token": self.form.token.data,
                "kind": kind.value,
                "family": self.kept.family,
                "by_mail": bool(self.reader and self.form.by_mail.data),
                "language": language(),
                "set_at": clock.now(),
                "holds": False,
                "checked_number": self.kept.number,
                "checked_version": self.on_sale.number,
                "checked_on": self.today,
                **aim,
            }
        )

    def _holds(self, each: Watch) -> bool:
        return self.on_sale is not None and self.lookout.look(each, self.kept, self.on_sale, self.today).holds

    def _is_over(self, each: Watch) -> bool:
        return each.day is not None and each.day < self.today


def watches_of(build: Build) -> ShownWatches:
    """The watches for a page that is about to be shown; what has come true counts as seen once its owner sees it."""
    shown = ShownWatches(build)
    unseen = [each.sighting.id or 0 for each in shown.news if each.sighting.seen_at is None]
    # Others with the link, and programs that look into letters, leave the owner's news on the personal page.
    is_theirs = build.owner == known_owner()
    if unseen and is_theirs and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        # Where it fails it is told once more.
        at = clock.now()
        note_afterwards(lambda session: watch.seen(session, unseen, at=at), "what was seen was not noted")
    return shown
