"""The pages of a draft, in the order in which its tabs stand."""

from typing import NamedTuple

from flask_babel import lazy_gettext


class Tab(NamedTuple):
    """One page of a draft; its route takes the family's `code`."""

    endpoint: str
    title: str


TABS: tuple[Tab, ...] = (Tab("staff.catalogue_draft", lazy_gettext("Overview")),)
