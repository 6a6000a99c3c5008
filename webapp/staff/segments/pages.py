"""Pages of segments: all of them, one with the history of its size, and what two have in common."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Response as FlaskResponse
from flask import make_response, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug import Response

from webapp import clock, settings
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.customers.wording import Purpose
from webapp.database import reading
from webapp.formats import day
from webapp.relations.segments import segment, segment_size
from webapp.relations.segments.segment import Segment
from webapp.relations.segments.segment_size import SegmentSize
from webapp.staff import bp
from webapp.staff.demand.chart import Chart, lines
from webapp.staff.demand.table import Cell, Table, as_csv, number, words
from webapp.staff.roles import allowed
from webapp.staff.segments.editing import THING, found
from webapp.staff.segments.segment_words import consent_title
from webapp.staff.segments.shown_segment import speech

MONTH, DRAWN = 30, 365  # days
WRITTEN = (Purpose.NEWS_LETTERS, Purpose.CARE_LETTERS, Purpose.EVENT_LETTERS)


@bp.get("/segments")
@allowed(Role.RELATIONSHIP)
def segments() -> str:
    """All of them with their last size and how it has changed within a month."""
    session, said, today = reading(), speech(), _today()
    kept = segment.listed(session)
    return render_template(
        "staff/segments/segments.html",
        segments=[(each, said.of(each.rule)) for each in kept],
        sizes=segment_size.latest(session),
        earlier=segment_size.earlier(session, today, days=MONTH),
        today=today,
    )


@bp.get("/segments/<code>")
@allowed(Role.RELATIONSHIP)
def segment_file(code: str) -> str:
    """One segment as it is now."""
    kept, said = found(code), speech()
    shown = said.of(kept.rule)
    sizes = segment_size.history(reading(), kept, since=_today() - timedelta(days=DRAWN))
    reached = []
    if shown.condition is not None:
        reached = [
            (consent_title(purpose.value), shown.membership.allowing(purpose).count) for purpose in WRITTEN
        ]
    return render_template(
        "staff/segments/segment.html",
        kept=kept,
        shown=shown,
        reached=reached,
        chart=_chart(sizes) if len(sizes) > 1 else None,
        table=_table(sizes),
        others=[each for each in segment.listed(reading()) if each.code != code],
        acts=staff_act.on(reading(), (THING, code), limit=20),
    )


@bp.get("/segments/<code>/sizes.csv")
@allowed(Role.RELATIONSHIP)
def segment_sizes(code: str) -> FlaskResponse:
    kept = found(code)
    table = _table(segment_size.history(reading(), kept, since=date.min))
    answer = make_response(as_csv(table))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="segment-{kept.code}.csv"'
    return answer


@bp.get("/segments/overlap")
@allowed(Role.RELATIONSHIP)
def segment_overlap() -> Response:
    """How many two segments have in common; which two stands in the address."""
    kept = segment.listed(reading())
    one, other = (_chosen(kept, request.args.get(name, "")) for name in ("one", "other"))
    said = speech()
    shown = [said.of(each.rule) if each else None for each in (one, other)]
    overlap = None
    if shown[0] and shown[1] and shown[0].condition and shown[1].condition:
        overlap = shown[0].membership.overlap(shown[1].condition)
    page = render_template(
        "staff/segments/overlap.html", segments=kept, one=one, other=other, shown=shown, overlap=overlap
    )
    return make_response(page)


def _chosen(kept: Sequence[Segment], code: str) -> Segment | None:
    return next((each for each in kept if each.code == code), None)


def _chart(sizes: Sequence[SegmentSize]) -> Chart:
    labels = [format_date(each.day, "d MMM") for each in sizes]
    return lines(_("People in the segment"), labels, [(_("People"), [each.size for each in sizes])])


def _table(sizes: Sequence[SegmentSize]) -> Table:
    """The newest first; where the rule was changed says so."""
    cells: list[list[Cell]] = []
    for place, each in enumerate(sizes):
        is_changed = place > 0 and sizes[place - 1].edition != each.edition
        cells.append(
            [
                words(day(each.day), code=each.day.isoformat()),
                number(each.size),
                words(_("the rule was changed") if is_changed else ""),
            ]
        )
    columns = [(_("Day"), False), (_("People"), True), (_("Note"), False)]
    return Table("sizes", _("Size by day"), columns, cells[::-1])


def _today() -> date:
    return clock.today(settings.current().time_zone)
