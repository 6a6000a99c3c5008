"""Letters that were written as files, for want of a mail server: they are thrown away like those that were sent."""

import email
from collections.abc import Collection
from datetime import UTC, datetime
from email import policy
from email.utils import getaddresses
from pathlib import Path


def throw_away(folder: Path, *, before: datetime) -> int:
    """Deletes the letters that were written before a moment; how many there were."""
    return _delete(
        [each for each in _letters(folder) if datetime.fromtimestamp(each.stat().st_mtime, UTC) < before]
    )


def forget(folder: Path, address: str, message_ids: Collection[str]) -> int:
    """Deletes the letters to an address, and those with one of these ids; how many there were."""
    return _delete(
        [
            each
            for each in _letters(folder)
            if each.stem.rpartition("-")[2] in message_ids or (address and _is_to(each, address))
        ]
    )


def _letters(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))


def _is_to(letter: Path, address: str) -> bool:
    try:
        headers = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return False
    return address in {to.lower() for _, to in getaddresses(headers.get_all("To", []))}


def _delete(letters: list[Path]) -> int:
    for each in letters:
        each.unlink(missing_ok=True)
    return len(letters)
