"""What the owner says about answers: within how many hours, and when somebody is there."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.relations.talk.working_hours import MIDNIGHT, Span

MOST_HOURS = 240
A_NUMBER = lazy_gettext("A whole number of hours, from 1 to %(most)d.", most=MOST_HOURS)
A_TIME = lazy_gettext("Please write a time such as 9:00.")


class HoursField(IntegerField):
    """A number of hours; what is none is told so in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(A_NUMBER) from error


class ClockField(TimeField):
    """A time of the day as 9:00; what is none is told so in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(A_TIME) from error


class PromiseForm(FlaskForm):
    """Within how many working hours everybody is answered."""

    hours = HoursField(
        lazy_gettext("Working hours"),
        [InputRequired(A_NUMBER), NumberRange(1, MOST_HOURS, message=A_NUMBER)],
    )


class OfficeHoursForm(FlaskForm):
    """From when to when somebody is there; a day without both is closed, and midnight ends a day."""

    def pairs(self) -> list[tuple[int, Any, Any]]:
        """Fields of opening and closing, by day of the week."""
        return [(day, self[f"opens_{day}"], self[f"closes_{day}"]) for day in range(7)]

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        for day, opens, closes in self.pairs():
            if opens.errors or closes.errors:
                continue
            if (opens.data is None) is not (closes.data is None):
                closes.errors = [lazy_gettext("Both times, or none on a day that is closed.")]
                fine = False
            elif opens.data is not None and not _is_span(_span(opens.data, closes.data)):
                closes.errors = [lazy_gettext("The end comes before the beginning.")]
                fine = False
            elif day == 6 and fine and not self.week:
                closes.errors = [lazy_gettext("Who is never there can promise nothing.")]
                fine = False
        return fine

    @property
    def week(self) -> dict[int, Span]:
        return {
            day: _span(opens.data, closes.data)
            for day, opens, closes in self.pairs()
            if opens.data is not None
        }

    @classmethod
    def of(cls, week: Mapping[int, Span]) -> "OfficeHoursForm":
        """The form as it stands before anybody changes it."""
        shown = {}
        for day, span in week.items():
            shown[f"opens_{day}"], shown[f"closes_{day}"] = _time(span.opens), _time(span.closes)
        return cls(formdata=None, **shown)


for _day in range(7):
    for _name, _label in (("opens", lazy_gettext("From")), ("closes", lazy_gettext("Until"))):
        _field = ClockField(_label, [Optional()], format=["%H:%M", "%H:%M:%S"])
        setattr(OfficeHoursForm, f"{_name}_{_day}", _field)


def _span(opens: time, closes: time) -> Span:
    return Span(_minutes(opens), _minutes(closes) or MIDNIGHT)


def _is_span(span: Span) -> bool:
    return span.opens < span.closes


def _minutes(shown: time) -> int:
    return shown.hour * 60 + shown.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes % MIDNIGHT, 60))
