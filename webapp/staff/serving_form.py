"""What colleagues write down about a customer: contacts, errands, who looks after them."""

from datetime import date

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from webapp import clock, settings
from webapp.account.build_form import TokenForm
from webapp.account.entries import one_line, paragraph
from webapp.customers import staff_member
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import Role
from webapp.database import reading
from webapp.relations.card import contact, errand
from webapp.relations.card.contact import Way
from webapp.relations.card.manager import Named
from webapp.staff.sign_in import colleague

NEEDED = lazy_gettext("Please fill this in.")
WAYS = {
    Way.CALLED_US.value: lazy_gettext("They called"),
    Way.WE_CALLED.value: lazy_gettext("We called"),
    Way.VISIT.value: lazy_gettext("They were here"),
    Way.NOTE.value: lazy_gettext("Only a note"),
}
NOBODY = SelectChoice(0, lazy_gettext("nobody"))


class ContactForm(TokenForm):
    """A call, a visit or a note: the button that sends it says which."""

    words = TextAreaField(
        lazy_gettext("What was it about?"), [Length(max=contact.LONGEST)], filters=[paragraph]
    )
    way = SelectField(
        choices=[SelectChoice(*way) for way in WAYS.items()], validators=[InputRequired(NEEDED)]
    )

    def validate_words(self, field: Field) -> None:
        if self.way.data == Way.NOTE and not field.data:
            raise ValidationError(lazy_gettext("Write the note first."))


class ErrandForm(TokenForm):
    """Something to do, by whom and by when."""

    words = StringField(
        lazy_gettext("What is to be done?"),
        [DataRequired(NEEDED), Length(max=errand.LONGEST)],
        filters=[one_line],
    )
    staff_member_id = SelectField(lazy_gettext("By whom"), coerce=int)
    due_on = DateField(lazy_gettext("By which day"), [DataRequired(lazy_gettext("Please choose a day."))])


class ManagerForm(FlaskForm):
    """Who looks after a customer, and who stands in."""

    manager = SelectField(lazy_gettext("Looks after them"), coerce=int)
    stand_in = SelectField(lazy_gettext("Stands in"), coerce=int)


class HandOverForm(FlaskForm):
    """To whom all customers of a colleague go."""

    to = SelectField(lazy_gettext("To whom"), coerce=int)


def contact_form() -> ContactForm:
    return ContactForm(formdata=None)


def errand_form(*, empty: bool = False) -> ErrandForm:
    form = (
        ErrandForm(formdata=None, staff_member_id=colleague().id, due_on=today()) if empty else ErrandForm()
    )
    form.staff_member_id.choices = choices()
    return form


def manager_form(chosen: Named | None = None, *, empty: bool = False) -> ManagerForm:
    form = ManagerForm(formdata=None) if empty else ManagerForm()
    form.manager.choices = form.stand_in.choices = [NOBODY, *choices()]
    if empty and chosen is not None:
        form.manager.data, form.stand_in.data = chosen.staff_member_id, chosen.stand_in_id or 0
    return form


def today() -> date:
    return clock.today(settings.current().time_zone)


def serves(member: StaffMember) -> bool:
    """Whether a colleague is there and may see customers."""
    return member.left_at is None and bool({Role.RELATIONSHIP, Role.OWNER}.intersection(member.roles))


def choices() -> list[SelectChoice]:
    return [SelectChoice(one.id or 0, one.name) for one in colleagues()]


def colleagues() -> list[StaffMember]:
    """Those who are there and may see customers."""
    return [one for one in staff_member.everybody(reading()) if serves(one)]
