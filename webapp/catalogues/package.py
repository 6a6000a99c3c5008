"""A family as one ZIP file: the folder format packed, and unpacked again only as far as it can be trusted."""

import io
import stat
import tempfile
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath
from re import compile as pattern

from catalog import loader
from catalog.exporter import texts_of
from catalog.loader import Faults
from catalog.model import Family
from webapp.catalogues import drawing, intake

LARGEST = 8 * 1024 * 1024  # bytes, as uploaded
LARGEST_FILE = 2 * 1024 * 1024  # unpacked
LARGEST_WHOLE = 32 * 1024 * 1024  # all files unpacked
MOST_FILES = 2_000
NAMES = pattern(
    r"(family|rules|cases)\.toml|groups/[a-z0-9][a-z0-9_-]*\.toml|pictures/[a-z0-9][a-z0-9_./-]*\.svg"
)
FOLDER = pattern(r"[\w -]{1,100}/")
BOX = pattern(r'viewBox="0 0 ([1-9][0-9]{0,3}) ([1-9][0-9]{0,3})"')
SINCE = (2000, 1, 1, 0, 0, 0)  # the same family always makes the same file


class Why(StrEnum):
    """Why a file is not taken in."""

    NO_ZIP = "no-zip"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    STRANGE_NAME = "strange-name"
    LOCKED = "locked"
    PICTURE = "picture"
    BROKEN = "broken"


class Refused(ValueError):
    """A file that is not taken in; `detail` names what in it, where that is one thing."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why.value} {detail}".strip())
        self.why, self.detail = why, detail


def packed(family: Family) -> bytes:
    """The family's folder as a ZIP file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts_of(family).items():
            archive.writestr(
                zipfile.ZipInfo(f"{family.code}/{name}", SINCE), text.encode(), zipfile.ZIP_DEFLATED
            )
    return whole.getvalue()


def unpacked(raw: bytes, *known: Family) -> Family:
    """The family in a ZIP file. `known`: families whose pictures are trusted already; all others are cleaned.

    Raises Refused for what no export of ours could be, Faults where the folder holds no sound document.
    """
    texts = _texts(raw)
    with tempfile.TemporaryDirectory(prefix="lekalo-import-") as name:
        folder = Path(name)
        for path, text in texts.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text)
        try:
            family = loader.load(folder)
        except Faults:
            raise
        except (ValueError, RecursionError) as error:  # numbers and nesting that no reader bears
            raise Refused(Why.BROKEN, type(error).__name__) from None
    return _cleaned(family, known)


def _texts(raw: bytes) -> dict[str, bytes]:
    """Every file by its place in the folder, none larger than bearable, whatever its header says."""
    if len(raw) > LARGEST:
        raise Refused(Why.TOO_LARGE)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused(Why.NO_ZIP) from None
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES:
            raise Refused(Why.TOO_MANY)
        base = _base(entries)
        left, texts = LARGEST_WHOLE, dict[str, bytes]()
        for entry in entries:
            name = entry.filename.removeprefix(base)
            if entry.filename.startswith("__MACOSX/") or PurePosixPath(name).name == ".DS_Store":
                continue
            if not NAMES.fullmatch(name) or ".." in name or name in texts or _is_link(entry):
                raise Refused(Why.STRANGE_NAME, entry.filename[:100])
            if entry.flag_bits & 0x1:
                raise Refused(Why.LOCKED, entry.filename[:100])
            texts[name] = _read(archive, entry, min(left, LARGEST_FILE))
            left -= len(texts[name])
    return texts


def _base(entries: list[zipfile.ZipInfo]) -> str:
    """The one folder in which all of it lies, if it does."""
    heads = [entry.filename for entry in entries if PurePosixPath(entry.filename).name == "family.toml"]
    shortest = min(heads, key=len, default="family.toml")
    base = shortest.removesuffix("family.toml")
    return base if FOLDER.fullmatch(base) else ""


def _is_link(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in (0, stat.S_IFREG)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with archive.open(entry) as file:
            found = file.read(most + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Refused(Why.NO_ZIP, entry.filename[:100]) from None
    except Exception as error:  # zlib, bz2 and lzma each have their own
        raise Refused(Why.NO_ZIP, entry.filename[:100]) from error
    if len(found) > most:
        raise Refused(Why.TOO_LARGE, entry.filename[:100])
    return found


def _cleaned(family: Family, known: Sequence[Family]) -> Family:
    canvas, files = family.picture, dict[str, str]()
    for name, text in family.picture.files.items():
        if any(each.picture.files.get(name) == text for each in known):
            files[name] = text
            continue
        # Small pictures have a canvas of their own, which they keep.
        box = BOX.search(text[:2000])
        width, height = (int(box[1]), int(box[2])) if box else (canvas.width, canvas.height)
        try:
            files[name] = intake.cleaned(text.encode(), width, height)
        except drawing.Refused as refused:
            raise Refused(Why.PICTURE, f"{name}: {refused.why.value}") from None
    return family.revised(picture=canvas.revised(files=files))
