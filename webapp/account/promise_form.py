"""The button that asks for a promise."""

from wtforms import IntegerField
from wtforms.validators import InputRequired

from webapp.account.build_form import TokenForm


class PromiseForm(TokenForm):
    """Asks to have a price promised: of which version of the build, and what the page said that it costs."""

    shown_number = IntegerField(validators=[InputRequired()])
    shown_total = IntegerField(validators=[InputRequired()])
