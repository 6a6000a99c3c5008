"""What is said about a publication: when, what customers are told, and that the warnings were seen."""

from datetime import datetime, timedelta

from flask_babel import get_timezone
from flask_babel import gettext as _

from webapp.catalogues.publication import LONGEST_NOTE
from webapp.languages import LANGUAGES
from webapp.staff.catalogue.entries import Entries

FURTHEST = timedelta(days=366)
NOW, LATER = "now", "later"


class PublishForm(Entries):
    """The fields of the form, read and judged."""

    def note(self) -> dict[str, str]:
        """What customers are told, by language; in every language or in none."""
        found = {code: self.paragraph(f"note.{code}", longest=LONGEST_NOTE) for code in LANGUAGES}
        if any(found.values()):
            for code, words in found.items():
                if not words:
                    self.wrong(f"note.{code}", _("Say it in this language too, or in none."))
        return found if all(found.values()) else {}

    def due(self, now: datetime) -> datetime:
        """When it is to be done; `now` of all that is not planned for later."""
        if self["when"] != LATER:
            return now
        try:
            local = datetime.fromisoformat(self["at"])
        except ValueError:
            self.wrong("at", _("Please choose a day and a time."))
            return now
        chosen = local.replace(tzinfo=get_timezone()) if local.tzinfo is None else local
        if not now < chosen <= now + FURTHEST:
            self.wrong("at", _("Please choose a time to come, within a year."))
            return now
        return chosen

    @property
    def is_later(self) -> bool:
        return self["when"] == LATER
