"""What staff say about the workshop's days."""

from datetime import date, timedelta

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

MOST_DAYS = 100  # at once
MOST_PIECES = 100_000
NEEDED = lazy_gettext("Please fill this in.")
A_DAY = lazy_gettext("Please choose a day.")
A_NUMBER = lazy_gettext("A whole number, from 0 on; or nothing.")


class ClosedDaysForm(FlaskForm):
    """Some days in a row on which the workshop is closed."""

    first = DateField(lazy_gettext("First day"), [DataRequired(A_DAY)])
    last = DateField(lazy_gettext("Last day"), [Optional()])
    reason = StringField(lazy_gettext("Reason"), [DataRequired(NEEDED), Length(max=80)])
    is_public = BooleanField(lazy_gettext("A public holiday: carriers rest too"))

    @property
    def days(self) -> list[date]:
        first, last = self.first.data, self.last.data or self.first.data
        assert first is not None
        assert last is not None
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def validate_last(self, field: Field) -> None:
        if field.data is None or self.first.data is None:
            return
        if field.data < self.first.data:
            raise ValidationError(lazy_gettext("The last day comes before the first one."))
        if (field.data - self.first.data).days >= MOST_DAYS:
            raise ValidationError(lazy_gettext("At most %(most)d days at once.", most=MOST_DAYS))


class CapacityForm(FlaskForm):
    """How many pieces one week holds."""

    pieces = IntegerField(lazy_gettext("Pieces"), [Optional(), NumberRange(0, MOST_PIECES, message=A_NUMBER)])

    def validate_pieces(self, field: Field) -> None:
        if field.raw_data and field.raw_data[0].strip() and field.data is None:
            raise ValidationError(A_NUMBER)


class PatternForm(FlaskForm):
    """How the workshop works from a week on."""

    since = DateField(lazy_gettext("From the week of"), [InputRequired(A_DAY)])
    weekdays = SelectMultipleField(
        lazy_gettext("Days of the week"),
        [InputRequired(lazy_gettext("A workshop that never works can promise nothing."))],
        choices=[str(day) for day in range(7)],
        default=[str(day) for day in range(5)],
    )
    pieces = IntegerField(
        lazy_gettext("Pieces a week"), [Optional(), NumberRange(1, MOST_PIECES, message=A_NUMBER)]
    )
    held = IntegerField(
        lazy_gettext("Of these kept for levels"), [Optional(), NumberRange(0, MOST_PIECES, message=A_NUMBER)]
    )

    def validate_held(self, field: Field) -> None:
        if field.data and (self.pieces.data is None or field.data > self.pieces.data):
            raise ValidationError(lazy_gettext("No more than there are pieces a week."))
