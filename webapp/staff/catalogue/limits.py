"""Limits of publishing: beyond them it takes an owner, and only owners set them."""

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import JsonValue
from werkzeug import Response

from catalog.money import decimal_text
from webapp import clock
from webapp.catalogues import publishing_limit
from webapp.catalogues.publishing_limit import PublishingLimit
from webapp.customers import staff_act
from webapp.database import reading, writing
from webapp.staff import bp
from webapp.staff.catalogue.entries import Entries
from webapp.staff.catalogue.opened import Opened, opened, room
from webapp.staff.catalogue.saving import THING
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

TAB = "staff.draft_publishing"
MOST = 10**9


@bp.get("/catalogue/<code>/limits")
@allowed()
def publishing_limits(code: str) -> Response:
    page = opened(code)
    limit = publishing_limit.of(reading(), code)
    return _page(page, limit, Entries(_said(limit, page.family.currency)))


@bp.post("/catalogue/<code>/limits")
@allowed()
@stepped_up
def set_publishing_limits(code: str) -> Response:
    page, entries = opened(code), Entries(request.form)
    currency = page.family.currency
    builds = entries.maybe_whole("most_builds", 0, MOST)
    percent = entries.maybe_whole("most_percent", 0, 100)
    money = entries.amount("most_money", currency) if entries["most_money"].strip() else None
    if money is not None and money < 0:
        entries.wrong("most_money", _("An amount of nothing or more, please."))
    limit = publishing_limit.of(reading(), code)
    if entries.is_wrong:
        return _page(page, limit, entries, 422)
    with writing() as session:
        before = _facts(publishing_limit.of(session, code), currency)
        kept = publishing_limit.put(
            session,
            code,
            most_builds=builds,
            most_percent=percent,
            most_money=money,
            who=colleague().name,
            at=clock.now(),
        )
        staff_act.record(
            session,
            colleague(),
            "publishing-limits",
            (THING, code),
            before=before,
            after=_facts(kept, currency),
            at=clock.now(),
        )
    flash(_("Kept. Beyond these limits it takes an owner to publish."), "done")
    return redirect(url_for("staff.publishing_limits", code=code), 303)


def _facts(limit: PublishingLimit | None, currency: str) -> dict[str, JsonValue]:
    if limit is None:
        return {}
    return {
        "builds": limit.most_builds,
        "percent": limit.most_percent,
        "money": limit.most_money,
        "currency": currency,
    }


def _said(limit: PublishingLimit | None, currency: str) -> dict[str, str]:
    if limit is None:
        return {}
    found = {
        "most_builds": "" if limit.most_builds is None else str(limit.most_builds),
        "most_percent": "" if limit.most_percent is None else str(limit.most_percent),
    }
    if limit.most_money is not None:
        found["most_money"] = decimal_text(limit.most_money, currency)
    return found


def _page(page: Opened, limit: PublishingLimit | None, entries: Entries, status: int = 200) -> Response:
    return make_response(room("staff/catalogue/limits.html", page, TAB, limit=limit, entries=entries), status)
