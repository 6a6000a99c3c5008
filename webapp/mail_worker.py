"""The worker reads the mailbox: each letter becomes a message of its thread once, whenever it is killed."""

import logging
from datetime import datetime, timedelta
from email.utils import parseaddr

from sqlalchemy.exc import SQLAlchemyError

from webapp.database import Database
from webapp.relations.talk import incoming_mail
from webapp.relations.talk.incoming_mail import TO_LOOK_AT, Fate
from webapp.relations.talk.mail_room import Contents, Judged, MailRoom, contents
from webapp.relations.talk.postbox import Postbox, postbox
from webapp.relations.talk.received_letter import ReceivedLetter
from webapp.settings import Settings

log = logging.getLogger(__name__)

MOST = 20  # letters of one round, so that our own need not wait until a full mailbox is read
PAUSES = [
    timedelta(minutes=m) for m in (1, 5, 15)
]  # after a mailbox that does not answer, and again, and ever after


class MailWorker:
    """What one worker knows of the mailbox. Any number may read it: a letter that two of them read is said once."""

    def __init__(self, settings: Settings) -> None:
        self.postbox: Postbox = postbox(settings.mailbox_url)
        sender = parseaddr(settings.mail_from)[1]
        self.room = MailRoom(settings.mailbox_address, sender, settings.secret_key, settings.time_zone)
        self.failures = 0
        self.quiet_until: datetime | None = None

    def __call__(self, database: Database, at: datetime) -> None:
        """Reads what has come. A letter is marked only after what became of it is on disk."""
        if self.quiet_until is not None and at < self.quiet_until:
            return
        try:
            with self.postbox.open() as box:
                for waiting in box.unread(MOST):
                    fate = take_in(database, self.room, waiting.letter, at)
                    box.done(waiting.key, flagged=fate in TO_LOOK_AT)
        except SQLAlchemyError:
            raise
        except Exception as error:  # a server that is away comes back
            self.quiet_until = at + PAUSES[min(self.failures, len(PAUSES) - 1)]
            self.failures += 1
            log.warning(
                "the mailbox cannot be read, and is tried again later: %s: %s", type(error).__name__, error
            )
        else:
            self.failures, self.quiet_until = 0, None


def take_in(database: Database, room: MailRoom, letter: ReceivedLetter, at: datetime) -> Fate:
    """Makes of a letter what it is meant to be, once; what became of it."""
    judged, taken = Judged(Fate.UNREADABLE), Contents()
    try:
        with database.reading() as session:
            known = incoming_mail.by_mail_id(session, letter.mail_id)
            if known is not None:
                return Fate(known.fate)
            judged = room.judged(session, letter, at=at)
        if judged.fate in (Fate.SAID, Fate.OPENED):
            taken = contents(letter)
    except SQLAlchemyError:
        raise
    except Exception:  # whatever is wrong with one letter, the others are read
        log.exception("a letter cannot be read")
        judged = Judged(Fate.UNREADABLE)
    with database.writing() as session:
        kept = room.keep(session, letter, judged, taken, at=at)
        return Fate(kept.fate) if kept is not None else judged.fate
