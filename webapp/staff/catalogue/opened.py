"""The draft that a page of the catalogue desk is about."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, render_template, request

from catalog.model import Family
from webapp.account.build_form import new_token
from webapp.catalogues import draft, draft_history, version
from webapp.catalogues.draft import DraftRevision
from webapp.catalogues.version import PublishedVersion
from webapp.database import reading
from webapp.guards import LARGEST_NUMBER
from webapp.staff import bp
from webapp.staff.catalogue.tabs import TABS

bp.add_app_template_global(new_token, "new_token")


@dataclass(frozen=True)
class Opened:
    """A draft as one of its revisions left it."""

    revision: DraftRevision

    @cached_property
    def family(self) -> Family:
        return draft.document(self.revision)

    @property
    def code(self) -> str:
        return self.revision.family_code

    @property
    def number(self) -> int:
        """The revision, which a form on the page names as its `base`."""
        return self.revision.number

    @cached_property
    def on_sale(self) -> PublishedVersion | None:
        return version.find(reading(), self.code)

    @cached_property
    def sold(self) -> Family | None:
        """What is on sale, as its editors planned it."""
        return draft.planned(self.on_sale) if self.on_sale else None

    @property
    def is_published(self) -> bool:
        """Whether just this is on sale."""
        return self.sold == self.family

    @cached_property
    def is_behind(self) -> bool:
        """Whether something was published since that did not come from this draft, nor by itself on its day."""
        number = self.revision.version
        if self.on_sale is None or self.on_sale.number == number or self.is_published:
            return False
        begun_from = version.find(reading(), self.code, number) if number else None
        return begun_from is None or draft.planned(begun_from) != self.sold


def opened(code: str) -> Opened:
    """The draft of a family as it stands, or 404."""
    return Opened(draft.latest(reading(), code) or abort(404))


def begun_from(code: str) -> Opened:
    """The revision that a sent form was filled in on, or 404: its edit is made on that, and merged when kept."""
    number = request.form.get("base", 0, type=int)
    found = draft.revision(reading(), code, number) if 0 < number <= LARGEST_NUMBER else None
    return Opened(found or abort(404))


def room(template: str, page: Opened, tab: str, **context: Any) -> str:
    """A page of a draft, in the frame with its tabs; `tab`: the endpoint that its tab leads to."""
    return render_template(
        template,
        opened=page,
        family=page.family,
        tabs=TABS,
        tab=tab,
        steps=draft_history.steps(reading(), page.code),
        **context,
    )
