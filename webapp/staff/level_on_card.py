"""The level of a customer on their card, with the same arithmetic that they see themselves."""

from webapp import clock
from webapp.account.shown_level import ShownLevel
from webapp.database import reading
from webapp.staff import bp


@bp.app_template_global("level_on_card")
def level_on_card(customer_id: int | None) -> ShownLevel | None:
    """None of a guest, and where there is no ladder and never was a level."""
    if customer_id is None:
        return None
    shown = ShownLevel(reading(), customer_id, clock.now())
    return shown if shown.has_ladder or shown.row else None
