"""What the README claims is so."""

import re
from dataclasses import fields
from pathlib import Path

from webapp import create_app
from webapp.settings import ROOT, Settings, variable

README = (ROOT / "README.md").read_text()


def documented() -> dict[str, tuple[str, str]]:
    """Default and meaning of each setting, as the README lists them."""
    rows = re.findall(r"^\| `((?:LEKALO|STRIPE)_\w+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def test_each_setting_is_listed_with_its_default() -> None:
    shown = {
        variable(known.name): (
            f"`{_plain(known.default)}`" if known.default != "" else "–",
            known.metadata["meaning"],
        )
        for known in fields(Settings)
    }
    assert documented() == shown


def test_each_command_exists() -> None:
    cli = create_app().cli
    for words in re.findall(r"^\| `flask --app webapp ([^`]*)`", README, re.MULTILINE):
        command = cli.get_command(None, words.split()[0])  # type: ignore[arg-type]
        assert command is not None, words
        if hasattr(command, "commands"):
            assert words.split()[1] in command.commands, words


def test_each_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", README)) <= targets


def test_each_folder_of_the_map_exists() -> None:
    for row in re.findall(r"^\| (`[a-z]+/.*?) \| ", README, re.MULTILINE):
        for place in re.findall(r"`([a-z]+/[^`*]*)`", row):
            assert (ROOT / place).exists(), place


def _plain(default: object) -> str:
    if isinstance(default, bool):
        return str(int(default))
    return str(default.relative_to(ROOT)) if isinstance(default, Path) else str(default)
