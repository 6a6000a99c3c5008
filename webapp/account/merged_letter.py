"""The letter to both addresses when a colleague has made one account of two."""

from webapp import mail
from webapp.customers.mailbox import masked
from webapp.outbox import Letter
from webapp.relations.card.subject import Subject


def letters(kept: Subject, other: Subject, *, opens: bool) -> list[Letter]:
    """One to each address, if they are two. Neither tells the other's address in full."""
    if not other.email or other.email == kept.email:
        return []
    has_account = other.customer_id is not None
    pairs = ((kept, other, True), (other, kept, False))
    return [
        mail.rendered(
            "merged_account",
            to.email,
            to.language,
            is_kept=is_kept,
            beside=masked(beside.email),
            opens=opens,
            has_account=has_account,
        )
        for to, beside, is_kept in pairs
    ]


def signs_in_elsewhere(to: str, kept_email: str, language: str) -> Letter:
    """To whoever wants to sign in by the address of an account that is part of another by now."""
    return mail.rendered(
        "merged_account",
        to,
        language,
        is_kept=False,
        beside=masked(kept_email),
        opens=False,
        has_account=True,
    )
