"""Letters of threads: the link for a guest who has written, and our answers. No consent: they were asked for."""

from sqlmodel import Session

from webapp import mail
from webapp.account.shown_thread import private_link
from webapp.outbox import Letter
from webapp.relations import correspondent
from webapp.relations.thread import Thread


def opened(thread: Thread) -> Letter:
    """The private link of a guest's thread. It holds nothing that was written: anybody may type anybody's address."""
    return mail.rendered(
        "thread_opened", thread.email, thread.language, secret=True, address=private_link(thread)
    )


def answered(session: Session, thread: Thread, text: str, who: str) -> Letter | None:
    """What we say in a thread, with the link to answer; None where there is no address."""
    to = correspondent.of(session, thread)
    if not to.email:
        return None
    return mail.rendered(
        "thread_answer",
        to.email,
        to.language,
        secret=True,
        thread=thread,
        answer=text,
        who=who,
        address=private_link(thread),
    )
