"""A proposal while somebody works it out: the build they were shown, and what they would have instead."""

from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from catalog import pricing
from catalog.choices import Reading, read
from catalog.configuration import Card, Configuration
from catalog.engine import Effort, Impossible
from catalog.expression import OptionKey
from catalog.model import Family, OptionGroup
from catalog.terms import NO_TERMS
from webapp.account.opinion_form import WorkedOutForm
from webapp.account.shown_build import ShownBuild, picture
from webapp.account.variation import Variation, as_it_is
from webapp.catalogues.published import Published
from webapp.languages import language
from webapp.sales.build import Build
from webapp.sales.specification import Specification, specified
from webapp.shop import addresses
from webapp.shop.disagreement import Disagreement, disagreement
from webapp.shop.showcase import Picture, Showcase, picture_of, showcase


class Place(NamedTuple):
    """Where a proposal is worked out and sent. Below the page are those of the groups, by their codes."""

    page: str
    sent_to: str


class DraftProposal:
    """What an address proposes for a shown build, under the version that is sold today."""

    def __init__(
        self, shown: ShownBuild, version: Published, place: Place, asked: addresses.Asked, effort: Effort
    ) -> None:
        self.shown, self.published, self.place, self.asked = shown, version, place, asked
        self.configuration: Configuration = version.engine.answer(self.reading, effort)

    @cached_property
    def reading(self) -> Reading:
        """An address that says nothing is about the build itself."""
        if self.asked.parameters:
            return addresses.reading_of(self.family, self.asked)
        return read(self.family, self.shown.kept.said.parameters())

    @property
    def family(self) -> Family:
        return self.published.family

    @cached_property
    def showcase(self) -> Showcase:
        return showcase(self.published, language())

    @cached_property
    def specification(self) -> dict[str, Any]:
        """The columns of what is proposed."""
        price = pricing.price(self.configuration, NO_TERMS)
        return specified(self.configuration, price, NO_TERMS, self.published.number, self.published.sha256)

    @cached_property
    def variation(self) -> Variation:
        was = as_it_is(self.shown.kept, self.published)
        return Variation(was, Specification(**self.specification))

    @cached_property
    def conflict(self) -> Disagreement | None:
        """Why the last pick does not fit, with ways out that lead to pages of this proposal."""
        price = pricing.price(self.configuration, NO_TERMS)
        found = disagreement(self.showcase, self.configuration, NO_TERMS, price)
        if found is None:
            return None
        repairs = [each._replace(href=self._here(urlsplit(each.href).query)) for each in found.repairs]
        return found._replace(repairs=repairs, back=self._here(addresses.query(self.configuration.choices)))

    @property
    def is_as_asked(self) -> bool:
        """Whether the address could be followed to the letter."""
        return self.configuration.complete and not self.configuration.set_aside and not self.reading.unknown

    @property
    def can_be_sent(self) -> bool:
        return self.is_as_asked and not self.variation.is_none

    @property
    def query(self) -> str:
        return addresses.query(self.configuration.choices)

    @property
    def hero(self) -> str:
        """The address of the picture of what is proposed."""
        return picture(self.variation.now)

    @property
    def action(self) -> str:
        return f"{self.place.sent_to}?{self.query}"

    def picks(self, group: OptionGroup) -> list[str]:
        """What is in it of a group, in words."""
        picked = [key for key in self.configuration.picked if key.group == group.code]
        return [self.showcase.titles[key] for key in picked]

    def group_page(self, group: OptionGroup) -> str:
        place = f"{self.place.page}/{group.code}"
        return f"{place}?{self.query}" if self.query else place

    def cards(self, group: OptionGroup) -> list[Card]:
        shelf = next(each for each in self.showcase.shelves if each.group.code == group.code)
        found = [self.configuration.cards.get(key) for key in shelf.keys]
        return [card for card in found if card is not None]

    def card_picture(self, key: OptionKey) -> Picture:
        return picture_of(self.family, self.showcase.where.drawings, key)

    def with_pick(self, card: Card) -> str:
        """The page with an option picked, or with what stands against it."""
        return self._here(addresses.query(addresses.said_after(self.configuration, card), card.key))

    def _here(self, query: str) -> str:
        return f"{self.place.page}?{query}" if query else self.place.page


def draft_of(opened: Build, place: Place, effort: Effort) -> DraftProposal | None:
    """What the address proposes for a build; None where the family is no longer made."""
    shown = ShownBuild(opened)
    if shown.now is None:
        return None
    try:
        return DraftProposal(shown, shown.now.published, place, addresses.asked(), effort)
    except Impossible:
        return None


def differs(draft: DraftProposal, form: WorkedOutForm) -> bool:
    """Whether the page that was sent said something else. An unreadable form is told so elsewhere."""
    said = (form.shown_number.data, form.shown_version.data, form.shown_total.data)
    return said != (draft.shown.build.latest_number, draft.published.number, draft.variation.now.total)
