"""Reads a family from a folder of TOML and SVG, reporting every fault with its file, line and column."""

import tomllib
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any, NamedTuple

from pydantic import ValidationError

from catalog.faults import faults_in
from catalog.model import Family
from catalog.money import minor_units
from catalog.places import Path, Place, nearest, places
from catalog.spelling import did_you_mean

HEAD, RULES, CASES, GROUPS, PICTURES = "family.toml", "rules.toml", "cases.toml", "groups", "pictures"
RULE_TABLES = ("rules", "resources", "price_rules", "bundles")


class Finding(NamedTuple):
    """A fault with its place, printed as compilers do."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class Faults(ValueError):
    """A folder that holds no publishable family; `faults` lists everything that is wrong."""

    def __init__(self, faults: list[Finding]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load(folder: File) -> Family:
    """The family in a folder. Raises Faults with all that is wrong, each with its place."""
    return _Folder(File(folder)).family()


class _Folder:
    """One reading of a folder: its texts, where their keys stand, and the faults found so far."""

    def __init__(self, folder: File) -> None:
        self.folder = folder
        self.faults: list[Finding] = []
        self.places: dict[str, dict[Path, Place]] = {}
        self.group_files: list[str] = []

    def family(self) -> Family:
        document = self._document()
        self._stop_at_faults()
        try:
            family = Family.model_validate(document)
        except ValidationError as error:
            for detail in error.errors():
                self._report(tuple(detail["loc"]), _said(detail))
            raise Faults(sorted(set(self.faults))) from None
        for fault in faults_in(family):
            self._report(fault.path, fault.message, fault.line, fault.column)
        self._stop_at_faults()
        return family

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise Faults(sorted(set(self.faults)))

    def _document(self) -> dict[str, Any]:
        document = self._toml(HEAD)
        self.group_files = [f"{GROUPS}/{code}.toml" for code in document.get(GROUPS, [])]
        unlisted = {f"{GROUPS}/{file.name}" for file in self.folder.glob(f"{GROUPS}/*.toml")} - set(
            self.group_files
        )
        for name in sorted(unlisted):
            self.faults.append(Finding(name, 1, 1, f"not listed under `groups` in {HEAD}"))
        document[GROUPS] = [self._toml(name) for name in self.group_files]
        if (self.folder / RULES).exists():
            tables = self._toml(RULES)
            for unknown in tables.keys() - set(RULE_TABLES):
                hint = did_you_mean(unknown, RULE_TABLES)
                self._fault(RULES, (unknown,), f'unknown table "{unknown}"{hint}')
            document |= {name: tables.get(name, []) for name in RULE_TABLES}
        if (self.folder / CASES).exists():
            tables = self._toml(CASES)
            for unknown in tables.keys() - {"cases"}:
                self._fault(CASES, (unknown,), f'unknown table "{unknown}"{did_you_mean(unknown, ["cases"])}')
            document["cases"] = tables.get("cases", [])
        document.setdefault("picture", {})["files"] = {
            file.relative_to(self.folder / PICTURES).as_posix(): file.read_text("utf-8")
            for file in sorted(self.folder.glob(f"{PICTURES}/**/*.svg"))
        }
        self._parse_money(document)
        return document

    def _toml(self, name: str) -> dict[str, Any]:
        try:
            text = (self.folder / name).read_text("utf-8")
            self.places[name] = places(text)
            return tomllib.loads(text)
        except FileNotFoundError:
            self.faults.append(Finding(name, 1, 1, "there is no such file"))
        except UnicodeDecodeError:
            self.faults.append(Finding(name, 1, 1, "is not UTF-8 text"))
        except tomllib.TOMLDecodeError as error:
            message, _, at = str(error).rpartition(" (at ")
            numbers = [int(word) for word in at.replace(",", "").rstrip(")").split() if word.isdigit()]
            line, column = numbers if len(numbers) == 2 else (len(text.splitlines()), 1)
            self.faults.append(Finding(name, line, column, message or str(error)))
        return {}

    def _parse_money(self, document: dict[str, Any]) -> None:
        currency = str(document.get("currency", ""))
        for path, holder, field in _amounts(document):
            if field not in holder:
                continue
            if not isinstance(holder[field], str):
                self._report((*path, field), 'money is written as decimal text such as "129.00"')
                continue
            try:
                holder[field] = minor_units(holder[field], currency)
            except ValueError as error:
                self._report((*path, field), str(error))

    def _report(self, path: Path, message: str, line: int = 1, column: int = 0) -> None:
        """Notes a fault at a path of the whole document, in the file that the path lies in."""
        if path[:1] == (GROUPS,) and len(path) > 1 and isinstance(path[1], int):
            self._fault(self.group_files[path[1]], path[2:], message, line, column)
        else:
            name = str(path[0]) if path else ""
            file = RULES if name in RULE_TABLES else CASES if name == "cases" else HEAD
            self._fault(file, path, message, line, column)

    def _fault(self, file: str, path: Path, message: str, line: int = 1, column: int = 0) -> None:
        place = nearest(self.places.get(file) or {(): Place(1, 1)}, path)
        # A text's first line starts one behind its opening quote.
        offset = column if line == 1 else column - place.column
        self.faults.append(Finding(file, place.line + line - 1, place.column + offset, message))


def _amounts(document: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any], str]]:
    for g, group in enumerate(document[GROUPS]):
        for o, option in enumerate(_tables(group, "options")):
            path: Path = (GROUPS, g, "options", o)
            yield path, option, "price"
            yield path, option, "usual"
            for position, dated in enumerate(_tables(option, "prices")):
                yield (*path, "prices", position), dated, "price"
    for position, rule in enumerate(_tables(document, "price_rules")):
        yield ("price_rules", position), rule, "amount"
    for position, bundle in enumerate(_tables(document, "bundles")):
        yield ("bundles", position), bundle, "price"
    for position, case in enumerate(_tables(document, "cases")):
        yield ("cases", position), case, "total"


def _tables(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = holder.get(name, [])
    return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []


def _said(detail: Any) -> str:
    field = detail["loc"][-1] if detail["loc"] else "document"
    if detail["type"] == "extra_forbidden":
        return f'unknown key "{field}"'
    if detail["type"] == "missing":
        return f'"{field}" is missing'
    return f'"{field}": {detail["msg"]}'
