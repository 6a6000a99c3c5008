"""The pages of a draft, in the order in which its tabs stand."""

from typing import NamedTuple

from flask_babel import lazy_gettext, lazy_pgettext


class Tab(NamedTuple):
    """One page of a draft; its route takes the family's `code`."""

    endpoint: str
    title: str


TABS: tuple[Tab, ...] = (
    Tab("staff.catalogue_draft", lazy_gettext("Overview")),
    Tab("staff.draft_options", lazy_gettext("Groups and options")),
    Tab("staff.draft_prices", lazy_gettext("Prices")),
    Tab("staff.draft_texts", lazy_gettext("Texts")),
    Tab("staff.draft_family", lazy_gettext("Family")),
    Tab("staff.draft_rules", lazy_gettext("Rules")),
    Tab("staff.draft_pictures", lazy_gettext("Pictures")),
    Tab("staff.draft_preview", lazy_gettext("Preview")),
    Tab("staff.draft_cases", lazy_pgettext("tab", "Test cases")),
    Tab("staff.draft_proof", lazy_gettext("Proof")),
    Tab("staff.draft_rehearsal", lazy_gettext("Rehearsal")),
    Tab("staff.draft_publishing", lazy_gettext("Publish")),
    Tab("staff.draft_files", lazy_gettext("Files")),
)
