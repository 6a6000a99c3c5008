"""My data: what there is, to take away as a file; for customers all of it, for guests what this device has kept."""

from flask import Response as FlaskResponse
from flask import make_response, redirect, send_file, url_for
from werkzeug import Response

from webapp import clock, settings
from webapp.account import bp, limits
from webapp.account.build_form import TokenForm
from webapp.account.limits import Limit
from webapp.account.rights import rights_page
from webapp.account.taken_away import TakenAway
from webapp.customers import person
from webapp.customers.person import Person
from webapp.database import reading, writing
from webapp.guards import kept_private
from webapp.shop import visiting

MOST = 10  # files in an hour: each reads all that there is about somebody


@bp.get("/account/my-data")
def my_data() -> Response:
    return rights_page()


@bp.post("/account/my-data")
def take_my_data_away() -> Response:
    """Everything about whoever asks, as one file."""
    if not TokenForm().validate_on_submit():
        return redirect(url_for("account.my_data"), 303)
    who, at = me(), clock.now()
    if who is None:
        return redirect(url_for("account.my_data"), 303)
    counted = [
        Limit(f"data of {who.names[0]}", MOST, limits.AN_HOUR),
        limits.from_here("data", 3 * MOST, limits.AN_HOUR),
    ]
    with writing() as session:
        wait = limits.pause(session, counted, at=at)
    if wait is not None:
        limits.refuse(wait)
    return sent(who)


def me() -> Person | None:
    """Whoever is asking: a customer with this device, or the device alone; None where nothing was ever kept."""
    who, device = visiting.customer(), visiting.known_visitor()
    if who is not None:
        return person.of(reading(), who.customer_id, *([device] if device else []))
    return Person((device,)) if device else None


def sent(who: Person) -> FlaskResponse:
    """The file about somebody, sent piece by piece."""
    at = clock.now()
    name = f"lekalo-{clock.day_of(at, settings.current().time_zone):%Y-%m-%d}.zip"
    file = TakenAway(reading(), who, at).zipped()
    response = send_file(file, "application/zip", as_attachment=True, download_name=name)
    return kept_private(make_response(response))
