"""Looking out: whether what the watches are for is true by now, and who is to be told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, update
from sqlmodel import Session, col, select

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.kept import carried
from webapp.catalogues.published import Published
from webapp.locks import alone
from webapp.outbox import Letter
from webapp.sales import as_it_was, build_letter
from webapp.sales.build import Build
from webapp.sales.build_version import BuildVersion
from webapp.sales.delivery_slot import Slots
from webapp.sales.specification import Specification
from webapp.sales.watch import Kind, Sighting, Watch

BATCH = 500  # watches of one transaction


class Look(NamedTuple):
    """What one look at a build shows. `total`: what its parts cost, where they can be had."""

    holds: bool
    total: int | None


class Overdue(NamedTuple):
    """A watch with the build as it is now."""

    watch: Watch
    build: Build

    @property
    def version(self) -> BuildVersion:
        return self.build.latest

    @property
    def is_changed(self) -> bool:
        """Whether its owner has changed the build since the last look."""
        return self.watch.checked_number != self.version.number


class Finding(NamedTuple):
    """What a look has shown of a watch under today's version; `was`: the truth that it is compared with."""

    overdue: Overdue
    today: Published
    was: bool
    look: Look

    @property
    def watch(self) -> Watch:
        return self.overdue.watch

    @property
    def has_come_true(self) -> bool:
        return self.look.holds and not self.was


class Lookout:
    """Looks at builds, at each distinct configuration under each version once, however many watch it.

    `rows`: where the workshop's calendar is read for those who wait for a day; of the transaction at hand.
    """

    def __init__(self, rows: Connection | None = None) -> None:
        self.rows = rows
        self._arrivals: dict[tuple, date | None] = {}
        self._totals: dict[tuple, int | None] = {}
        self._fitting: dict[tuple, bool] = {}

    def look(self, watch: Watch, kept: Specification, version: Published, today: date) -> Look:
        """Whether what is watched for is true on a day under a version."""
        if watch.kind in (Kind.RETURNS, Kind.FITS):
            said = kept.said if watch.kind == Kind.FITS else Choices()
            return Look(self.fits(version, said, watch.key), None)
        family, picked = version.family, kept.picked
        total = self.total(version, picked)
        if total is None or family.currency != kept.currency:
            return Look(False, None)
        if watch.kind == Kind.CHEAPER:
            return Look(watch.amount is not None and total < watch.amount, total)
        if watch.kind == Kind.DELIVERABLE:
            there = self.arrival(family.currency, today, as_it_was.lead_days(picked, family))
            return Look(there is not None and watch.day is not None and there <= watch.day, total)
        return Look(True, total)

    def total(self, version: Published, picked: tuple[OptionKey, ...]) -> int | None:
        """What parts cost; None where they cannot be had together."""
        known = (version.sha256, picked)
        if known not in self._totals:
            self._totals[known] = as_it_was.total(picked, version.family)
        return self._totals[known]

    def arrival(self, currency: str, today: date, lead_days: int) -> date | None:
        """By when it is there, ordered on a day, as the checkout offers it; None where nothing is free."""
        assert self.rows is not None
        known = (currency, today, lead_days)
        if known not in self._arrivals:
            self._arrivals[known] = Slots(self.rows, today, lead_days).quickest(currency)
        return self._arrivals[known]

    def fits(self, version: Published, said: Choices, key: OptionKey) -> bool:
        """Whether an option can be had beside choices, of which those that are gone are left out."""
        known = (version.sha256, said, key)
        if known not in self._fitting:
            self._fitting[known] = _fits(version, said, key)
        return self._fitting[known]


def _fits(version: Published, said: Choices, key: OptionKey) -> bool:
    family = version.family
    if key not in family.option_by_key:
        return False
    beside = carried(said, family).said
    return version.engine.fits(beside.with_pick(family.group_by_code[key.group], key))


def overdue(
    session: Session, numbers: Mapping[str, int], today: date, *, after: int = 0, limit: int = BATCH
) -> list[Overdue]:
    """The next watches whose family has a newer version than they were checked under, or whose day has passed.

    `numbers`: of the version on sale, by family.
    """
    if not numbers:
        return []
    newer: list[ColumnElement[bool]] = [
        and_(col(Watch.family) == family, col(Watch.checked_version) < number)
        for family, number in numbers.items()
    ]
    # The day after its last one a watch for a day is looked at once more: nothing comes in time any more.
    daily = and_(
        col(Watch.kind) == Kind.DELIVERABLE.value,
        col(Watch.checked_on) < today,
        col(Watch.checked_on) <= col(Watch.day),
        col(Watch.family).in_(list(numbers)),
    )
    rows = session.exec(
        select(Watch, Build)
        .join(Build, col(Build.id) == Watch.build_id)
        .where(col(Watch.id) > after, or_(*newer, daily))
        .order_by(col(Watch.id))
        .limit(limit)
    )
    return [Overdue(*row) for row in rows]


def found(lookout: Lookout, each: Overdue, today: Published, before: Published | None, day: date) -> Finding:
    """What has become of a watch.

    A build that its owner has changed since the last look is compared with itself under `before`, the version of
    that look: what came true by their own hand is no news.
    """
    watch, kept = each.watch, each.version
    was = watch.holds
    if before is not None:
        was = lookout.look(watch, kept, before, watch.checked_on).holds
    return Finding(each, today, was, lookout.look(watch, kept, today, day))


def note(
    session: Session,
    findings: Sequence[Finding],
    letters: Mapping[int, Letter],
    day: date,
    *,
    at: datetime,
    most_letters: int | None = None,
) -> int:
    """Keeps what was found, each change of truth once: who was slower than another worker changes nothing.

    `letters`: by the watch that they are about; `most_letters`: to one person a week. Returns how many watches came
    true.
    """
    alone(session, "what the watches see")
    alike: dict[tuple[State, State], list[Finding]] = defaultdict(list)
    for finding in findings:
        watch, number = finding.watch, finding.overdue.version.number
        before = State(watch.holds, watch.checked_number, watch.checked_version, watch.checked_on)
        alike[before, State(finding.look.holds, number, finding.today.number, day)].append(finding)
    told: list[Finding] = []
    for (before, after), some in alike.items():
        changed = _changed(session, [finding.watch.id or 0 for finding in some], before, after)
        told += [finding for finding in some if finding.has_come_true and finding.watch.id in changed]
    if told:
        session.execute(insert(Sighting), [_sighting(finding, at) for finding in told])
    for finding in told:
        letter = letters.get(finding.watch.id or 0)
        if letter is not None:
            build_letter.put(session, finding.overdue.build, letter, at=at, most=most_letters)
    return len(told)


def _sighting(finding: Finding, at: datetime) -> dict[str, Any]:
    version, total = finding.today.number, finding.look.total
    return {"watch_id": finding.watch.id, "version": version, "total": total, "at": at}


class State(NamedTuple):
    """What is noted of a watch."""

    holds: bool
    checked_number: int
    checked_version: int
    checked_on: date


def _changed(session: Session, watches: Sequence[int], before: State, after: State) -> set[int]:
    """Those of the watches that were still as they were read, and are now as they were found."""
    unchanged = [getattr(Watch, name) == value for name, value in before._asdict().items()]
    changed = session.execute(
        update(Watch)
        .where(col(Watch.id).in_(watches), *unchanged)
        .values(**after._asdict())
        .returning(col(Watch.id))
        .execution_options(synchronize_session=False)
    )
    return set(changed.scalars())
