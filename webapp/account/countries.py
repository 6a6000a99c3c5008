"""Countries by name, in the reader's language."""

from flask_babel import get_locale

from webapp.account import bp


@bp.app_template_filter("country")
def country(code: str) -> str:
    return get_locale().territories.get(code, code)
