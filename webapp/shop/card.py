"""The changing parts of an option's card: its marks for programs and its foot for people."""

from functools import lru_cache

from markupsafe import Markup

from catalog.configuration import Origin
from catalog.expression import OptionKey
from webapp.shop.rendering import macro


@lru_cache(maxsize=16_384)
def marks(key: OptionKey, available: bool, origin: Origin | None, delta: int | None) -> Markup:
    """The data- attributes of a card; without `data-delta` while the difference is not proven."""
    return Markup(macro("components/option.html", "marks")(key, available, origin and origin.value, delta))


@lru_cache(maxsize=16_384)
def foot(
    language: str,
    currency: str,
    delta: int | None,
    days: int | None,
    changes: int,
    available: bool,
    origin: Origin | None,
) -> Markup:
    """What the card says of price, time and the choices it would change. Many cards say the same."""
    written = macro("components/option.html", "foot")
    return Markup(written(currency, delta, days, changes, available, origin and origin.value))
