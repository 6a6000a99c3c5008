"""One short question at a fitting moment: after a build is saved, seldom, and only of those who allow a profile."""

from datetime import datetime

from flask_babel import gettext as _
from sqlmodel import Session

from catalog.model import Family
from webapp import clock
from webapp.account.shown_profile import ShownQuestion, shown_question
from webapp.catalogues import published
from webapp.customers import asked_question, profile, question
from webapp.customers.customer_session import SignedIn
from webapp.database import reading, reading_rows
from webapp.shop import visiting


def ask(session: Session, family: Family, *, at: datetime) -> None:
    """Has the next page ask something that decides about builds like this one, and was not said yet."""
    who = visiting.customer()
    if who is None or not who.personalised:
        return
    known = profile.profile_of(session, who.customer_id, at=at, families=[family])
    open_ = [
        each.trait
        for each in question.of_family(family)
        if each.trait not in known.stated and known.kind_of(each.trait).value not in known.unused
    ]
    asked_question.ask(session, who.customer_id, open_, family=family.code, at=at)


def waiting() -> ShownQuestion | None:
    """The question that waits for whoever is signed in; guests and those without a profile cost no statement."""
    who: SignedIn | None = visiting.customer()
    if who is None or not who.personalised:
        return None
    at = clock.now()
    asked = asked_question.waiting(reading(), who.customer_id, at=at)
    sold = published.current(reading_rows(), asked.family) if asked else None
    if asked is None or sold is None:
        return None
    known = profile.profile_of(reading(), who.customer_id, at=at, families=[sold.family])
    found = next((each for each in question.of_family(sold.family) if each.trait == asked.trait), None)
    return shown_question(found, known, family=sold.family.code) if found else None


def words(shown: ShownQuestion) -> str:
    """How it is asked."""
    if shown.question.is_number:
        return _("One short question. %(title)s?", title=shown.title)
    return _("One short question. %(title)s: which suits you best?", title=shown.title)
