"""The texts of the site: collected from the code, translated by people, compiled for the site."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from webapp.languages import CATALOGUES, LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)
SOURCE_LANGUAGE = "en"  # messages are written in it, so it needs no file

METHODS = [("webapp/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {
    pattern: {"silent": "false", "trimmed": "true"} for pattern, method in METHODS if method == "jinja2"
}

KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
}


def collected() -> dict[str, Catalog]:
    """The messages that the code and the templates hold now, for each audience."""
    catalogues = {name: Catalog() for name in CATALOGUES}
    for part in ("webapp", "templates"):
        for filename, line, message, comments, context in extract_from_dir(
            ROOT / part,
            [(pattern.partition("/")[2], method) for pattern, method in METHODS if pattern.startswith(part)],
            {pattern.partition("/")[2]: options for pattern, options in OPTIONS.items()},
            keywords=KEYWORDS,
            comment_tags=("translators:",),
        ):
            room = Path(filename).parts[0]
            catalogue = catalogues[room if room in catalogues else "site"]
            catalogue.add(
                message, None, [(f"{part}/{filename}", line)], auto_comments=comments, context=context
            )
    return catalogues


def update(names: Sequence[str] = CATALOGUES) -> None:
    """Adds new messages to the translations of these audiences and drops those that are used no more."""
    for name, template in collected().items():
        if name not in names:
            continue
        for language in _translated():
            place = _place(name, language)
            catalogue = read(place) if place.exists() else _empty(language)
            catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
            catalogue.obsolete.clear()
            catalogue.fuzzy = False
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                write_po(file, catalogue, width=100, sort_output=True, no_location=True, omit_header=False)


def compile_stale() -> None:
    """Compiles each translation that is newer than its compiled form."""
    for source in sorted(FOLDER.glob("*/*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            draft = target.with_suffix(".mo.new")
            with draft.open("wb") as file:
                write_mo(file, read(source))
            draft.replace(target)


def missing() -> Iterator[str]:
    """Each message that some language lacks, as a line for people."""
    for name, template in collected().items():
        for language in _translated():
            place = _place(name, language)
            catalogue = read(place) if place.exists() else _empty(language)
            for message in template:
                if message.id and (trouble := _trouble(catalogue, message)):
                    yield f"{place.relative_to(ROOT)}: {trouble}: {message.id!r}"


def read(place: Path) -> Catalog:
    with place.open("rb") as file:
        return read_po(file, locale=place.parts[-3])


def _empty(language: str) -> Catalog:
    """A translation that has yet to be made, without the dates and names that only make noise in changes."""
    return Catalog(
        language,
        project="Lekalo",
        version="1",
        header_comment="# Lekalo, translated.",
        last_translator="Lekalo",
        language_team="Lekalo",
        msgid_bugs_address="shop@lekalo.example",
        creation_date=BEGINNING,
        revision_date=BEGINNING,
    )


def _trouble(catalogue: Catalog, message: Message) -> str:
    found = catalogue.get(message.id, message.context)
    if found is None:
        return "missing"
    if found.fuzzy:
        return "fuzzy"
    texts = found.string if isinstance(found.string, (list, tuple)) else [found.string]
    if not all(texts):
        return "empty"
    errors = list(found.check(catalogue))
    return str(errors[0]) if errors else ""


def _place(name: str, language: str) -> Path:
    return FOLDER / name / language / "LC_MESSAGES" / "messages.po"


def _translated() -> list[str]:
    return [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
