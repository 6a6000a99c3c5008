"""Letters of threads: the link for a guest who has written, and our answers. No consent: they were asked for."""

from sqlmodel import Session

from webapp import mail, settings
from webapp.account.shown_thread import private_link
from webapp.outbox import Letter
from webapp.relations.talk import correspondent
from webapp.relations.talk.reply_address import reply_address
from webapp.relations.talk.thread import Thread


def opened(thread: Thread) -> Letter:
    """The private link of a guest's thread. It holds nothing that was written: anybody may type anybody's address."""
    letter = mail.rendered(
        "thread_opened", thread.email, thread.language, secret=True, address=private_link(thread)
    )
    return letter._replace(reply_to=_reply_to(thread))


def answered(session: Session, thread: Thread, text: str, who: str) -> Letter | None:
    """What we say in a thread, with the link to answer; None where there is no address."""
    to = correspondent.of(session, thread)
    if not to.email:
        return None
    reply_to = _reply_to(thread)
    letter = mail.rendered(
        "thread_answer",
        to.email,
        to.language,
        secret=True,
        thread=thread,
        answer=text,
        who=who,
        address=private_link(thread),
        may_reply=bool(reply_to),
    )
    return letter._replace(reply_to=reply_to)


def _reply_to(thread: Thread) -> str:
    """Where an answer by e-mail finds the thread; "" where no mailbox is read."""
    told = settings.current()
    return reply_address(thread, told.mailbox_address, told.secret_key)
