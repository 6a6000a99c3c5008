"""A letter as the desk shows it."""

from email.message import EmailMessage

from flask_babel import gettext as _

from webapp import courier, settings
from webapp.outbox import OutboxLetter, State


class StaffLetter:
    """One letter, with what staff may see of it."""

    def __init__(self, letter: OutboxLetter) -> None:
        self.letter = letter

    @property
    def state(self) -> str:
        return state_title(self.letter.state)

    @property
    def is_readable(self) -> bool:
        """A key to a customer's account is for that customer, unless letters are open files anyway."""
        return not self.letter.secret or (not settings.current().smtp_url and bool(self.letter.text))

    @property
    def message_id(self) -> str:
        return courier.message_id(self.letter, settings.current().mail_from)

    @property
    def file_name(self) -> str:
        return courier.file_name(self.letter)

    @property
    def message(self) -> EmailMessage:
        return courier.written(self.letter, settings.current().mail_from)


def state_title(state: State) -> str:
    return {
        State.WAITING: _("Waiting"),
        State.SENT: _("Sent"),
        State.GIVEN_UP: _("Given up"),
    }[state]
