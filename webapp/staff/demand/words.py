"""Names for what demand is counted by, as staff read them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.languages import language
from webapp.sales.demand.extra_paid import Band
from webapp.sales.demand.journey import Stage
from webapp.sales.demand.refusal import LIMIT, Outcome
from webapp.sales.demand.refused import BANDS, STOPPED
from webapp.staff.demand.filters import Filters

STAGES = {
    Stage.CONFIGURE: lazy_gettext("Configured"),
    Stage.SAVE: lazy_gettext("Saved a build"),
    Stage.CART: lazy_gettext("Put it into the cart"),
    Stage.CHECKOUT: lazy_gettext("Came to the checkout"),
    Stage.ORDER: lazy_gettext("Ordered"),
}
OUTCOMES = {
    Outcome.REPAIR.value: lazy_gettext("Took a repair"),
    Outcome.BACK.value: lazy_gettext("Left everything as it was"),
    Outcome.KEPT_ON.value: lazy_gettext("Went on without it"),
    STOPPED: lazy_gettext("Did nothing more"),
    Outcome.AGAIN.value: lazy_gettext("Clicked it again"),
}
VERDICTS = {
    "without": lazy_gettext("Could be built"),
    "still": lazy_gettext("Other rules stand against it too"),
    "already": lazy_gettext("Can be built today anyway"),
    "gone": lazy_gettext("Names something that is gone"),
    "open": lazy_gettext("Not worked out yet"),
}


def rule_name(filters: Filters, code: str) -> str:
    """What a rule says to shoppers; a group's own limit by its group."""
    if code.startswith(LIMIT):
        return _("How much “%(group)s” takes", group=filters.group_name(code.removeprefix(LIMIT)))
    rule = filters.rules.get(code)
    return (rule.reason.in_(language()) or code) if rule else code


def band_names() -> list[str]:
    """All bands, cheapest first."""
    return [band_name(Band(place, 0, 0)) for place in range(len(BANDS) + 1)]


def band_name(band: Band) -> str:
    """What the best repair asked for, as a share of the build's total."""
    if band.above is None:
        return _("Nothing or less")
    if band.to is None:
        return _("More than %(share)s %%", share=band.above)
    return _("Up to %(share)s %%", share=band.to)
