"""The text that a shop owes its buyers: the terms of sale."""

from flask import current_app, render_template

from webapp import settings
from webapp.account import bp
from webapp.languages import language
from webapp.sales.terms_of_sale import EDITION


@bp.get("/terms-of-sale")
def terms_of_sale() -> str:
    return _text("terms_of_sale")


def _text(name: str) -> str:
    """The text in the reader's language, else in English."""
    texts = current_app.jinja_env.select_template(
        [f"account/{name}.{code}.html" for code in (language(), "en")]
    )
    return render_template(texts, shop=settings.current(), edition=EDITION)
