"""One moment of a time line in words, with the way to what it is about."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.account.shown_thread import WAYS as TALK_WAYS
from webapp.formats import money
from webapp.relations.card.subject import THING
from webapp.relations.card.time_line import Channel, Moment
from webapp.relations.talk.message import By
from webapp.staff.serving_form import WAYS
from webapp.staff.shown_act import act_title
from webapp.staff.shown_order import act_title as order_act_title

ON_SITE = {
    "save": lazy_gettext("Saved a build"),
    "cart": lazy_gettext("Put something into the cart"),
    "order": lazy_gettext("Ordered on the site"),
    "share": lazy_gettext("Shared a build"),
    "message": lazy_gettext("Said something about a build"),
    "mail": lazy_gettext("Opened a link of a letter"),
    "visit": lazy_gettext("Visited the site"),
}

LONGEST = 300  # signs of what was said


class ShownMoment:
    """A moment as the card tells it."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment

    @property
    def title(self) -> str:
        kind, facts = self.moment.kind, self.moment.facts
        match self.moment.channel:
            case Channel.SITE:
                return str(ON_SITE.get(kind, kind))
            case Channel.MAIL:
                return facts["subject"]
            case Channel.ORDER if kind == "placed":
                return _("Order placed, %(total)s", total=money(facts["amount"], facts["currency"]))
            case Channel.ORDER:
                return order_act_title(kind)
            case Channel.MONEY:
                amount = money(facts["amount"], facts["currency"])
                if kind == "payment":
                    return _("%(amount)s came in", amount=amount)
                if facts["state"] == "failed":
                    return _("%(amount)s did not go back", amount=amount)
                return _("%(amount)s goes back", amount=amount)
            case Channel.TALK:
                return facts["title"]
            case Channel.CONTACT:
                return str(WAYS.get(kind, kind))
            case _:
                return act_title(THING, kind)

    @property
    def note(self) -> str:
        """What else is told, in small."""
        facts = self.moment.facts
        if self.moment.channel is Channel.MAIL:
            return _("letter") if self.moment.kind == "letter" else _("letter, not sent yet")
        if self.moment.channel is Channel.TALK:
            ours = self.moment.kind == By.STAFF
            said = facts["who"] if ours else _("they wrote")
            return ", ".join(filter(None, (said, str(TALK_WAYS.get(facts["channel"], "")))))
        if self.moment.channel is Channel.CONTACT:
            return facts["who"]
        if self.moment.channel is Channel.DESK:
            return ", ".join(filter(None, (facts.get("who", ""), facts.get("note", ""))))
        return ""

    @property
    def words(self) -> str:
        """What was written down, or its beginning."""
        words = self.moment.facts.get("words", "")
        return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}…"

    @property
    def place(self) -> str:
        """The page of what it is about; nothing where there is none."""
        match self.moment.channel:
            case Channel.MAIL:
                return url_for("staff.letter", message_id=self.moment.ref)
            case Channel.TALK:
                return url_for("staff.thread_file", number=self.moment.ref)
            case Channel.ORDER | Channel.MONEY:
                return url_for("staff.order_file", number=self.moment.ref)
            case _:
                return ""
