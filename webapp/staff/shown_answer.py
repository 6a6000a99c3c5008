"""A wait for an answer as the desk shows it."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from webapp.relations.talk.answer_wait import Followed, Outcome
from webapp.relations.talk.incoming_mail import Fate, IncomingMail
from webapp.relations.talk.working_hours import WorkingHours
from webapp.staff import bp

OUTCOMES = {
    Outcome.IN_TIME: lazy_gettext("In time"),
    Outcome.LATE: lazy_gettext("Late"),
    Outcome.WAITING: lazy_gettext("Still waiting"),
    Outcome.LET_GO: lazy_gettext("Needed no answer"),
}

FATES = {
    Fate.AUTOMATIC: lazy_gettext("a machine answered"),
    Fate.BOUNCE: lazy_gettext("a letter of ours did not arrive"),
    Fate.OWN: lazy_gettext("a letter of ours came back"),
    Fate.ASTRAY: lazy_gettext("belongs to no thread"),
    Fate.TOO_MANY: lazy_gettext("too many within an hour"),
    Fate.UNREADABLE: lazy_gettext("could not be read"),
}


class ShownWait:
    """One wait, with the thread while it is there."""

    def __init__(self, followed: Followed, hours: WorkingHours, at: datetime) -> None:
        self.wait, self.thread, self._hours, self._at = followed.wait, followed.thread, hours, at

    @property
    def outcome(self) -> Outcome:
        return self.wait.outcome(self._at)

    @property
    def title(self) -> str:
        return outcome_title(self.outcome)

    @property
    def took(self) -> str:
        """How much working time passed until the answer, or until now, by the office hours of today."""
        until = self.wait.answered_at or self.wait.let_go_at or self._at
        return duration(self._hours.between(self.wait.since, until))


def outcome_title(outcome: Outcome) -> str:
    return str(OUTCOMES[outcome])


def duration(span: timedelta) -> str:
    """Hours and minutes as people say them."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    return _("%(hours)d h %(minutes)02d min", hours=minutes // 60, minutes=minutes % 60)


@bp.app_template_filter("letter_fate")
def letter_fate(letter: IncomingMail) -> str:
    """What became of a letter to us, in a few words."""
    return str(FATES.get(Fate(letter.fate), letter.fate))
