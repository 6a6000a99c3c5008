"""What staff send when they upload a picture or set a layer."""

import re

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from catalog.expression import OptionKey
from catalog.model import Family, Layer
from catalog.rule_fault import RuleFault
from webapp.catalogues import intake
from webapp.catalogues.drawing import LARGEST, Refused, Why
from webapp.staff.catalogue.entries import Entries, spelled
from webapp.staff.catalogue.rule_words import fault_words

LARGEST_OF_ALL = 12 * 1024 * 1024  # characters of all pictures of a family
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*([./][a-z0-9_-]+)*\.svg")
HIGHEST = 100_000


def uploaded(entries: Entries, family: Family) -> tuple[str, str] | None:
    """The name and the cleaned drawing of an upload; where it is refused, `entries` says why."""
    sent = request.files.get("picture")
    raw = sent.read(LARGEST + 1) if sent else b""
    if sent is None or not sent.filename:
        entries.wrong("picture", _("Please choose a file."))
        return None
    name = _name(entries, sent)
    is_there = name in family.picture.files
    if is_there and entries["replace"] != "y":
        entries.wrong(
            "name",
            _("There is a picture “%(name)s” already. Tick “replace”, or choose another name.", name=name),
        )
    try:
        text = cleaned(raw, family)
    except Refused as refused:
        entries.wrong("picture", refusal(refused))
        return None
    of_all = sum(map(len, family.picture.files.values())) + len(text)
    if of_all > LARGEST_OF_ALL:
        entries.wrong(
            "picture",
            _(
                "All pictures of a family together may have %(most)d MB. Remove some that are not used.",
                most=LARGEST_OF_ALL >> 20,
            ),
        )
    return name, text


def cleaned(raw: bytes, family: Family) -> str:
    """An uploaded picture of any kind as a drawing for the family's canvas. Raises Refused."""
    return intake.cleaned(raw, family.picture.width, family.picture.height)


def option_in(
    entries: Entries, family: Family, name: str = "option", *, needed: bool = True
) -> OptionKey | None:
    """The option that is chosen in a list."""
    group, _dot, option = entries[name].partition(".")
    key = OptionKey(group, option)
    if key in family.option_by_key:
        return key
    if needed or entries[name]:
        entries.wrong(name, _("Please choose an option."))
    return None


def layer_in(entries: Entries, family: Family, file: str) -> Layer:
    """The layer that a form says."""
    when = entries["when"].strip()[:1000] or None
    if when:
        try:
            family.vocabulary.expression(when)
        except RuleFault as fault:
            entries.wrong("when", fault_words(fault))
    height = entries.maybe_whole("z", -HIGHEST, HIGHEST)
    if height is None:
        height = max(
            (layer.z for option in family.option_by_key.values() for layer in option.layers), default=0
        )
    return Layer(file=file, z=height, when=when)


def refusal(refused: Refused) -> str:
    """Why a picture is not taken in, and what to do about it."""
    megabytes = LARGEST >> 20
    return {
        Why.TOO_LARGE: ngettext(
            "The picture is too large: %(num)d MB is the most.",
            "The picture is too large: %(num)d MB are the most.",
            megabytes,
        ),
        Why.EMPTY: _("The file is empty."),
        Why.WRONG_TYPE: _("This is no SVG, PNG or WebP picture, whatever its name says."),
        Why.DISGUISED: _(
            "Something else hangs on this picture. Save it anew in a drawing program, then send that."
        ),
        Why.BROKEN: _(
            "The picture is broken and cannot be read. %(where)s", where=_where(refused.detail)
        ).strip(),
        Why.DECLARES: _(
            "The SVG declares a document type or entities, which we do not open. Save it as plain SVG."
        ),
        Why.TOO_DEEP: _("The drawing is nested too deeply, or uses itself. Simplify it."),
        Why.TOO_MANY: _(
            "The picture holds too much: too many elements, pixels or frames. %(detail)s Make it smaller.",
            detail=f"({refused.detail}) " if refused.detail else "",
        ).replace("  ", " "),
        Why.NOTHING_LEFT: _("Nothing is left to draw once scripts and outside references are taken out."),
        Why.TOO_LARGE_CLEAN: _(
            "The picture stays too large however it is packed. Make it smaller or simpler."
        ),
    }[refused.why]


def _where(detail: str) -> str:
    line, _colon, column = detail.partition(":")
    return _("Line %(line)s, sign %(column)s.", line=line, column=column) if line.isdigit() else ""


def _name(entries: Entries, sent: FileStorage) -> str:
    """The picture's name in the family: the one that was given, else one like the file's."""
    name = entries["name"].strip().lower()
    if not name:
        stem = (sent.filename or "").replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        group = entries["option"].partition(".")[0]
        folder = f"{group}/" if group and NAME.fullmatch(f"{group}.svg") else ""
        name = f"{folder}{spelled(stem) or 'picture'}.svg"
    if not name.endswith(".svg"):
        name += ".svg"
    if not NAME.fullmatch(name) or len(name) > 120:
        entries.wrong(
            "name", _("A name consists of small Latin letters, digits, hyphens and “/”, as in frame/steel.")
        )
    return name
