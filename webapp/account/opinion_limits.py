"""How much others may write to the owner of a build, counted by where it comes from and by the build."""

import math
from datetime import datetime, timedelta

from flask import request
from flask_babel import ngettext
from sqlmodel import Session

from webapp import attempts
from webapp.sales.build import Build

FROM_A_PLACE = (10, timedelta(minutes=10))
ON_A_BUILD = (60, timedelta(days=1))


def count(session: Session, build: Build, *, at: datetime) -> timedelta | None:
    """Counts one more opinion; or how long to wait with it, and then it is not counted."""
    limits = (
        (f"opinions:build:{build.id}", ON_A_BUILD),
        (f"opinions:place:{attempts.place(request.remote_addr)}", FROM_A_PLACE),
    )
    for key, (limit, within) in limits:
        if pause := attempts.wait(session, key, limit=limit, within=within, at=at):
            return pause
    for key, (limit, within) in limits:
        attempts.allowed(session, key, limit=limit, within=within, at=at)
    return None


def sentence(pause: timedelta) -> str:
    """Tells somebody to come back."""
    minutes = math.ceil(pause.total_seconds() / 60)
    if minutes > 90:
        hours = math.ceil(minutes / 60)
        return ngettext(
            "A great deal has been written about this build today. Try again in %(num)d hour; your words stay here.",
            "A great deal has been written about this build today. Try again in %(num)d hours; your words stay here.",
            hours,
        )
    return ngettext(
        "That is a lot at once. Try again in %(num)d minute; your words stay here.",
        "That is a lot at once. Try again in %(num)d minutes; your words stay here.",
        minutes,
    )
