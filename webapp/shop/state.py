"""The JSON twin of the configurator: the same state, for programs."""

from typing import Any

from catalog.configuration import Card, Configuration, Conflict
from catalog.expression import OptionKey
from catalog.pricing import price as priced
from catalog.terms import Terms
from webapp.shop import addresses
from webapp.shop.card import difference
from webapp.shop.disagreement import reason, repaired
from webapp.shop.fitted import NOTHING, Fitted
from webapp.shop.showcase import Shelf, Showcase


def state(
    showcase: Showcase, configuration: Configuration, terms: Terms, notes: list[str], fitted: Fitted = NOTHING
) -> dict[str, Any]:
    """`fitted`: what of it fits whoever asks; that alone depends on who it is."""
    price = priced(configuration, terms)
    choices: dict[str, list[str]] = {}
    for key in configuration.choices:
        choices.setdefault(key.group, []).append(key.option)
    return {
        "family": showcase.family.code,
        "version": showcase.version,
        "currency": price.currency,
        "total": price.total,
        "tax": price.tax,
        "complete": configuration.complete and bool(configuration.origins),
        "undecided": configuration.undecided,
        "lead_days": configuration.lead_days,
        "notes": notes,
        "choices": choices,
        "groups": [_group(showcase, configuration, terms, shelf, fitted) for shelf in showcase.shelves],
        "resources": [
            {"code": meter.code, "used": meter.used, "limit": meter.limit} for meter in configuration.meters
        ],
        "price": [
            {"code": line.code, "label": line.label.in_(showcase.language), "amount": line.amount}
            for line in price.lines
        ],
        "conflict": _conflict(showcase, configuration, terms, configuration.conflict),
    }


def _group(
    showcase: Showcase, configuration: Configuration, terms: Terms, shelf: Shelf, fitted: Fitted
) -> dict[str, Any]:
    group = shelf.group
    return {
        "code": group.code,
        "title": shelf.title,
        "min": group.min,
        "max": group.max,
        "step": group.step,
        "options": [
            _option(showcase, configuration, terms, configuration.cards[key])
            | ({"fits": fitted.of(key)} if key in fitted.reasons else {})
            for key in shelf.keys
            if key in configuration.cards
        ],
    }


def _option(showcase: Showcase, configuration: Configuration, terms: Terms, card: Card) -> dict[str, Any]:
    said = addresses.said_after(configuration, card)
    return {
        "code": card.key.option,
        "title": showcase.titles[card.key],
        "chosen": card.chosen,
        "origin": card.origin and card.origin.value,
        "available": card.available,
        "delta": difference(terms, configuration.total, card.delta),
        "changes": card.changes,
        "lead_days": card.lead_days,
        "href": addresses.at(showcase.where.place, said, card.key),
    }


def _conflict(
    showcase: Showcase, configuration: Configuration, terms: Terms, conflict: Conflict | None
) -> dict[str, Any] | None:
    if conflict is None:
        return None
    return {
        "group": conflict.key.group,
        "option": conflict.key.option,
        "rules": [{"code": rule.code, "reason": reason(showcase, rule)} for rule in conflict.rules],
        "choices": [_key(key) for key in conflict.choices],
        "repairs": [
            {
                "changes": [
                    {
                        "group": change.group,
                        "from": change.was.option,
                        "to": change.becomes and change.becomes.option,
                    }
                    for change in repair.changes
                ],
                "total": terms.total(repair.total),
                "delta": difference(terms, configuration.total, repair.delta),
                "lead_days": repair.lead_days,
                "href": repaired(showcase, configuration, repair),
            }
            for repair in conflict.repairs
        ],
    }


def _key(key: OptionKey) -> dict[str, str]:
    return {"group": key.group, "option": key.option}
