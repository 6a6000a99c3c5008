"""Who is signed in at the desk, as Flask-Login keeps it."""

from flask_login import UserMixin

from webapp.customers.colleague import Colleague


class SignedIn(UserMixin):
    """A member of staff as the session knows them, until their shift is over or somebody ends it."""

    def __init__(self, token: str, colleague: Colleague) -> None:
        self.token, self.colleague = token, colleague

    def get_id(self) -> str:
        return self.token
