"""What somebody writes to the shop, with the pictures that they add."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import EmailField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from webapp.account.build_form import TokenForm
from webapp.account.checkout_form import NEEDED, TOO_LONG
from webapp.account.entries import EMAIL, one_line, paragraph
from webapp.catalogues.drawing import Refused, Why
from webapp.customers.customer import LONGEST_EMAIL
from webapp.relations.talk import attachment, message
from webapp.relations.talk.attachment import Picture, taken_in
from webapp.relations.talk.thread import LONGEST_TITLE

LARGEST_BODY = attachment.MOST * attachment.LARGEST + 256 * 1024  # bytes of a form with all its pictures
TYPES = ".png,.jpg,.jpeg,.webp,.svg,image/png,image/jpeg,image/webp,image/svg+xml"


class MessageForm(TokenForm):
    """A message. After `validate_on_submit`, `taken` holds its pictures as they may be kept."""

    text = TextAreaField(
        lazy_gettext("Your message"),
        [DataRequired(NEEDED), Length(max=message.LONGEST, message=TOO_LONG)],
        filters=[paragraph],
    )
    pictures = MultipleFileField(lazy_gettext("Photographs or drawings"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.taken: Sequence[Picture] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Pictures are looked at once all else is right: that is slow."""
        return super().validate(extra_validators) and self._take_in()

    @property
    def had_pictures(self) -> bool:
        """Whether some came along that a page with errors cannot hold."""
        return any(isinstance(each, FileStorage) and each.filename for each in self.pictures.data or ())

    def _take_in(self) -> bool:
        sent = [each for each in self.pictures.data or () if isinstance(each, FileStorage) and each.filename]
        errors, taken = [], []
        if len(sent) > attachment.MOST:
            errors.append(_("At most %(num)s pictures go with one message.", num=attachment.MOST))
            sent = []
        for each in sent:
            name = one_line(each.filename)[: attachment.LONGEST_NAME]
            try:
                taken.append(taken_in(name, each.stream.read(attachment.LARGEST + 1)))
            except Refused as refused:
                errors.append(f"{name}: {refusal(refused.why)}")
        if errors:
            self.pictures.errors = errors
        self.taken = taken
        return not errors


class FirstMessageForm(MessageForm):
    """What begins a thread."""

    title = StringField(
        lazy_gettext("What is it about?"),
        [DataRequired(NEEDED), Length(max=LONGEST_TITLE, message=TOO_LONG)],
        filters=[one_line],
    )


class GuestMessageForm(FirstMessageForm):
    """The same of somebody whom nobody knows."""

    name = StringField(
        lazy_gettext("Your name"),
        [DataRequired(NEEDED), Length(max=100, message=TOO_LONG)],
        filters=[one_line],
    )
    email = EmailField(
        lazy_gettext("E-mail"),
        [
            DataRequired(NEEDED),
            Length(max=LONGEST_EMAIL, message=TOO_LONG),
        ],
        filters=[one_line],
    )

    def validate_email(self, field: EmailField) -> None:
        if not EMAIL.fullmatch(field.data or ""):
            raise ValidationError(lazy_gettext("An address looks like name@example.com."))


def refusal(why: Why) -> str:
    """Why a picture is not taken, and what to do."""
    match why:
        case Why.TOO_LARGE | Why.TOO_LARGE_CLEAN:
            return _("larger than %(most)d MB. Send it smaller.", most=attachment.LARGEST >> 20)
        case Why.WRONG_TYPE:
            return _("not a picture that we can open. Send PNG, JPEG, WebP or SVG.")
        case Why.TOO_MANY | Why.TOO_DEEP:
            return _("too many pixels, or it moves. Send one still picture, smaller.")
        case Why.EMPTY | Why.NOTHING_LEFT:
            return _("there is nothing to see in it.")
        case _:
            return _("damaged, or more than a picture. Save it anew and send that.")
