"""The letter that signs in."""

from webapp import mail
from webapp.customers.sign_in_request import Secrets
from webapp.languages import language
from webapp.outbox import Letter


def sign_in_letter(to: str, given: Secrets) -> Letter:
    """A link and a code that let its reader sign in, once, within a quarter of an hour."""
    return mail.rendered("sign_in", to, language(), secret=True, given=given)
