"""How often somebody may write to the shop: new threads seldom, words in a thread as people talk."""

from datetime import timedelta

from webapp.account.limits import Limit, from_here

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
THREADS_FROM_A_PLACE = 10
GUEST_THREADS_FROM_A_PLACE = 5
LETTERS_TO_AN_ADDRESS = 3
MESSAGES_FROM_A_PLACE = 60


def of_a_thread(email: str = "") -> list[Limit]:
    """For a new thread. `email`: a guest's, to which a letter goes."""
    if not email:
        return [from_here("threads", THREADS_FROM_A_PLACE, AN_HOUR)]
    return [
        from_here("threads of guests", GUEST_THREADS_FROM_A_PLACE, AN_HOUR),
        Limit(f"thread letters to {email}", LETTERS_TO_AN_ADDRESS, A_DAY),
    ]


def of_a_message() -> list[Limit]:
    return [from_here("messages", MESSAGES_FROM_A_PLACE, AN_HOUR)]
