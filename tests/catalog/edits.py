"""What editors do to a catalogue, at random: each edit makes a newer version of a family that could be published."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from catalog.faults import faults_in
from catalog.model import Family
from tests.catalog.built import said

Document = dict[str, Any]
PRICES = (0, 100, 250, 999, 1990, 12500, -50)
TRIES = 40


def newer(family: Family, dice: random.Random, edits: int) -> Family:
    """The family after so many random edits."""
    for _ in range(edits):
        family = _edited(family, dice)
    return family


def _edited(family: Family, dice: random.Random) -> Family:
    for _ in range(TRIES):
        document = family.model_dump()
        dice.choice(EDITS)(document, dice)
        mended = _without_what_is_broken(document)
        if mended is not None and mended != family:
            return mended
    return family


def _without_what_is_broken(document: Document) -> Family | None:
    """The family without the rules, prices and layers that speak of what is gone; None where more is wrong."""
    for _ in range(TRIES):
        family = Family.model_validate(deepcopy(document))
        faults = faults_in(family)
        if not faults:
            return family
        path = faults[0].path
        if path[0] in ("rules", "resources", "price_rules", "bundles", "ready_made") and len(path) > 1:
            table, place = document[path[0]], path[1]
            document[path[0]] = [row for at, row in enumerate(table) if at != place]
        elif "layers" in path:
            group, option = document["groups"][path[1]], path[3]
            group["options"][option]["layers"] = []
        else:
            return None
    return None


# Edits of one thing.


def rename_option(document: Document, dice: random.Random) -> None:
    _option(document, dice)["title"] = said(f"renamed {dice.randrange(1000)}")


def rename_group(document: Document, dice: random.Random) -> None:
    _group(document, dice)["title"] = said(f"group {dice.randrange(1000)}")


def reprice(document: Document, dice: random.Random) -> None:
    option = _option(document, dice)
    option["price"] = dice.choice([dice.choice(PRICES), option["price"] * dice.randint(5, 20) // 10])


def change_amounts(document: Document, dice: random.Random) -> None:
    attributes = _option(document, dice)["attributes"]
    if attributes:
        name = dice.choice(sorted(attributes))
        attributes[name] = max(0, attributes[name] * dice.randint(0, 20) // 10 + dice.randint(0, 2))


def change_lead_time(document: Document, dice: random.Random) -> None:
    document["lead"] = dict(document["lead"], base_days=dice.randint(0, 20))


def remove_option(document: Document, dice: random.Random) -> None:
    group = _group(document, dice)
    group["options"] = list(group["options"])
    if len(group["options"]) > 1:
        group["options"].pop(dice.randrange(len(group["options"])))
        group["max"] = min(group["max"], len(group["options"]))
        group["min"] = min(group["min"], group["max"])


def remove_picked_kind_of_option(document: Document, dice: random.Random) -> None:
    """The cheapest one, which many builds have."""
    group = _group(document, dice)
    if len(group["options"]) > 1:
        cheapest = min(range(len(group["options"])), key=lambda at: group["options"][at]["price"])
        group["options"] = [option for at, option in enumerate(group["options"]) if at != cheapest]
        group["max"] = min(group["max"], len(group["options"]))
        group["min"] = min(group["min"], group["max"])


def add_option(document: Document, dice: random.Random) -> None:
    group = _group(document, dice)
    group["options"] = [*group["options"], _a_new_option(dice, dict(group["options"][0]["attributes"]))]


def new_code_for_option(document: Document, dice: random.Random) -> None:
    """Takes it for another option: codes are what things are known by."""
    _option(document, dice)["code"] = f"new{dice.randrange(10**6)}"


def add_group(document: Document, dice: random.Random) -> None:
    options = [_a_new_option(dice, {}) for _ in range(dice.randint(1, 3))]
    low = dice.randint(0, 1)
    group = {
        "code": f"group{dice.randrange(10**6)}",
        "title": said("a new group"),
        "step": document["steps"][0]["code"],
        "min": low,
        "max": dice.randint(1, len(options)),
        "options": options,
    }
    groups = list(document["groups"])
    groups.insert(dice.randint(1, len(groups)), group)
    document["groups"] = groups


def remove_group(document: Document, dice: random.Random) -> None:
    groups = list(document["groups"])
    if len(groups) > 2:
        groups.pop(dice.randrange(1, len(groups)))
    document["groups"] = groups


def change_limits(document: Document, dice: random.Random) -> None:
    """Choose-one becomes choose-many and back, optional becomes required and back."""
    group = _group(document, dice)
    group["max"] = dice.randint(1, min(3, len(group["options"])))
    group["min"] = dice.randint(0, min(2, group["max"]))


def add_rule(document: Document, dice: random.Random) -> None:
    left, right = _name(document, dice), _name(document, dice)
    group = _group(document, dice)["code"]
    text = dice.choice(
        [
            f"{left} excludes {right}",
            f"{left} requires {right}",
            f"{left} requires {group}.*",
            f"{left} excludes {group}.*",
            f"if {left} and not {right} then {_name(document, dice)}",
            f"at most 1 of ({left}, {right}, {_name(document, dice)})",
            f"not {left}",
        ]
    )
    row = {"code": f"rule{dice.randrange(10**6)}", "rule": text, "reason": said("a new rule")}
    document["rules"] = [*document["rules"], row]


def forbid_everything(document: Document, dice: random.Random) -> None:
    for group in document["groups"]:
        if group["min"]:
            text = f"not {group['code']}.*"
            row = {"code": f"rule{dice.randrange(10**6)}", "rule": text, "reason": said("nothing")}
            document["rules"] = [*document["rules"], row]
            return


def remove_rule(document: Document, dice: random.Random) -> None:
    table = dice.choice(["rules", "resources", "price_rules", "bundles"])
    rows = list(document[table])
    if rows:
        rows.pop(dice.randrange(len(rows)))
    document[table] = rows


def add_price_rule(document: Document, dice: random.Random) -> None:
    names = [_name(document, dice) for _ in range(2)]
    row: Document = {"code": f"price{dice.randrange(10**6)}", "title": said("a new price"), "when": names[0]}
    if dice.random() < 0.5:
        row["amount"] = dice.choice(PRICES)
    else:
        row |= {"percent": dice.choice(["-10", "12.5", "-50"]), "of": [names[1]]}
    document["price_rules"] = [*document["price_rules"], row]


def add_bundle(document: Document, dice: random.Random) -> None:
    names = sorted({_name(document, dice), _name(document, dice)})
    row = {"code": f"bundle{dice.randrange(10**6)}", "title": said("a new bundle"), "options": names}
    document["bundles"] = [*document["bundles"], row | {"price": dice.choice(PRICES)}]


def change_currency(document: Document, dice: random.Random) -> None:
    if dice.random() < 0.2:
        document["currency"] = "USD" if document["currency"] == "EUR" else "EUR"


Edit = Callable[[Document, random.Random], None]
EDITS: list[Edit] = [
    rename_option,
    rename_group,
    *[reprice] * 3,
    change_amounts,
    change_lead_time,
    *[remove_option] * 2,
    remove_picked_kind_of_option,
    add_option,
    new_code_for_option,
    add_group,
    remove_group,
    change_limits,
    *[add_rule] * 3,
    forbid_everything,
    *[remove_rule] * 2,
    add_price_rule,
    add_bundle,
    change_currency,
]


def _group(document: Document, dice: random.Random) -> Document:
    """One group, which an edit may change."""
    document["groups"] = list(document["groups"])
    return dice.choice(document["groups"])


def _option(document: Document, dice: random.Random) -> Document:
    group = _group(document, dice)
    group["options"] = list(group["options"])
    return dice.choice(group["options"])


def _name(document: Document, dice: random.Random) -> str:
    group = dice.choice(document["groups"])
    return f"{group['code']}.{dice.choice(group['options'])['code']}"


def _a_new_option(dice: random.Random, attributes: dict[str, int]) -> Document:
    code = f"new{dice.randrange(10**6)}"
    return {"code": code, "title": said(code), "price": dice.choice(PRICES), "attributes": attributes}
