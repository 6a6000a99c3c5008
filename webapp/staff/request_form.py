"""What staff enter about a request that came by mail, telephone or post, and what they answer."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from webapp.account.build_form import TokenForm
from webapp.account.entries import EMAIL, one_line, paragraph
from webapp.customers.customer import LONGEST_EMAIL
from webapp.customers.rights_request import LONGEST, Channel, Kind
from webapp.languages import LANGUAGES

NEEDED = lazy_gettext("Please fill this in.")
KINDS = {
    Kind.ACCESS.value: lazy_gettext("To know what is kept"),
    Kind.ERASE.value: lazy_gettext("To erase"),
    Kind.CORRECT.value: lazy_gettext("To correct"),
    Kind.OBJECT.value: lazy_gettext("Objection"),
    Kind.OTHER.value: lazy_gettext("Something else"),
}
CHANNELS = {
    Channel.SITE.value: lazy_gettext("the site"),
    Channel.MAIL.value: lazy_gettext("e-mail"),
    Channel.PHONE.value: lazy_gettext("telephone"),
    Channel.POST.value: lazy_gettext("post"),
}


class RequestForm(TokenForm):
    """A request that did not come by the site. Its day counts for the deadline."""

    kind = SelectField(
        lazy_gettext("What is it about?"),
        [InputRequired(NEEDED)],
        choices=[SelectChoice(*kind) for kind in KINDS.items()],
    )
    channel = SelectField(
        lazy_gettext("Came by"),
        [InputRequired(NEEDED)],
        choices=[SelectChoice(*channel) for channel in CHANNELS.items() if channel[0] != Channel.SITE],
    )
    received = DateField(lazy_gettext("Came on"), [DataRequired(lazy_gettext("Please choose a day."))])
    language = SelectField(
        lazy_gettext("Language"),
        [InputRequired(NEEDED)],
        choices=[SelectChoice(*each) for each in LANGUAGES.items()],
    )
    email = StringField(
        lazy_gettext("E-mail"),
        [
            Optional(),
            Length(max=LONGEST_EMAIL),
            Regexp(
                rf"^(?:{EMAIL.pattern})$",
                message=lazy_gettext("This does not look like an e-mail address, such as name@example.com."),
            ),
        ],
        filters=[one_line],
    )
    name = StringField(lazy_gettext("Their name"), [Length(max=100)], filters=[one_line])
    words = TextAreaField(
        lazy_gettext("What was asked"), [DataRequired(NEEDED), Length(max=LONGEST)], filters=[paragraph]
    )


class AnswerForm(FlaskForm):
    """The answer as it is mailed, or, without an address, as it was given."""

    answer = TextAreaField(
        lazy_gettext("Answer"), [DataRequired(NEEDED), Length(max=LONGEST)], filters=[paragraph]
    )
    outcome = RadioField(
        lazy_gettext("Outcome"),
        [InputRequired(NEEDED)],
        choices=[
            SelectChoice("answered", lazy_gettext("done as asked")),
            SelectChoice("refused", lazy_gettext("refused, with the reason in the answer")),
        ],
        default="answered",
    )


class ErasureForm(FlaskForm):
    """That somebody may be erased: it cannot be undone."""

    how = StringField(
        lazy_gettext("How you know that it is them"),
        [DataRequired(NEEDED), Length(max=300)],
        filters=[one_line],
    )
    sure = BooleanField(
        lazy_gettext("Erase them for good"),
        [DataRequired(lazy_gettext("Tick the box: it cannot be undone."))],
    )
