"""The letters of the shop: which wait, which have left, which could not, and what each says."""

from flask import Response as FlaskResponse
from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, courier, outbox, settings
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.outbox import NotNow, OutboxLetter, State
from webapp.staff import bp
from webapp.staff.orders import LAST
from webapp.staff.roles import allowed
from webapp.staff.shown_letter import StaffLetter, state_title
from webapp.staff.sign_in import colleague

# A letter dresses itself with inline styles. It is shown as a page that may do nothing else: no script, no form, no
# origin of its own, in no frame but ours.
FRAMED = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


@bp.get("/letters")
@allowed(Role.RELATIONSHIP)
def letters() -> str:
    """Letters, the newest first; filters stand in the address."""
    name = request.args.get("state", "")
    state = State(name) if name in set(State) else None
    words = request.args.get("words", "").strip()[:100]
    before = max(0, min(request.args.get("before", LAST, type=int), LAST))
    found = outbox.latest(reading(), state=state, words=words, before=before, limit=outbox.PAGE + 1)
    shown, has_more = found[: outbox.PAGE], len(found) > outbox.PAGE
    return render_template(
        "staff/letters.html",
        letters=[StaffLetter(each) for each in shown],
        state=state,
        words=words,
        older=shown[-1].id if has_more else None,
        is_first=before == LAST,
        states=[(each, state_title(each)) for each in State],
        folder=_folder(),
    )


@bp.get("/letters/<message_id>")
@allowed(Role.RELATIONSHIP)
def letter(message_id: str) -> Response:
    return _page(_found(message_id))


@bp.get("/letters/<message_id>/html")
@allowed(Role.RELATIONSHIP)
def letter_html(message_id: str) -> FlaskResponse:
    """The HTML form as a page of its own, for the frame on the letter's page."""
    shown = StaffLetter(_found(message_id))
    response = make_response(shown.letter.html if shown.is_readable else abort(404))
    response.headers["Content-Security-Policy"] = FRAMED
    return response


@bp.get("/letters/<message_id>/file")
@allowed(Role.RELATIONSHIP)
def letter_file(message_id: str) -> FlaskResponse:
    """The letter as mail programs open it."""
    shown = StaffLetter(_found(message_id))
    if not shown.is_readable:
        abort(404)
    try:
        response = make_response(shown.message.as_bytes())
    except courier.Refused:  # an address that no mail program could read either
        abort(404)
    response.mimetype = "message/rfc822"
    response.headers.set("Content-Disposition", "attachment", filename=courier.file_name(shown.letter))
    return response


@bp.post("/letters/<message_id>/tries")
@allowed(Role.RELATIONSHIP)
def send_again(message_id: str) -> Response:
    """A dead letter leaves after all, once what stood in its way is mended."""
    note = " ".join(request.form.get("note", "").split())[:500]
    try:
        with writing() as session:
            found = outbox.by_message_id(session, message_id, for_update=True) or abort(404)
            before = found.state
            outbox.send_again(session, found, at=clock.now())
            staff_act.record(
                session,
                colleague(),
                "sent-again",
                ("letter", found.message_id),
                before={"state": before.value},
                after={"state": found.state.value},
                at=clock.now(),
                note=note,
            )
    except NotNow:
        flash(_("Nothing was changed: this letter is not given up."), "warning")
        reading().rollback()  # to see how things stand now
        return _page(_found(message_id), 409)
    flash(_("The letter is on its way again."), "done")
    return redirect(url_for("staff.letter", message_id=message_id), 303)


def _found(message_id: str) -> OutboxLetter:
    return outbox.by_message_id(reading(), message_id) or abort(404)


def _page(found: OutboxLetter, status: int = 200) -> Response:
    page = render_template(
        "staff/letter.html",
        shown=StaffLetter(found),
        tries=outbox.tries(reading(), found),
        acts=staff_act.on(reading(), ("letter", found.message_id)),
        folder=_folder(),
    )
    return make_response(page, status)


def _folder() -> str:
    """Where letters go while there is no mail server, else nothing."""
    here = settings.current()
    return "" if here.smtp_url else str(courier.folder(here))
