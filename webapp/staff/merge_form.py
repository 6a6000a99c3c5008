"""What a colleague says when two become one."""

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from webapp.account.build_form import TokenForm
from webapp.relations.merging.merge import How

HOWS = {
    How.SPOKEN.value: lazy_gettext("They told us, and knew what only they can know"),
    How.WRITTEN.value: lazy_gettext("They wrote to us from both addresses"),
    How.SEEN.value: lazy_gettext("They were here and showed who they are"),
    How.MAILBOX.value: lazy_gettext("Both addresses are one and the same mailbox"),
}


class MergeForm(TokenForm):
    """How it is known that two are one: without knowing, nobody merges."""

    how = RadioField(
        lazy_gettext("How do you know that they are one person?"),
        choices=[SelectChoice(*each) for each in HOWS.items()],
        validators=[InputRequired(lazy_gettext("Say how you know. If you do not, ask them first."))],
    )
