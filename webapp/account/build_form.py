"""Forms about kept builds."""

import secrets
from typing import Self

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from webapp.account.entries import one_line
from webapp.sales.build import LONGEST_NAME

TOKEN = Regexp(
    r"^[A-Za-z0-9_-]{16,64}$", message=lazy_gettext("This page has grown old. Reload it and try again.")
)


def new_token() -> str:
    """The mark of one form: whatever it does is done once."""
    return secrets.token_urlsafe(16)


class NameForm(FlaskForm):
    """A name for a build."""

    name = StringField(
        lazy_gettext("Name"),
        filters=[one_line],
        validators=[
            DataRequired(lazy_gettext("Give the build a name, so that you find it again.")),
            Length(max=LONGEST_NAME, message=lazy_gettext("A name has at most %(max)d characters.")),
        ],
    )


class TokenForm(FlaskForm):
    """A button that acts once, however often the form is sent."""

    token = HiddenField(default=new_token, validators=[TOKEN])

    def renewed(self) -> Self:
        """The form as it is shown again: one whose mark was no good gets another."""
        if self.token.errors:
            self.token.data = new_token()
        return self


class SaveForm(NameForm, TokenForm):
    """What to keep a build as: a new one, or the one that was opened to be changed."""

    NEW, SAME = "new", "same"

    place = RadioField(
        choices=[SAME, NEW], validators=[InputRequired(lazy_gettext("Choose where to keep it."))]
    )
    seen = IntegerField(
        widget=HiddenInput(), validators=[Optional()]
    )  # the version that the changes started from
