"""Moments to the minute, as the desk writes them."""

from datetime import datetime

from flask_babel import format_datetime

from webapp.staff import bp


@bp.app_template_filter("moment")
def moment(when: datetime) -> str:
    return format_datetime(when, "d MMM y HH:mm")
