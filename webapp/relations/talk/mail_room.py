"""The mail room: decides what becomes of a letter to us, and makes it a message of its thread, exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from webapp import outbox
from webapp.catalogues.drawing import Refused
from webapp.relations.talk import answer_clock, attachment, correspondent, incoming_mail, message, talk
from webapp.relations.talk import thread as threads
from webapp.relations.talk.attachment import Picture
from webapp.relations.talk.incoming_mail import Fate, IncomingMail
from webapp.relations.talk.message import By, Channel
from webapp.relations.talk.received_letter import Nature, ReceivedLetter
from webapp.relations.talk.reply import trimmed
from webapp.relations.talk.reply_address import addressed, is_addressed
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import LONGEST_TITLE, Thread

AN_HOUR = timedelta(hours=1)
MOST_OF_A_THREAD = 30  # letters an hour: more of them are two machines that talk to each other
MOST_OF_A_SENDER = 10  # letters an hour of one who writes anew
MOST_LEFT_OUT = 20  # names of files that are kept
MORE = "…"


class Judged(NamedTuple):
    """What is to become of a letter, and the number of the thread that it belongs to, if any."""

    fate: Fate
    thread_id: int | None = None


@dataclass(frozen=True)
class Contents:
    """What is taken from a letter. `words`: all of them, where the message shows less."""

    text: str = ""
    words: str = ""
    pictures: Sequence[Picture] = ()
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class MailRoom:
    """What the shop goes by. `mailbox`: the address that is read; `own`: of our letters; `zone`: of office hours."""

    mailbox: str
    own: str
    secret: str
    zone: str

    def judged(self, session: Session, letter: ReceivedLetter, *, at: datetime) -> Judged:
        """What is to become of a letter that was not read before."""
        if letter.sender in (self.mailbox.lower(), self.own.lower()) or _ours(session, [letter.mail_id]):
            return Judged(Fate.OWN)
        if letter.nature is Nature.BOUNCE:
            return Judged(Fate.BOUNCE, self._answered(session, letter.returned))
        found = addressed(session, letter.addressed, self.mailbox, self.secret)
        thread_id = found.id if found else self._answered(session, letter.answers)
        if letter.nature is Nature.AUTOMATIC:
            return Judged(Fate.AUTOMATIC, thread_id)
        since = at - AN_HOUR
        if thread_id is not None:
            many = incoming_mail.recent(session, since=since, thread_id=thread_id) >= MOST_OF_A_THREAD
            return Judged(Fate.TOO_MANY if many else Fate.SAID, thread_id)
        if not letter.sender or not is_addressed(letter.addressed, self.mailbox):
            return Judged(Fate.ASTRAY)
        many = incoming_mail.recent(session, since=since, sender=letter.sender) >= MOST_OF_A_SENDER
        return Judged(Fate.TOO_MANY if many else Fate.OPENED)

    def keep(
        self, session: Session, letter: ReceivedLetter, judged: Judged, contents: Contents, *, at: datetime
    ) -> IncomingMail | None:
        """Makes of a letter what was decided; None where another reader was faster."""
        kept = IncomingMail(
            mail_id=letter.mail_id,
            sender=letter.sender,
            subject=letter.subject,
            fate=judged.fate.value,
            read_at=at,
            thread_id=judged.thread_id,
            is_cut=letter.is_cut,
            words=contents.words,
            left_out=list(contents.left_out),
        )
        if not incoming_mail.note(session, kept):
            return None
        if judged.fate is Fate.SAID:
            self._say(session, letter, contents, kept, at)
        elif judged.fate is Fate.OPENED:
            self._open(session, letter, contents, kept, at)
        session.flush()
        return kept

    def _say(
        self, session: Session, letter: ReceivedLetter, contents: Contents, kept: IncomingMail, at: datetime
    ) -> None:
        thread = threads.by_id(session, kept.thread_id or 0, for_update=True)
        if thread is None:  # erased since it was looked up
            kept.fate, kept.thread_id, kept.words = Fate.ASTRAY.value, None, ""
            return
        who = correspondent.of(session, thread)
        kept.is_foreign = letter.sender != who.email.lower()
        by = By.GUEST if kept.is_foreign or thread.customer_id is None else By.CUSTOMER
        said = _said(letter, contents, by, "" if kept.is_foreign else who.name)
        promise = answer_clock.promise(session, thread.customer_id, zone=self.zone, at=at)
        talk.say(session, thread, said, at=at, promise=promise)
        _link(session, kept)

    def _open(
        self, session: Session, letter: ReceivedLetter, contents: Contents, kept: IncomingMail, at: datetime
    ) -> None:
        """A new thread of somebody of whom we know an address and nothing more: an address proves nothing."""
        fresh = Thread(
            code="",
            token=letter.fingerprint,
            name=letter.sender_name,
            email=letter.sender,
            language=_language(contents.text),
            title=letter.subject[:LONGEST_TITLE] or letter.sender_name[:LONGEST_TITLE],
            opened_at=at,
            latest_at=at,
        )
        said = _said(letter, contents, By.GUEST, letter.sender_name)
        promise = answer_clock.promise(session, None, zone=self.zone, at=at)
        kept.thread_id = talk.begin(session, fresh, said, at=at, promise=promise).id
        _link(session, kept)

    def _answered(self, session: Session, message_ids: Sequence[str]) -> int | None:
        """The thread of a letter of ours, where the address that we gave it got lost on the way back."""
        for letter in _ours(session, message_ids):
            found = addressed(session, letter.reply_to, self.mailbox, self.secret)
            if found is not None:
                return found.id
        return None


def contents(letter: ReceivedLetter) -> Contents:
    """What of a letter is kept; slow, since pictures are drawn anew: to be asked before a transaction."""
    pictures: list[Picture] = []
    left_out: list[str] = []
    for file in letter.files:
        try:
            if file.content is None or len(pictures) == attachment.MOST:
                left_out.append(file.name)
            else:
                pictures.append(attachment.taken_in(file.name, file.content))
        except Refused:
            left_out.append(file.name)
    whole = letter.text.strip()
    text = trimmed(whole) or letter.subject or MORE
    if len(text) > message.LONGEST:
        text = text[: message.LONGEST - len(MORE)] + MORE
    return Contents(text, "" if text == whole else whole, pictures, left_out[:MOST_LEFT_OUT])


def _link(session: Session, kept: IncomingMail) -> None:
    became = message.by_mail(session, kept.mail_id)
    kept.message_id = became.id if became else None


def _said(letter: ReceivedLetter, contents: Contents, by: By, name: str) -> Said:
    return Said(
        by,
        name,
        contents.text,
        letter.fingerprint,
        Channel.MAIL,
        contents.pictures,
        mail_message_id=letter.mail_id,
    )


def _ours(session: Session, message_ids: Sequence[str]) -> list[outbox.OutboxLetter]:
    """The letters of ours among these."""
    names = [each.strip("<>").partition("@")[0] for each in message_ids[:10]]
    found = [outbox.by_message_id(session, name) for name in names]
    return [each for each in found if each is not None]


def _language(text: str) -> str:
    """The one that somebody writes in, as far as its letters tell."""
    cyrillic = sum("а" <= one <= "я" for one in text.lower())
    latin = sum("a" <= one <= "z" for one in text.lower())
    return "ru" if cyrillic > latin else "en"
