"""What is kept for a while only goes: the periods are those that the privacy policy names."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from webapp import attempts, old_letters, outbox, recall
from webapp.catalogues import task
from webapp.courier import folder
from webapp.customers import (
    asked_question,
    consent,
    customer_session,
    guest_consent,
    merged_account,
    past_consent,
    retention,
    rights_request,
    sign_in_request,
    staff_session,
    touchpoint,
)
from webapp.customers.touchpoint import Kind
from webapp.database import Database
from webapp.relations.card import contact, errand
from webapp.relations.importing import customer_import
from webapp.relations.merging import merge
from webapp.relations.news import digest, opening, opt_in
from webapp.relations.talk import incoming_mail, thread
from webapp.sales import cart_line, current_build, erasing, held_letter
from webapp.sales.demand import journey
from webapp.settings import Settings

A_FEW = 200  # rows of one transaction


def sweep(database: Database, at: datetime) -> None:
    """Drops what is kept for a while only."""
    with database.writing() as session:
        attempts.sweep(session, before=retention.TRIES.before(at))
        outbox.sweep(session, before=retention.LETTERS.before(at))
        recall.drop_lost(session, at=at)
        sign_in_request.sweep(session, before=retention.SIGN_INS.before(at))
        task.sweep(session, before=retention.REHEARSALS.before(at))
        customer_session.sweep(session, before=retention.ENDED_SESSIONS.before(at))
        staff_session.sweep(session, before=retention.ENDED_SESSIONS.before(at))
        cart_line.sweep(
            session,
            removed_before=retention.REMOVED_LINES.before(at),
            put_before=retention.UNFINISHED.before(at),
        )
        consent.sweep(session, withdrawn_before=retention.RECEIPTS.before(at))
        guest_consent.sweep(session, withdrawn_before=retention.RECEIPTS.before(at))
        opt_in.sweep(session, before=retention.OPT_INS.before(at))
        held_letter.sweep(session, before=retention.LETTERS.before(at))
        digest.forget(session, before=retention.DIGESTS.before(at))
        opening.forget(session, before=retention.OPENINGS.before(at))
        past_consent.sweep(session, before=retention.RECEIPTS.before(at))
        rights_request.sweep(session, before=retention.REQUESTS.before(at))
        contact.sweep(session, before=retention.CONTACTS.before(at))
        errand.sweep(session, before=retention.ERRANDS.before(at))
        thread.sweep(session, before=retention.THREADS.before(at))
        incoming_mail.sweep(session, before=retention.INCOMING.before(at))
        customer_import.sweep(session, before=retention.IMPORTS.before(at))
        merged_account.settle(session, before=retention.MERGES.before(at))
        merge.gather(session, at=at)
        asked_question.sweep(session, before=retention.QUESTIONS.before(at))


def forget_visitors(database: Database, at: datetime) -> None:
    """After the time that the privacy policy names, nothing says any more whose clicks and builds these were."""
    before, unfinished = retention.CLICKS.before(at), retention.UNFINISHED.before(at)
    while True:  # a few at a time, looked up by a reader, so that no click waits
        with database.reading() as session:
            clicks = touchpoint.older(session, than=before, limit=A_FEW)
            builds = current_build.abandoned(session, before=unfinished, limit=A_FEW)
        if not clicks and not builds:
            break
        with database.writing() as session:
            touchpoint.forget_visitors(session, clicks)
            current_build.drop(session, builds, before=unfinished)
    with database.writing() as session:
        journey.forget_visitors(session, before=before)
    for period, kinds in touchpoint.KEPT_FOR:
        _part(database, kinds, before=period.before(at))


def _part(database: Database, kinds: Sequence[Kind], *, before: datetime) -> None:
    """Nothing of these kinds is in anybody's profile after its time."""
    while True:
        with database.reading() as session:
            theirs = touchpoint.outlived(session, kinds, before=before, limit=A_FEW)
        if not theirs:
            return
        with database.writing() as session:
            touchpoint.part(session, theirs)


def forget_orders(database: Database, at: datetime) -> None:
    """Finishes erasures whose orders are over, and drops accounts that the law no longer asks for."""
    for forget in (erasing.finish, partial(erasing.forget_accounts, at=at)):
        has_more = True
        while has_more:
            with database.writing() as session:
                has_more = forget(session)


def throw_files_away(settings: Settings, _database: Database, at: datetime) -> None:
    """Letters that were written as files stay as long as those that were sent."""
    old_letters.throw_away(folder(settings), before=retention.LETTERS.before(at))
