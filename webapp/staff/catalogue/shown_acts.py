"""What was done to catalogues, as the record says it."""

from flask_babel import lazy_gettext

from webapp.catalogues.draft import Act
from webapp.staff import shown_act
from webapp.staff.catalogue.recorded import NAMES, place_words
from webapp.staff.catalogue.saving import THING

shown_act.THINGS[THING] = lazy_gettext("Catalogue")
shown_act.PLACES[THING] = ("staff.catalogue_draft", "code")
shown_act.TITLES[THING] = {
    f"draft-{Act.BEGUN}": lazy_gettext("Draft begun"),
    f"draft-{Act.SAVED}": lazy_gettext("Draft changed"),
    f"draft-{Act.UNDONE}": lazy_gettext("A step of the draft undone"),
    f"draft-{Act.REDONE}": lazy_gettext("A step of the draft redone"),
    f"draft-{Act.RETURNED}": lazy_gettext("Draft taken back to an older revision"),
    f"draft-{Act.CAUGHT_UP}": lazy_gettext("Draft brought up to what is on sale"),
    "published": lazy_gettext("Published"),
    "publication-planned": lazy_gettext("Publication planned"),
    "publication-withdrawn": lazy_gettext("Publication called off"),
    "publishing-limits": lazy_gettext("Limits of publishing set"),
    "people-taken": lazy_gettext("List of people to tell taken away"),
}
shown_act.FIELDS |= {
    "revision": lazy_gettext("Revision"),
    "version": lazy_gettext("Version"),
    "again": lazy_gettext("Version published once more"),
    "due": lazy_gettext("When"),
    "passed": lazy_gettext("Limits passed"),
    "at_stake": lazy_gettext("At stake"),
    "dead": lazy_gettext("Options that nobody can choose"),
    "builds": lazy_gettext("Kept builds at most"),
    "percent": lazy_gettext("Percent of kept builds at most"),
    "money": lazy_gettext("Money at stake at most"),
    "people": lazy_gettext("People"),
    "addresses": lazy_gettext("With an address"),
    "rehearsal": lazy_gettext("Number of the rehearsal"),
}
shown_act.NAMERS[THING] = place_words
shown_act.UNSEEN.add(NAMES)
shown_act.SAID |= {
    "most_builds": lazy_gettext("number of kept builds"),
    "most_percent": lazy_gettext("percent of kept builds"),
    "most_money": lazy_gettext("money at stake"),
}
shown_act.AMOUNTS |= {"at_stake", "money"}
