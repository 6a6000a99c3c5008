"""Inviting colleagues, and what an invited person fills in."""

from collections.abc import Mapping

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from pydantic import JsonValue
from sqlmodel import Session
from werkzeug import Response
from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from webapp import clock, mail, outbox
from webapp.account.entries import one_line
from webapp.customers import (
    staff_act,
    staff_invitation,
    staff_member,
    staff_recovery_code,
    staff_second_step,
)
from webapp.customers.colleague import Colleague
from webapp.customers.staff_invitation import StaffInvitation
from webapp.customers.staff_member import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD
from webapp.customers.staff_role import Role
from webapp.database import reading, stop_reading, writing
from webapp.outbox import Letter
from webapp.staff import bp, colleagues, door
from webapp.staff.colleagues import InvitationForm
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

MISSING = lazy_gettext("Please fill this in.")
TOO_SHORT = lazy_gettext("A password has at least %(min)d characters.")


class JoiningForm(FlaskForm):
    """What only the invited person knows."""

    name = StringField(
        lazy_gettext("Your name"), [DataRequired(MISSING), Length(max=LONGEST_NAME)], filters=[one_line]
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [DataRequired(MISSING), Length(min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD, message=TOO_SHORT)],
    )
    again = PasswordField(lazy_gettext("Password once more"), [DataRequired(MISSING)])

    def validate_again(self, field: Field) -> None:
        if field.data != self.password.data:
            raise ValidationError(lazy_gettext("The two are not the same."))


@bp.post("/colleagues/invitations")
@allowed(Role.OWNER)
@stepped_up
def invite() -> Response:
    """A letter with a link that lets one person in, with the roles chosen here."""
    form, who, at = InvitationForm(), colleague(), clock.now()
    if not form.validate_on_submit():
        return colleagues.page(form, 422)
    email, link = staff_member.normal(form.email.data), staff_invitation.new_link()
    letter = _letter(email, link, form.language.data, who, form.chosen)
    stop_reading()
    with writing() as session:
        made = staff_invitation.invite(
            session, email, form.chosen, link, who=who, language=form.language.data, at=at
        )
        outbox.put(session, letter, at=at)
        _record(session, who, "invited", made, {}, {"roles": _names(made)})
    flash(_("The invitation is on its way to %(email)s.", email=email), "done")
    return redirect(url_for("staff.colleagues", _anchor="invitations"), 303)


@bp.post("/colleagues/invitations/<int:number>/letters")
@allowed(Role.OWNER)
@stepped_up
def invite_again(number: int) -> Response:
    """The same with a new link; the old one is worth nothing from now on."""
    who, at, link = colleague(), clock.now(), staff_invitation.new_link()
    known = staff_invitation.by_id(reading(), number) or abort(404)
    letter = _letter(known.email, link, known.language, who, known.roles)
    stop_reading()
    with writing() as session:
        found = staff_invitation.by_id(session, number, for_update=True) or abort(404)
        before = {"until": found.expires_at.isoformat()}
        staff_invitation.renew(session, found, link, at=at)
        outbox.put(session, letter, at=at)
        _record(session, who, "sent-again", found, before, {"until": found.expires_at.isoformat()})
    flash(_("Sent once more, with a new link. The one before it is worth nothing."), "done")
    return redirect(url_for("staff.colleagues", _anchor="invitations"), 303)


@bp.post("/colleagues/invitations/<int:number>/withdrawal")
@allowed(Role.OWNER)
@stepped_up
def withdraw_invitation(number: int) -> Response:
    with writing() as session:
        found = staff_invitation.by_id(session, number, for_update=True) or abort(404)
        staff_invitation.withdraw(session, found, at=clock.now())
        _record(session, colleague(), "withdrawn", found, {"roles": _names(found)}, {"roles": []})
    flash(_("The invitation is withdrawn; its link opens nothing."), "done")
    return redirect(url_for("staff.colleagues", _anchor="invitations"), 303)


@bp.get("/invitations/<link>")
def invitation(link: str) -> Response:
    found = staff_invitation.by_link(reading(), link, at=clock.now())
    if found is None:
        return _used_up()
    return _page(found, JoiningForm(formdata=None))


@bp.post("/invitations/<link>")
def accept_invitation(link: str) -> Response:
    """The invited person has a name and a password now; their app comes next."""
    found, form, at = staff_invitation.by_link(reading(), link, at=clock.now()), JoiningForm(), clock.now()
    if found is None:
        return _used_up()
    if not form.validate_on_submit():
        return _page(found, form, 422)
    stop_reading()
    password_hash = staff_member.hashed(form.password.data)
    with writing() as session:
        used = staff_invitation.accept(session, link, at=at)
        if used is None:
            return _used_up()
        member = staff_member.add(session, used.email, form.name.data, password_hash, at=at, roles=used.roles)
        assert member.id is not None
        staff_second_step.take_away(session, member)  # of one who was here before
        staff_recovery_code.take_away(session, member.id)
        who = Colleague.of(member, request.remote_addr or "")
        after: dict[str, JsonValue] = {"name": member.name, "roles": _names(used)}
        thing = ("staff", str(member.id))
        staff_act.record(session, who, "joined", thing, before={}, after=after, at=at)
    door.pass_first_step(member)
    return redirect(url_for("staff.first_authenticator"), 303)


def _letter(to: str, link: str, language: str, who: Colleague, roles: tuple[Role, ...]) -> Letter:
    return mail.rendered(
        "staff_invitation", to, language, secret=True, key=link, inviter=who.name, roles=roles
    )


def _record(
    session: Session,
    who: Colleague,
    act: str,
    invitation: StaffInvitation,
    before: Mapping[str, JsonValue],
    after: Mapping[str, JsonValue],
) -> None:
    thing = ("invitation", str(invitation.id))
    staff_act.record(
        session, who, act, thing, before=before, after=after, at=clock.now(), note=invitation.email
    )


def _names(invitation: StaffInvitation) -> list[JsonValue]:
    return [role.value for role in invitation.roles]


def _page(found: StaffInvitation, form: JoiningForm, status: int = 200) -> Response:
    return make_response(render_template("staff/invitation.html", invitation=found, form=form), status)


def _used_up() -> Response:
    return make_response(render_template("staff/invitation_over.html"), 410)
