"""The record of all that staff did: searched, paged, and taken away as a table."""

import csv
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import make_response, render_template, request
from werkzeug import Response

from webapp import settings
from webapp.customers import staff_act, staff_member
from webapp.customers.staff_act import LONGEST_WORDS, PAGE, Search
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.staff import bp
from webapp.staff.orders import LAST
from webapp.staff.roles import allowed
from webapp.staff.shown_act import act_title, act_words, differences, thing_title

MOST = 20_000  # rows of one file
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what table programs would reckon instead of show


@bp.get("/audit")
@allowed(Role.OWNER)
def audit() -> str:
    """Acts, the latest first; what is looked for stands in the address."""
    search = _search()
    before = max(0, min(request.args.get("before", LAST, type=int), LAST))
    found = staff_act.latest(reading(), search, before=before, limit=PAGE + 1)
    shown, has_more = found[:PAGE], len(found) > PAGE
    kinds, people = staff_act.kinds(reading()), staff_member.everybody(reading())
    return render_template(
        "staff/audit.html",
        acts=shown,
        search=search,
        given={name: value for name, value in request.args.items() if value and name != "before"},
        older=shown[-1].id if has_more else None,
        is_first=before == LAST,
        people=people,
        names={str(one.id): one.name for one in people},
        things=sorted({(thing, thing_title(thing)) for thing, _act in kinds}, key=lambda one: one[1]),
        kinds=sorted({(act, act_title(thing, act)) for thing, act in kinds}, key=lambda one: one[1]),
        most=MOST,
    )


@bp.get("/audit.csv")
@allowed(Role.OWNER)
def audit_table() -> Response:
    """The same rows for a table program, as many as fit in one file."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["at", "who", "address", "session", "act", "thing", "id", "what", "changed", "note"])
    for act in staff_act.latest(reading(), _search(), before=LAST, limit=MOST):
        changed = "; ".join(
            f"{name}: {old} → {new}" if name else f"{old} → {new}" for name, old, new in differences(act)
        )
        cells = [
            act.at.isoformat(timespec="seconds"),
            *(act.staff_name, act.address, act.session_id or "", act.act, act.thing, act.thing_id),
            *(act_words(act), changed, act.note),
        ]
        rows.writerow([_harmless(str(cell)) for cell in cells])
    response = make_response(text.getvalue().encode("utf-8-sig"))
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename="lekalo-record.csv")
    return response


def _search() -> Search:
    given = request.args
    since, until = _day(given.get("since", "")), _day(given.get("until", ""))
    return Search(
        who=given.get("who", type=int)
        if given.get("who", "").isdecimal() and len(given["who"]) < 10
        else None,
        act=given.get("act", "")[:40],
        thing=given.get("thing", "")[:40],
        thing_id=given.get("id", "").strip()[:60],
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        words=" ".join(given.get("words", "").split())[:LONGEST_WORDS],
    )


def _day(text: str) -> date | None:
    """A day that calendars have on both sides of it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9000 else None


def _midnight(day: date) -> datetime:
    """When a day begins where the workshop is."""
    return datetime.combine(day, time(), ZoneInfo(settings.current().time_zone))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
