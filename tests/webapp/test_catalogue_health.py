"""A family that nobody could configure never reaches the shop."""

from pathlib import Path

from flask import Flask
from sqlmodel import select

from catalog import exporter
from tests.catalog.built import a_family
from tests.webapp.test_commands import run
from webapp.catalogues.version import PublishedVersion
from webapp.database import Database


def test_a_family_that_allows_nothing_is_refused_with_the_rules_that_clash(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    exporter.export(a_family("top: oak 0, elm 0", rules=["top.oak", "top.elm"]), tmp_path / "desk")
    for command in ("import", "check"):
        answer = run(app, "catalogue", command, str(tmp_path / "desk"))
        assert answer.exit_code == 1
        assert "no choice keeps limit:top, rule-1 and rule-2" in answer.output
        assert "nothing published" in answer.output
    with database.reading() as session:
        assert session.exec(select(PublishedVersion)).all() == []


def test_a_check_tells_what_can_never_be_chosen(app: Flask, tmp_path: Path) -> None:
    exporter.export(a_family("top: oak 0, elm 0", rules=["not top.elm"]), tmp_path / "desk")
    answer = run(app, "catalogue", "check", str(tmp_path / "desk"))
    assert answer.exit_code == 0
    assert "desk: can never be chosen: top.elm" in answer.output
    assert "desk: 2 table cells" in answer.output
