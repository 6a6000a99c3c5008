"""How many letters that sign in one place may ask for, and how many one mailbox gets, whoever asks from wherever."""

from datetime import datetime, timedelta

from sqlmodel import Session

from webapp import attempts
from webapp.account.limits import Limit, from_here

WITHIN = timedelta(minutes=5)
MOST = 10
A_DAY = timedelta(days=1)
MOST_A_DAY = 30  # letters to one address
AN_HOUR = timedelta(hours=1)


def of_letters(session: Session, email: str, *, at: datetime) -> list[Limit]:
    """What counts a letter to an address. To be asked in the transaction that counts it.

    A mailbox that has had all its letters of the day still gets one an hour: whoever floods it from many places cannot
    keep its owner from a link that works.
    """
    to = f"sign-in letter to {email}"
    a_day = Limit(f"{to} in a day", MOST_A_DAY, A_DAY)
    has_had_all = attempts.wait(session, a_day.key, limit=a_day.most, within=A_DAY, at=at) is not None
    return [
        from_here("sign-in letter", MOST, WITHIN),
        from_here(to, MOST_A_DAY, A_DAY),
        Limit(to, MOST, WITHIN),
        Limit(f"{to} in an hour", 1, AN_HOUR) if has_had_all else a_day,
    ]


def of_digits(email: str) -> list[Limit]:
    """What counts a try of the six digits."""
    return [from_here("sign-in", MOST, WITHIN), Limit(f"sign-in as {email}", MOST, WITHIN)]


def of_links() -> list[Limit]:
    """What counts a try of a link."""
    return [from_here("sign-in", MOST, WITHIN)]
