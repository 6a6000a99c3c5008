"""Countries by name, in the reader's language."""

from collections.abc import Collection

from flask_babel import get_locale

from webapp.account import bp

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # two letters as well, and no address is there


@bp.app_template_filter("country")
def country(code: str) -> str:
    return get_locale().territories.get(code, code)


def others(than: Collection[str]) -> list[str]:
    """All other countries' codes, by their names in the reader's language."""
    names = get_locale().territories
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES]
    return sorted((code for code in codes if code not in than), key=lambda code: names[code])
