"""A thread opened by its private link: whoever has the link reads it and answers, on any device."""

from flask import abort
from sqlmodel import Session
from werkzeug import Response

from webapp import settings
from webapp.account import bp
from webapp.account.message_form import LARGEST_BODY, MessageForm
from webapp.account.shown_thread import ShownThread
from webapp.account.thread_page import said, seen, shown_picture, thread_page
from webapp.database import reading
from webapp.guards import takes_up_to
from webapp.relations.talk import correspondent, thread
from webapp.relations.talk.message import By
from webapp.relations.talk.thread import Thread
from webapp.sales.key import Purpose, read


@bp.get("/talk/<key>")
def guest_thread(key: str) -> Response:
    opened = _opened(reading(), key)
    seen(opened)
    return thread_page(ShownThread(opened, key), MessageForm(formdata=None))


@bp.post("/talk/<key>")
@takes_up_to(LARGEST_BODY)
def write_in_guest_thread(key: str) -> Response:
    opened = _opened(reading(), key)
    by = By.GUEST if opened.customer_id is None else By.CUSTOMER
    name = correspondent.of(reading(), opened).name
    return said(ShownThread(opened, key), lambda session: _opened(session, key, for_update=True), by, name)


@bp.get("/talk/<key>/pictures/<picture>")
def guest_thread_picture(key: str, picture: str) -> Response:
    return shown_picture(_opened(reading(), key), picture)


def _opened(session: Session, key: str, *, for_update: bool = False) -> Thread:
    lock = read(Purpose.THREAD, key, settings.current().secret_key) or abort(404)
    return thread.by_lock(session, lock, for_update=for_update) or abort(404)
