"""Writes a family as the folder that `loader.load` reads back to the identical document."""

import json
from pathlib import Path
from typing import Any

from catalog.loader import CASES, GROUPS, HEAD, PICTURES, RULE_TABLES, RULES
from catalog.model import Bundle, Case, Family, Option, PriceRule, Value
from catalog.money import decimal_text

INLINE = ("layers", "prices")  # short enough to stand on their option's line


def export(family: Family, folder: Path) -> None:
    """Writes the family into an empty or new folder. Raises FileExistsError where it holds anything."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    for name, text in texts_of(family).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="")


def texts_of(family: Family) -> dict[str, str]:
    """Each file of the folder with its text."""
    head = _plain(family)
    for name in (GROUPS, "cases", *RULE_TABLES):
        head.pop(name, None)
    head.get("picture", {}).pop("files", None)
    head = {"code": family.code, GROUPS: [group.code for group in family.groups]} | head
    tables = {name: [_priced(thing, family) for thing in getattr(family, name)] for name in RULE_TABLES}
    files = {HEAD: _toml(head), RULES: _toml({name: rows for name, rows in tables.items() if rows})}
    if family.cases:
        files[CASES] = _toml({"cases": [_priced(case, family) for case in family.cases]})
    for group in family.groups:
        plain = _plain(group)
        plain["options"] = [_priced(option, family) for option in group.options]
        files[f"{GROUPS}/{group.code}.toml"] = _toml(plain)
    return files | {f"{PICTURES}/{name}": text for name, text in family.picture.files.items()}


def _plain(value: Value) -> dict[str, Any]:
    # By value, not by what was said: of a document that comes out of the database everything is said.
    return value.model_dump(mode="json", exclude_defaults=True)


def _priced(thing: Value, family: Family) -> dict[str, Any]:
    plain = _plain(thing)
    if isinstance(thing, Option | Bundle) and "price" in plain:
        plain["price"] = decimal_text(plain["price"], family.currency)
    if isinstance(thing, Option):
        for dated in plain.get("prices", []):
            dated["price"] = decimal_text(dated["price"], family.currency)
        if thing.usual is not None:
            plain["usual"] = decimal_text(thing.usual, family.currency)
    if isinstance(thing, Case) and thing.total is not None:
        plain["total"] = decimal_text(thing.total, family.currency)
    if isinstance(thing, PriceRule) and thing.amount is not None:
        plain["amount"] = decimal_text(thing.amount, family.currency)
    return plain


def _toml(table: dict[str, Any]) -> str:
    return "\n".join(_lines(table, ())).strip() + "\n"


def _lines(table: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    arrays = {key: value for key, value in table.items() if _is_array_of_tables(key, value)}
    for key, value in table.items():
        if key in arrays or value is None:
            continue
        if isinstance(value, dict) and _is_texts(value):
            lines += [f"{key}.{language} = {_literal(text)}" for language, text in value.items()]
        else:
            lines.append(f"{key} = {_literal(value)}")
    for key, rows in arrays.items():
        for row in rows:
            lines += ["", f"[[{'.'.join((*path, key))}]]", *_lines(row, (*path, key))]
    return lines


def _is_texts(value: dict[str, Any]) -> bool:
    return bool(value) and all(isinstance(text, str) for text in value.values())


def _is_array_of_tables(key: str, value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and key not in INLINE


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{_key(key)} = {_literal(item)}" for key, item in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    # JSON's escapes are TOML's as well, DEL apart.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else json.dumps(key)
