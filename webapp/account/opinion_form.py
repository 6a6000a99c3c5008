"""Forms of those who were shown a build, and of its owner who decides."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from webapp.account.build_form import TokenForm
from webapp.account.entries import one_line, paragraph
from webapp.sales import comment, proposal

LONGEST_NAME = 60
NEEDED = lazy_gettext("Please fill this in.")
TOO_LONG = lazy_gettext("This is too long: at most %(max)d characters.")


class OpinionForm(TokenForm):
    """Who has something to say, in their own words."""

    author = StringField(
        lazy_gettext("Your name"),
        filters=[one_line],
        validators=[
            DataRequired(lazy_gettext("Say who you are, so that they know whom it is from.")),
            Length(max=LONGEST_NAME, message=TOO_LONG),
        ],
    )


class CommentForm(OpinionForm):
    """A comment on a build."""

    text = TextAreaField(
        lazy_gettext("What do you think of it?"),
        filters=[paragraph],
        validators=[DataRequired(NEEDED), Length(max=comment.LONGEST, message=TOO_LONG)],
    )


class WorkedOutForm(TokenForm):
    """Another way to make a build. What the page said: the build's version, the catalogue's, the total."""

    message = TextAreaField(
        lazy_gettext("A word about it"),
        filters=[paragraph],
        validators=[Length(max=proposal.LONGEST, message=TOO_LONG)],
    )
    shown_number = IntegerField(validators=[InputRequired()])
    shown_version = IntegerField(validators=[InputRequired()])
    shown_total = IntegerField(validators=[InputRequired()])


class ProposalForm(WorkedOutForm, OpinionForm):
    """What somebody who was shown a build would have instead."""


class AcceptanceForm(FlaskForm):
    """What the page said that is accepted: which version of the build it starts from, and what it comes to."""

    shown_number = IntegerField(validators=[InputRequired()])
    shown_version = IntegerField(validators=[InputRequired()])
    shown_total = IntegerField(validators=[InputRequired()])
