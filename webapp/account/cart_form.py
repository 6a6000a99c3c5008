"""Forms of the cart."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from webapp.sales.cart_line import MOST_PIECES


class QuantityForm(FlaskForm):
    """How many pieces of a line."""

    quantity = IntegerField(
        lazy_gettext("Pieces"),
        validators=[
            InputRequired(lazy_gettext("Say how many.")),
            NumberRange(
                1,
                MOST_PIECES,
                lazy_gettext(
                    "From 1 to %(most)d; if you need more, write to us in the note of the order.",
                    most=MOST_PIECES,
                ),
            ),
        ],
    )
