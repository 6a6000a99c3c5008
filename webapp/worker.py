"""What happens behind the pages: letters leave, old rows go. Any number of workers may run."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from webapp import clock, import_worker, outbox, preference_worker, search_worker
from webapp.account import digests, level_letters, reconciliation, reminders, sightings
from webapp.backoff import Backoff
from webapp.catalogues import publication, published, version
from webapp.catalogues.published import Published
from webapp.courier import Courier, Refused, courier, in_words
from webapp.database import Database, is_unavailable
from webapp.demand_worker import DemandWorker
from webapp.labour import Labour
from webapp.mail_worker import MailWorker
from webapp.outbox import Letter
from webapp.publishing import publish_due
from webapp.sales import build_letter, invoicing, lookout
from webapp.sales.lookout import Finding, Lookout, Overdue
from webapp.segment_worker import count_segments
from webapp.settings import Settings
from webapp.sweeping import forget_orders, forget_visitors, sweep, throw_files_away
from webapp.turnover import Turnover

log = logging.getLogger(__name__)

SOON = timedelta(minutes=1)  # when a job that failed is tried again
IDLE = 1.0  # seconds between two looks at an empty outbox
PAUSES = (1, 5, 30, 60)  # seconds between tries to note what became of a letter; in all less than its lock


class Job(NamedTuple):
    """Something to be done now and then; doing it twice must do no harm."""

    every: timedelta
    act: Callable[[Database, datetime], None]


def look_out(
    settings: Settings, database: Database, at: datetime, *, stumbled: Backoff | None = None
) -> None:
    """Finds out which watches have come true under today's catalogue, and tells who waits for them.

    Nothing is solved or rendered while a transaction writes; what a death in between leaves undone the next look makes
    up for. Letters need the application's context. `stumbled`: the watches that could not be looked at.
    """
    today, stumbled = clock.day_of(at, settings.time_zone), stumbled or Backoff()
    looks, after = Lookout(), 0
    known: dict[tuple[str, int], Published | None] = {}
    while True:
        with database.reading() as session:
            looks.rows = session.connection()
            numbers = {family: number for family, number, _ in version.current_keys(session)}
            batch = lookout.overdue(session, numbers, today, after=after)
            _learn(session, known, batch, numbers)
            findings = [
                found for each in batch if (found := _found(looks, each, known, numbers, today, stumbled, at))
            ]
            letters = _letters(session, findings)
        if findings:
            with database.writing() as session:
                most = settings.letters_per_week
                lookout.note(session, findings, letters, today, at=at, most_letters=most)
        if len(batch) < lookout.BATCH:
            return
        after = batch[-1].watch.id or 0


def _learn(
    session: Session,
    known: dict[tuple[str, int], Published | None],
    batch: list[Overdue],
    numbers: dict[str, int],
) -> None:
    """Looks up the versions that these watches are to be judged by: today's, and that of the last look."""
    for each in batch:
        watch = each.watch
        wanted = {numbers[watch.family]} | ({watch.checked_version} if each.is_changed else set())
        for number in wanted:
            if (watch.family, number) not in known:
                known[watch.family, number] = published.version(session.connection(), watch.family, number)


def correct_invoices(settings: Settings, database: Database, at: datetime) -> None:
    """Makes the documents that cancellations and refunds ask for; what is left undone the next look makes up for."""
    with database.reading() as session:
        found = invoicing.open_(session, at=at)
    for each in found:
        with database.writing() as session:
            invoicing.say(session, each, at=at, on=clock.day_of(at, settings.time_zone))


def _found(
    looks: Lookout,
    each: Overdue,
    known: dict[tuple[str, int], Published | None],
    numbers: dict[str, int],
    today: date,
    stumbled: Backoff,
    at: datetime,
) -> Finding | None:
    watch = each.watch
    circumstances = numbers[watch.family], each.version.number, today
    if stumbled.is_waiting(watch.id, circumstances, at):
        return None
    current = known[watch.family, numbers[watch.family]]
    before = known[watch.family, watch.checked_version] if each.is_changed else None
    try:
        finding = lookout.found(looks, each, current, before, today) if current else None
    except Exception:  # whatever is wrong with one build, the others are looked at
        if stumbled.failed(watch.id, circumstances, at):
            log.exception("watch %s could not be looked at, and is tried again later", watch.id)
        return None
    stumbled.worked(watch.id)
    return finding


def _letters(session: Session, findings: list[Finding]) -> dict[int, Letter]:
    """What is written to whom, by the watch that came true."""
    letters: dict[int, Letter] = {}
    for finding in findings:
        if not (finding.has_come_true and finding.watch.by_mail):
            continue
        reader = build_letter.reader(session, finding.overdue.build)
        if reader is None:
            continue
        try:
            note = publication.note(session, finding.watch.family, finding.today.number)
            letters[finding.watch.id or 0] = sightings.letter(session, finding, reader, note)
        except Exception:  # the page tells it all the same
            log.exception("no letter for watch %s", finding.watch.id)
    return letters


def reconcile(_database: Database, at: datetime) -> None:
    """Makes up for what the provider of payments told us and we did not hear."""
    reconciliation.reconcile(at=at)


JOBS: tuple[Job, ...] = (
    Job(timedelta(hours=1), sweep),
    Job(timedelta(hours=1), forget_orders),
    Job(timedelta(days=1), forget_visitors),
)


class Worker:
    """The loop of one worker process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.courier = courier(settings)
        self.jobs = (
            *JOBS,
            Job(timedelta(seconds=5), partial(look_out, settings, stumbled=Backoff())),
            Job(timedelta(seconds=15), partial(correct_invoices, settings)),
            Job(timedelta(seconds=2), partial(publish_due, settings.time_zone)),
            Job(timedelta(seconds=2), search_worker.learn),
            Job(timedelta(seconds=2), partial(import_worker.go_on, settings.time_zone)),
            Job(timedelta(seconds=20), DemandWorker(settings.time_zone)),
            Job(timedelta(seconds=30), Turnover(settings.time_zone)),
            Job(timedelta(seconds=2), partial(level_letters.follow, settings)),
            Job(timedelta(minutes=15), partial(reminders.remind, settings)),
            Job(timedelta(seconds=15), digests.Digests(settings)),
            Job(timedelta(hours=1), partial(throw_files_away, settings)),
            Job(timedelta(seconds=30), preference_worker.renew),
            Job(timedelta(minutes=10), partial(count_segments, settings.time_zone)),
        )
        if settings.mailbox_url:
            self.jobs += (Job(timedelta(seconds=20), MailWorker(settings)),)
        if settings.takes_cards:
            self.jobs += (Job(timedelta(minutes=5), reconcile),)
        self.due: dict[Job, datetime] = {}
        self.labour = Labour(database, settings.time_zone)
        self.told_to_stop = threading.Event()

    def run(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.told_to_stop.set())
        while not self.told_to_stop.is_set():
            try:
                busy = self.turn(clock.now())
            except Exception:  # a full disk, a database that is gone: it passes, and we are still there
                log.exception("the letters have to wait")
                busy = False
            if not busy:
                self.told_to_stop.wait(IDLE)
        self.labour.stop()

    def turn(self, at: datetime) -> bool:
        """Does what is due; whether there may be more of it."""
        for job in self.jobs:
            if self.due.get(job, at) <= at:
                self.due[job] = at + (job.every if self._done(job, at) else min(job.every, SOON))
        letter_left = deliver(self.database, self.courier, at)
        return self.labour.turn(at) or letter_left

    def _done(self, job: Job, at: datetime) -> bool:
        """Whether a job came to its end; one that fails keeps neither the others nor the letters."""
        try:
            job.act(self.database, at)
        except Exception:
            log.exception("left undone for now: %s", getattr(job.act, "__name__", job.act))
            return False
        return True


def deliver(database: Database, courier: Courier, at: datetime) -> bool:
    """Sends the next letter, with no transaction open while the courier is under way; whether there was one.

    One at a time: who is killed holds up a single letter, and leaves open of that one only whether it was taken.
    """
    with database.reading() as session:
        if not outbox.has_due(session, at=at):
            return False
    with database.writing() as session:
        letter = outbox.claim(session, at=at)
    if letter is None:
        return False  # another worker was faster
    trouble, for_good = "", False
    try:
        courier.carry(letter)
    except Exception as error:  # whatever goes wrong with one letter, the others leave
        trouble, for_good = in_words(error), isinstance(error, Refused)
        log.warning("letter %s did not leave: %s", letter.message_id, trouble)
    _note(database, letter.id or 0, trouble, for_good=for_good, forget_secrets=courier.is_closed)
    return True


def _note(database: Database, number: int, trouble: str, *, for_good: bool, forget_secrets: bool) -> None:
    """Keeps what became of a letter. A sent one that is not noted would be sent again, so this is tried for a while."""
    for pause in (*PAUSES, None):
        try:
            with database.writing() as session:
                if trouble:
                    outbox.failed(session, number, trouble, for_good=for_good, at=clock.now())
                else:
                    outbox.sent(session, number, at=clock.now(), forget_secrets=forget_secrets)
            return
        except SQLAlchemyError as error:
            if pause is None or not is_unavailable(error):
                raise
            log.exception("the database does not answer; letter %s is to be noted", number)
            time.sleep(pause)
