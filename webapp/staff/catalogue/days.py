"""The day at the desk."""

from datetime import date

from webapp import clock, settings


def today() -> date:
    """Today where the shop is."""
    return clock.today(settings.current().time_zone)
