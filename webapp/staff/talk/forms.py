"""What colleagues write in threads, and the answers that they keep ready."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from webapp.account.build_form import TokenForm
from webapp.account.checkout_form import NEEDED, TOO_LONG
from webapp.account.entries import one_line, paragraph
from webapp.account.message_form import FirstMessageForm, MessageForm
from webapp.languages import LANGUAGES
from webapp.relations.talk import canned_answer, message, thread_note
from webapp.relations.talk.canned_answer import CannedAnswer
from webapp.relations.talk.message import Channel
from webapp.staff.serving_form import NOBODY, choices
from webapp.staff.talk.blanks import left_open

MAIL, CALL = Channel.SITE.value, Channel.PHONE.value


def no_blank(_form: Any, field: Any) -> None:
    """What nobody filled in is not sent to anybody."""
    if blanks := left_open(field.data or ""):
        raise ValidationError(_("Fill in %(blanks)s first.", blanks=", ".join(blanks)))


class AnswerForm(MessageForm):
    """An answer. `back`: the page that it was written on, if it was not the thread's own."""

    text = TextAreaField(
        lazy_gettext("Your answer"),
        [DataRequired(NEEDED), Length(max=message.LONGEST, message=TOO_LONG), no_blank],
        filters=[paragraph],
    )
    back = HiddenField()


class OpeningForm(FirstMessageForm):
    """The first word of ours: sent to them, or written down after a call."""

    text = TextAreaField(
        lazy_gettext("Message"),
        [DataRequired(NEEDED), Length(max=message.LONGEST, message=TOO_LONG), no_blank],
        filters=[paragraph],
    )
    way = RadioField(
        lazy_gettext("How"),
        [InputRequired(NEEDED)],
        default=MAIL,
        choices=[
            SelectChoice(MAIL, lazy_gettext("Send it to them")),
            SelectChoice(CALL, lazy_gettext("We spoke on the telephone: write it down, send nothing")),
        ],
    )


class CallForm(TokenForm):
    """What was said on the telephone: a message that they see, too."""

    words = TextAreaField(
        lazy_gettext("What was said?"),
        [DataRequired(NEEDED), Length(max=message.LONGEST, message=TOO_LONG)],
        filters=[paragraph],
    )


class NoteForm(TokenForm):
    """A note that colleagues alone see."""

    note = TextAreaField(
        lazy_gettext("Note for colleagues"),
        [DataRequired(NEEDED), Length(max=thread_note.LONGEST, message=TOO_LONG)],
        filters=[paragraph],
    )


class AssignmentForm(FlaskForm):
    """Who is to answer."""

    colleague = SelectField(lazy_gettext("Colleague"), coerce=int)


class CannedForm(TokenForm):
    """An answer to keep. `seen`: the revision that the page showed."""

    title = StringField(
        lazy_gettext("Title"),
        [DataRequired(NEEDED), Length(max=canned_answer.LONGEST_TITLE, message=TOO_LONG)],
        filters=[one_line],
    )
    words_ru = TextAreaField(
        lazy_gettext("In Russian"), [Length(max=canned_answer.LONGEST, message=TOO_LONG)], filters=[paragraph]
    )
    words_en = TextAreaField(
        lazy_gettext("In English"), [Length(max=canned_answer.LONGEST, message=TOO_LONG)], filters=[paragraph]
    )
    seen = HiddenField()

    def validate_words_en(self, _field: TextAreaField) -> None:
        if not self.words:
            raise ValidationError(_("Write it in one language at least."))

    @property
    def words(self) -> dict[str, str]:
        found = {code: self[f"words_{code}"].data or "" for code in LANGUAGES}
        return {code: text for code, text in found.items() if text}


def assignment_form(assigned: int | None = None, *, empty: bool = False) -> AssignmentForm:
    form = AssignmentForm(formdata=None, colleague=assigned or 0) if empty else AssignmentForm()
    form.colleague.choices = [NOBODY, *choices()]
    return form


def canned_form(kept: CannedAnswer | None = None) -> CannedForm:
    """The form as a page shows it first."""
    if kept is None:
        return CannedForm(formdata=None, seen="0")
    words = {f"words_{code}": kept.words.get(code, "") for code in LANGUAGES}
    return CannedForm(formdata=None, title=kept.title, seen=str(kept.revision), **words)
