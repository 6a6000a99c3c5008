"""The page of a thread, a message in it and its pictures: the same by one's own list and by a private link."""

from collections.abc import Callable

from flask import Response as FlaskResponse
from flask import abort, flash, make_response, redirect, render_template
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug import Response

from webapp import clock, settings
from webapp.account import limits, thread_limits
from webapp.account.message_form import TYPES, MessageForm
from webapp.account.shown_thread import ShownThread, has_news
from webapp.afterwards import is_noted
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.relations.talk import answer_clock, message_picture, talk, thread
from webapp.relations.talk.message import By
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import Thread

# A picture came from outside: whatever it says, it runs nothing and fetches nothing.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


def thread_page(shown: ShownThread, form: MessageForm, status: int = 200) -> Response:
    page = render_template("account/thread.html", shown=shown, form=form, types=TYPES)
    return kept_private(make_response(page, status))


def said(shown: ShownThread, found: Callable[[Session], Thread], by: By, name: str | None) -> Response:
    """Takes a message in. `found`: the thread, for update; `name`: None where the thread knows it."""
    form, at = MessageForm(), clock.now()
    if not form.validate_on_submit():
        return thread_page(shown, form.renewed(), 422)
    tried = thread_limits.of_a_message()
    with writing() as session:
        pause = limits.pause(session, tried, at=at)
        if pause is None:
            opened = found(session)
            promise = answer_clock.promise(
                session, opened.customer_id, zone=settings.current().time_zone, at=at
            )
            words = Said(
                by,
                opened.name if name is None else name,
                form.text.data or "",
                form.token.data or "",
                pictures=form.taken,
            )
            if talk.say(session, opened, words, at=at, promise=promise) is None:
                limits.take_back(session, tried)
    if pause is not None:
        form.text.errors = [limits.later(pause)]
        response = thread_page(shown, form, 429)
        response.headers["Retry-After"] = limits.seconds(pause)
        return response
    flash(_("Sent."), "done")
    return redirect(f"{shown.address}#latest", 303)


def seen(read: Thread) -> None:
    """Notes that whoever the thread is with has seen what there is; a note that fails withholds no answer."""
    if has_news(read):
        number, until = read.id or 0, read.latest_at
        is_noted(lambda session: thread.see(session, number, until=until), "a thread was not noted as seen")


def shown_picture(of: Thread, code: str) -> Response:
    """A picture of a thread, for whoever may read that; browsers may not guess what else it could be."""
    found = message_picture.find(reading(), of.id or 0, code) or abort(404)
    response = FlaskResponse(found.content, mimetype=found.kind)
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return kept_private(response)
