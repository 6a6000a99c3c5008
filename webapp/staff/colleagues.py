"""Who works here: their roles, where they are signed in, coming and going. For owners."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response
from wtforms import Field, SelectChoice, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from webapp import clock, settings
from webapp.account.entries import one_line
from webapp.customers import (
    staff_act,
    staff_invitation,
    staff_member,
    staff_recovery_code,
    staff_second_step,
    staff_session,
)
from webapp.customers.staff_member import LastOwner, StaffMember
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.languages import LANGUAGES, language
from webapp.staff import bp
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

MISSING = lazy_gettext("Please fill this in.")
ACTS_SHOWN = 30


class RolesForm(FlaskForm):
    """What somebody may do here."""

    roles = SelectMultipleField(
        lazy_gettext("Roles"),
        [DataRequired(lazy_gettext("Choose at least one role."))],
        choices=[role.value for role in Role],
    )

    @property
    def chosen(self) -> tuple[Role, ...]:
        return tuple(Role(name) for name in self.roles.data or [])


class InvitationForm(RolesForm):
    """Whom to invite, and in which language."""

    email = StringField(lazy_gettext("E-mail"), [DataRequired(MISSING), Length(max=254)], filters=[one_line])
    language = SelectField(
        lazy_gettext("Language of the letter"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default=language,
    )

    def validate_email(self, field: Field) -> None:
        before, _at, after = field.data.partition("@")
        if not before or "." not in after or " " in field.data:
            raise ValidationError(lazy_gettext("This is not an e-mail address."))
        known = staff_member.by_email(reading(), field.data)
        if known is not None and known.left_at is None:
            raise ValidationError(lazy_gettext("They work here already."))


@bp.get("/colleagues")
@allowed(Role.OWNER)
def colleagues() -> Response:
    return page(InvitationForm(formdata=None))


@bp.get("/colleagues/<int:number>")
@allowed(Role.OWNER)
def colleague_file(number: int) -> Response:
    member = reading().get(StaffMember, number) or abort(404)
    return _file(member, RolesForm(formdata=None, roles=[role.value for role in member.roles]))


@bp.post("/colleagues/<int:number>/roles")
@allowed(Role.OWNER)
@stepped_up
def change_roles(number: int) -> Response:
    form = RolesForm()
    member = reading().get(StaffMember, number) or abort(404)
    if not form.validate_on_submit():
        return _file(member, form, 422)

    def change(session: Session) -> None:
        staff_member.give_roles(session, number, form.chosen, is_demo=settings.current().demo)

    return _done(number, "roles", change, _("The roles are changed. They hold from this moment on."))


@bp.post("/colleagues/<int:number>/leaving")
@allowed(Role.OWNER)
@stepped_up
def let_go(number: int) -> Response:
    """They no longer work here, and are signed out wherever they are."""

    def go(session: Session) -> None:
        staff_member.leave(session, number, at=clock.now(), is_demo=settings.current().demo)
        staff_session.end_all(session, number, at=clock.now())

    return _done(number, "left", go, _("They cannot sign in any more, and are signed out everywhere."))


@bp.post("/colleagues/<int:number>/return")
@allowed(Role.OWNER)
@stepped_up
def take_back(number: int) -> Response:
    def come(session: Session) -> None:
        staff_member.come_back(session, number)

    return _done(number, "returned", come, _("They can sign in again, as before."))


@bp.post("/colleagues/<int:number>/authenticator/removal")
@allowed(Role.OWNER)
@stepped_up
def take_authenticator(number: int) -> Response:
    """For somebody whose telephone and recovery codes are gone: their next sign-in sets up another app."""

    def take(session: Session) -> None:
        staff_second_step.take_away(session, staff_member.for_update(session, number))
        staff_recovery_code.take_away(session, number)
        staff_session.end_all(session, number, at=clock.now())

    told = _("At their next sign-in they set up another app. They are signed out everywhere.")
    return _done(number, "authenticator-removed", take, told)


@bp.post("/colleagues/<int:number>/sessions/<int:session_number>/removal")
@allowed(Role.OWNER)
@stepped_up
def end_session(number: int, session_number: int) -> Response:
    with writing() as session:
        device = staff_session.end(session, number, session_number, at=clock.now())
        if device is None:
            abort(404)
        _record(session, number, "session-ended", {}, {"device": device})
    flash(_("Signed out there."), "done")
    return redirect(url_for("staff.colleague_file", number=number, _anchor="sessions"), 303)


@bp.post("/colleagues/<int:number>/sessions/removal")
@allowed(Role.OWNER)
@stepped_up
def end_sessions(number: int) -> Response:
    with writing() as session:
        session.get(StaffMember, number) or abort(404)
        ended = staff_session.end_all(session, number, at=clock.now())
        if ended:
            _record(session, number, "session-ended", {"sessions": ended}, {"sessions": 0})
    flash(_("Signed out everywhere."), "done")
    return redirect(url_for("staff.colleague_file", number=number, _anchor="sessions"), 303)


def page(form: InvitationForm, status: int = 200) -> Response:
    """Everybody, who was invited, and the form to invite."""
    everybody = staff_member.everybody(reading())
    at = clock.now()
    shown = render_template(
        "staff/colleagues.html",
        form=form,
        present=[member for member in everybody if member.left_at is None],
        gone=[member for member in everybody if member.left_at is not None],
        invitations=staff_invitation.unanswered(reading()),
        at=at,
        roles=list(Role),
        is_demo=settings.current().demo,
    )
    return make_response(shown, status)


def _done(number: int, act: str, change: Callable[[Session], Any], told: str) -> Response:
    """Changes something about a colleague, records it, and says so; refused where no owner would be left."""
    try:
        with writing() as session:
            member = session.get(StaffMember, number) or abort(404)
            before = _facts(member)
            change(session)
            session.refresh(member)
            if (after := _facts(member)) != before:
                _record(session, number, act, before, after)
    except LastOwner:
        flash(
            _("Nothing was changed: somebody has to be the owner. Make a colleague an owner first."),
            "warning",
        )
        member = reading().get(StaffMember, number) or abort(404)
        return _file(member, RolesForm(formdata=None, roles=[role.value for role in member.roles]), 409)
    flash(told, "done")
    return redirect(url_for("staff.colleague_file", number=number), 303)


def _facts(member: StaffMember) -> dict[str, JsonValue]:
    """What owners may change about somebody, for the record."""
    return {
        "roles": [role.value for role in member.roles],
        "left": member.left_at.isoformat() if member.left_at else None,
        "second_step": member.has_second_step,
    }


def _record(
    session: Session, number: int, act: str, before: dict[str, JsonValue], after: dict[str, JsonValue]
) -> None:
    thing = ("staff", str(number))
    staff_act.record(session, colleague(), act, thing, before=before, after=after, at=clock.now())


def _file(member: StaffMember, form: RolesForm, status: int = 200) -> Response:
    assert member.id is not None
    shown = render_template(
        "staff/colleague.html",
        member=member,
        form=form,
        roles=list(Role),
        is_me=member.id == colleague().id,
        codes_left=staff_recovery_code.left(reading(), member.id),
        sessions=staff_session.living(reading(), member.id, at=clock.now()),
        this_session=colleague().session_id,
        acts=staff_act.on(reading(), ("staff", str(member.id)), limit=ACTS_SHOWN),
    )
    return make_response(shown, status)
