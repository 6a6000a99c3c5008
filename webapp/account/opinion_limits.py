"""How much others may write to the owner of a build, and what they are told when it is too much."""

import math
from datetime import datetime, timedelta

from flask_babel import ngettext
from sqlmodel import Session

from webapp.account import limits
from webapp.account.limits import Limit, from_here, pause
from webapp.sales.build import Build

FROM_A_PLACE = (10, timedelta(minutes=10))
ON_A_BUILD = (60, timedelta(days=1))
LETTERS = (3, timedelta(days=1))  # about one build; whatever more is said stands on its page


def count(session: Session, build: Build, *, at: datetime) -> timedelta | None:
    """Counts one more opinion; or how long to wait with it, and then it is not counted."""
    on_it = Limit(f"opinions about build {build.id}", *ON_A_BUILD)
    return pause(session, [on_it, from_here("opinions", *FROM_A_PLACE)], at=at)


def count_a_letter(session: Session, build: Build, *, at: datetime) -> bool:
    """Counts one more letter to the owner; False where there have been enough today."""
    return pause(session, [Limit(f"letters about opinions of build {build.id}", *LETTERS)], at=at) is None


def sentence(wait: timedelta) -> str:
    """Tells somebody to come back."""
    minutes = limits.minutes(wait)
    if minutes > 90:
        return ngettext(
            "A great deal has been written about this build today. Try again in %(num)d hour; your words stay here.",
            "A great deal has been written about this build today. Try again in %(num)d hours; your words stay here.",
            math.ceil(minutes / 60),
        )
    return ngettext(
        "That is a lot at once. Try again in %(num)d minute; your words stay here.",
        "That is a lot at once. Try again in %(num)d minutes; your words stay here.",
        minutes,
    )
