"""What the files for running a shop say is so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from webapp import create_app, serve
from webapp.metrics import requests
from webapp.settings import PREFIX, ROOT, Settings

DEPLOY = sorted(place for place in (ROOT / "deploy").rglob("*") if place.is_file())
GUIDE = ROOT / "docs" / "running.md"
TEXTS = [*DEPLOY, GUIDE]


def name(place: Path) -> str:
    return str(place.relative_to(ROOT))


@pytest.mark.parametrize("place", TEXTS, ids=name)
def test_only_settings_that_exist_are_named(place: Path) -> None:
    known = {PREFIX + each.name.upper() for each in fields(Settings)}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", place.read_text())) <= known


@pytest.mark.parametrize("place", TEXTS, ids=name)
def test_only_commands_that_exist_are_named(place: Path) -> None:
    cli = create_app().cli
    found = re.findall(r"flask(?:, | )--app(?:, | )webapp(?:, | )([a-z]+)", place.read_text())
    assert all(cli.get_command(None, word) for word in found)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", TEXTS, ids=name)
def test_only_files_that_exist_are_named(place: Path) -> None:
    for path in re.findall(r"\b(?:deploy|docs)/[a-z./-]*[a-z]\b", place.read_text()):
        made = path.startswith(("deploy/tls", "deploy/.env", "deploy/backups"))
        assert made or (ROOT / path).exists(), path


def test_the_sites_are_started_as_make_run_starts_them(tmp_path: Path) -> None:
    ours = " ".join(serve._site(Settings(instance=tmp_path)))
    for said in (
        "--interface wsgi --factory webapp:create_app",
        "--blocking-threads 4",
        "--log-level warning",
    ):
        assert said in ours
        unit = ROOT / "deploy" / "systemd" / "lekalo-web@.service"
        assert said in unit.read_text()
        image = re.sub(r'[",\\\s]+', " ", (ROOT / "deploy" / "Dockerfile").read_text())
        assert said in image


def test_the_image_holds_all_that_a_site_needs() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    let_in = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text()
    for folder in ("catalog", "migrations", "static", "templates", "translations", "webapp"):
        assert f"COPY {folder} {folder}" in image
        assert f"!{folder}\n" in let_in


def test_the_figures_that_the_guide_watches_exist() -> None:
    watched = set(re.findall(r"lekalo_[a-z_]+", GUIDE.read_text()))
    source = (ROOT / "webapp" / "monitoring.py").read_text() + "".join(
        family.name + "_bucket" for family in requests.families()
    )
    assert {each for each in watched if each not in source} == set()
