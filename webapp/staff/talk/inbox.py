"""The inbox: who waits for an answer, first those who were promised it soonest."""

from flask import render_template, request

from webapp import clock
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.relations.talk import inbox
from webapp.relations.talk.inbox import PAGE, Box
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.talk.shown import BOXES, entries


@bp.get("/inbox")
@allowed(Role.RELATIONSHIP)
def talk_inbox() -> str:
    """One box of it; filters stand in the address."""
    name, me = request.args.get("box", ""), colleague().id
    box = Box(name) if name in set(Box) else Box.WAITING
    skip = max(0, min(request.args.get("from", 0, type=int), 10**6))
    found = inbox.of(reading(), box, staff_member_id=me, skip=skip, limit=PAGE + 1)
    return render_template(
        "staff/talk/inbox.html",
        entries=entries(found[:PAGE], clock.now()),
        box=box,
        boxes=BOXES,
        counts=inbox.counts(reading(), staff_member_id=me),
        first=skip,
        earlier=max(0, skip - PAGE),
        later=skip + PAGE if len(found) > PAGE else None,
    )
