"""The rooms of the desk: those that whoever is signed in may enter, in one list for all pages."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug import Response

from webapp import outbox
from webapp.customers.staff_role import EVERY_ROLE
from webapp.database import reading
from webapp.outbox import State
from webapp.relations.talk import inbox
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.sign_in import may


@dataclass(frozen=True)
class Room:
    """One entry. `below`: what the addresses of its pages begin with."""

    endpoint: str
    title: object
    below: str
    alarm: Callable[[], int] | None = None
    waiting: Callable[[], int] | None = None

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        return request.path == self.below or request.path.startswith(f"{self.below}/")

    @property
    def alarms(self) -> int:
        """How many things in there are amiss."""
        return self.alarm() if self.alarm else 0

    @property
    def waits(self) -> int:
        """How many people in there wait for an answer."""
        return self.waiting() if self.waiting else 0


def dead_letters() -> int:
    return outbox.count(reading(), State.GIVEN_UP)


ROOMS = (
    Room("staff.orders", lazy_gettext("Orders"), "/staff/orders"),
    Room("staff.talk_inbox", lazy_gettext("Inbox"), "/staff/inbox", waiting=lambda: inbox.waiting(reading())),
    Room("staff.customers", lazy_gettext("Customers"), "/staff/customers"),
    Room("staff.errands", lazy_gettext("Tasks"), "/staff/errands"),
    Room("staff.production_view", lazy_gettext("Production"), "/staff/production"),
    Room("staff.workshop_calendar", lazy_gettext("Calendar"), "/staff/calendar"),
    Room("staff.catalogue_families", lazy_gettext("Catalogue"), "/staff/catalogue"),
    Room("staff.demand", lazy_gettext("Demand"), "/staff/demand"),
    Room("staff.news", lazy_gettext("News"), "/staff/news"),
    Room("staff.segments", lazy_gettext("Segments"), "/staff/segments"),
    Room("staff.levels", lazy_gettext("Levels"), "/staff/levels"),
    Room("staff.letters", lazy_gettext("Letters"), "/staff/letters", dead_letters),
    Room("staff.requests", lazy_gettext("Requests"), "/staff/requests"),
    Room("staff.colleagues", lazy_gettext("Colleagues"), "/staff/colleagues"),
    Room("staff.audit", lazy_gettext("Record"), "/staff/audit"),
)


@bp.get("/")
@allowed(*EVERY_ROLE)
def desk() -> Response:
    """The first room that is theirs."""
    mine = rooms()
    return redirect(mine[0].address if mine else url_for("staff.own_page"), 303)


@bp.app_template_global("desk_rooms")
def rooms() -> list[Room]:
    """Those whose reader may enter; a room that is not built is not listed."""
    return [room for room in ROOMS if room.endpoint in current_app.view_functions and may(room.endpoint)]
