"""How to reach us, when we answer, what we promise, and how well we keep it: the same figures that the desk sees."""

from email.utils import parseaddr

from flask import Response, make_response, render_template

from webapp import clock, settings
from webapp.database import reading
from webapp.guards import kept_private
from webapp.languages import language
from webapp.relations.levels import service_level
from webapp.relations.talk import answer_clock, answer_promise, answer_share, office_day
from webapp.relations.talk.answer_share import ENOUGH
from webapp.shop import bp
from webapp.shop.office import closed_ahead, moment_in_words, open_days
from webapp.shop.visiting import customer


@bp.get("/contact")
def contact() -> Response:
    told, session, at, me = settings.current(), reading(), clock.now(), customer()
    hours = office_day.hours(session, told.time_zone)
    number = me.customer_id if me else None
    promise = answer_clock.promise(session, number, zone=told.time_zone, at=at)
    usual = answer_promise.to_all(session)
    levels = [
        (level.texts.in_(language()), level.answer_hours)
        for level in service_level.ladder(session)
        if level.answer_hours is not None and level.answer_hours < usual
    ]
    page = render_template(
        "shop/contact.html",
        me=me,
        told=told,
        email=told.mailbox_address or parseaddr(told.mail_from)[1],
        days=open_days(hours.week),
        place=told.time_zone.rpartition("/")[2].replace("_", " "),
        is_open=hours.is_open(at),
        closed=closed_ahead(hours, at.astimezone(hours.zone).date()),
        hours=usual,
        by=moment_in_words(promise.by, hours) if promise else "",
        levels=levels,
        shares=answer_share.shares(session, at=at),
        enough=ENOUGH,
    )
    response = make_response(page)
    return kept_private(response) if me else response
