"""The configurator as a shopper sees it: a configuration in plain values, ready for its template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from catalog.choices import Reading
from catalog.configuration import Configuration, Meter, Origin
from catalog.expression import OptionKey
from catalog.model import NONE
from catalog.pricing import price as priced
from catalog.terms import Price, Terms
from webapp.formats import MoneyStyle, money_style
from webapp.shop import addresses
from webapp.shop.card import Cards
from webapp.shop.dates import delivery_prices
from webapp.shop.disagreement import Disagreement, disagreement
from webapp.shop.fitted import NOTHING, Fitted
from webapp.shop.pictures import live_picture
from webapp.shop.rendering import macro
from webapp.shop.showcase import Shelf, Showcase

MOST_NOTES = 5


class GroupView(NamedTuple):
    """A group as it is written, and who settled it."""

    shelf: Shelf
    origin: Origin
    written: str


class StepView(NamedTuple):
    """A chapter with its state: attention, done (nothing left to us), mine (something chosen) or open."""

    code: str
    title: str
    number: int
    state: str
    groups: Markup


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that the configurator's template needs."""

    showcase: Showcase
    configuration: Configuration
    price: Price
    style: MoneyStyle
    lines: Markup
    steps: Sequence[StepView]
    meters: Sequence[Meter]
    notes: Sequence[str]
    conflict: Disagreement | None
    picture: str
    ready: tuple[date, date]
    delivery: tuple[int, int]
    undo: str | None
    completion: str | None
    query: str
    rest: str | None
    faces: bool
    said: str
    clicked: str | None
    fitted: Fitted


def screen(
    showcase: Showcase,
    configuration: Configuration,
    asked: Reading,
    gone: Mapping[tuple[str, str], str],
    terms: Terms,
    ready: tuple[date, date],
    trail: Sequence[str],
    click: str | None,
    faces: bool,
    focus: OptionKey | None,
    fitting: Fitted = NOTHING,
) -> Screen:
    price = priced(configuration, terms)
    style = money_style(showcase.language, price.currency)
    conflict = disagreement(showcase, configuration, terms, price)
    opened = (
        render_template(
            "components/conflict.html",
            conflict=conflict,
            currency=price.currency,
            follow=f"option:{showcase.family.code}:{conflict.name}",
        )
        if conflict
        else ""
    )
    cards = Cards(showcase, configuration, terms, price.currency, faces, focus, fitting.marks)
    groups = [
        _group(showcase, configuration, shelf, cards.of(shelf, opened), faces) for shelf in showcase.shelves
    ]
    return Screen(
        showcase=showcase,
        configuration=configuration,
        price=price,
        style=style,
        lines=_lines(showcase, price, style),
        steps=_steps(showcase, configuration, groups),
        meters=_meters(configuration),
        notes=notes(showcase, configuration, asked, gone),
        conflict=conflict,
        picture=live_picture(showcase, configuration.picked),
        ready=ready,
        delivery=delivery_prices(price.currency),
        undo=_undo(showcase, trail),
        completion=_completion(showcase, configuration),
        query=addresses.query(configuration.choices),
        rest=_rest(showcase, configuration),
        faces=faces,
        said=_said(showcase, configuration, conflict, style.money(price.total), asked)
        if click is not None
        else "",
        clicked=click,
        fitted=fitting,
    )


def notes(
    showcase: Showcase, configuration: Configuration, asked: Reading, gone: Mapping[tuple[str, str], str]
) -> list[str]:
    """What the address asked for and did not get; `gone`: how that was called which is made no more."""
    if not configuration.origins:
        return [_("Nothing of this can be made at the moment. Please come back soon.")]
    said = [
        _("“%(what)s” is made no more and was left out.", what=gone[each])
        if each in gone
        else _("“%(what)s” is not in this catalogue (any more) and was left out.", what="=".join(each)[:80])
        for each in asked.unknown[:MOST_NOTES]
    ]
    if len(asked.unknown) > MOST_NOTES:
        more = len(asked.unknown) - MOST_NOTES
        said.append(ngettext("And %(num)d more.", "And %(num)d more.", more))
    said += [
        _(
            "“%(option)s” does not go with the other choices of this address and was set aside.",
            option=showcase.name(key),
        )
        for key in configuration.set_aside
    ]
    return said


def _lines(showcase: Showcase, price: Price, style: MoneyStyle) -> Markup:
    """The price line by line, an option with its group."""
    other = macro("components/waterfall.html", "line")
    written = []
    for line in price.lines:
        amount = style.money(line.amount)
        if line.code in showcase.rows:
            before, between, after = showcase.rows[line.code]
            written.append(f"{before}{line.amount}{between}{amount}{after}")
        else:
            written.append(other(line.code, line.amount, amount, line.label.in_(showcase.language)))
    return Markup("".join(written))


def _group(
    showcase: Showcase, configuration: Configuration, shelf: Shelf, cards: str, faces: bool
) -> GroupView:
    code = shelf.group.code
    origin = _origin([configuration.origins[key] for key in shelf.keys if key in configuration.origins])
    opening, middle, end = shelf.frame.whole if faces else shelf.frame.bare
    reset = ""
    if configuration.choices.of(code):
        without = configuration.choices.without_group(code)
        before, after = shelf.frame.reset
        address = addresses.at(showcase.where.place, without, addresses.RESET)
        reset = f"{before}{escape(address)}{after}"
    written = f"{opening}{showcase.words[origin]}{reset}{middle}{cards}{end}"
    return GroupView(shelf, origin, written)


def _origin(origins: list[Origin]) -> Origin:
    """Who settled a group: the shopper where any of it is theirs, else the rules, else we."""
    return next((origin for origin in (Origin.MINE, Origin.FORCED) if origin in origins), Origin.ASSUMED)


def _steps(showcase: Showcase, configuration: Configuration, groups: list[GroupView]) -> list[StepView]:
    steps: list[StepView] = []
    blocked = configuration.conflict.key.group if configuration.conflict else None
    for step in showcase.family.steps:
        inside = [view for view in groups if view.shelf.group.step == step.code]
        if not inside:
            continue
        settled = {view.origin for view in inside}
        if any(view.shelf.group.code == blocked for view in inside):
            state = "attention"
        elif Origin.ASSUMED not in settled:
            state = "done"
        else:
            state = "mine" if Origin.MINE in settled else "open"
        written = Markup("".join([view.written for view in inside]))
        steps.append(StepView(step.code, step.title.in_(showcase.language), len(steps) + 1, state, written))
    return steps


def _meters(configuration: Configuration) -> list[Meter]:
    """A bar for every resource; one that nothing asks about now stays in its place, empty."""
    known = {meter.code: meter for meter in configuration.meters}
    return [
        known.get(each.code) or Meter(each.code, each.title, each.unit, 0, 0)
        for each in configuration.family.resources
    ]


def _undo(showcase: Showcase, trail: Sequence[str]) -> str | None:
    if not trail:
        return None
    path = showcase.where.place
    return f"{path}?{trail[-1]}{'&' if trail[-1] else ''}{addresses.PICK}={addresses.UNDO}"


def _completion(showcase: Showcase, configuration: Configuration) -> str | None:
    """The address at which all that we filled in is the shopper's own."""
    chosen = set(configuration.picked)
    assumed = [
        key
        for key, origin in configuration.origins.items()
        if origin is Origin.ASSUMED and (key in chosen or key.option == NONE)
    ]
    if not assumed:
        return None
    said: tuple[OptionKey, ...] = (*configuration.choices, *assumed)
    return addresses.at(showcase.where.place, said, addresses.COMPLETE)


def _rest(showcase: Showcase, configuration: Configuration) -> str | None:
    """Where the differences are worked out that were not proven at once."""
    if not configuration.origins or all(card.delta is not None for card in configuration.cards.values()):
        return None
    return f"{showcase.where.place}/differences?{request.query_string.decode()}"


def _said(
    showcase: Showcase,
    configuration: Configuration,
    conflict: Disagreement | None,
    costs: str,
    asked: Reading,
) -> str:
    """The sentence for whoever listens to the page."""
    if conflict is not None:
        return (
            _("%(option)s does not fit as things stand.", option=conflict.title)
            + " "
            + " ".join(conflict.reasons)
        )
    total = _("Total %(total)s.", total=costs)
    if asked.pick is not None and asked.pick in configuration.choices:
        return f"{showcase.name(asked.pick)}. {total}"
    return total
