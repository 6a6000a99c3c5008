"""What can be done from the command line."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlmodel import select

from catalog import exporter
from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.desk import a_member
from webapp import clock, commands, outbox
from webapp.catalogues.version import PublishedVersion, current_keys
from webapp.commands import COMMANDS
from webapp.customers import staff_member, staff_session
from webapp.customers.staff_role import Role
from webapp.database import Database


def run(app: Flask, *words: str, says: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=says)


@pytest.fixture
def folder(tmp_path: Path, a_family: Family) -> Path:
    place = tmp_path / "stool"
    exporter.export(a_family, place)
    return place


def test_a_family_is_imported_once(app: Flask, database: Database, folder: Path) -> None:
    assert "stool: version 1 published" in run(app, "catalogue", "import", str(folder)).output
    assert "stool: version 1 unchanged" in run(app, "catalogue", "import", str(folder)).output
    with database.reading() as session:
        assert [(code, number) for code, number, _ in current_keys(session)] == [("stool", 1)]


def test_a_faulty_family_replaces_nothing_and_every_fault_has_its_place(
    app: Flask, database: Database, folder: Path
) -> None:
    run(app, "catalogue", "import", str(folder))
    head = folder / "family.toml"
    head.write_text(head.read_text().replace('currency = "EUR"', 'currency = "Euro"'))
    answer = run(app, "catalogue", "import", str(folder))
    assert answer.exit_code == 1
    assert f"{head}:" in answer.output
    with database.reading() as session:
        assert len(current_keys(session)) == 1
        assert current_keys(session)[0][1] == 1


def test_what_is_exported_is_what_was_imported(app: Flask, folder: Path, tmp_path: Path) -> None:
    run(app, "catalogue", "import", str(folder))
    run(app, "catalogue", "export", "stool", str(tmp_path / "out"))
    assert "unchanged" in run(app, "catalogue", "import", str(tmp_path / "out")).output
    assert run(app, "catalogue", "export", "nothing", str(tmp_path / "none")).exit_code == 1
    assert "is not empty" in run(app, "catalogue", "export", "stool", str(tmp_path / "out")).output


def test_a_check_publishes_nothing(app: Flask, database: Database, folder: Path) -> None:
    assert "stool: sound" in run(app, "catalogue", "check", str(folder)).output
    with database.reading() as session:
        assert session.exec(select(PublishedVersion)).all() == []


def test_staff_are_added_with_a_password_of_some_length(app: Flask, database: Database) -> None:
    assert run(app, "staff", "add", "Anna@Example.com", "--password", "short").exit_code == 1
    assert (
        run(app, "staff", "add", "Anna@Example.com", says="long enough one\nlong enough one\n").exit_code == 0
    )
    with database.reading() as session:
        assert staff_member.by_sign_in(session, "anna@example.com", "long enough one") is not None
        assert staff_member.by_sign_in(session, "anna@example.com", "long enough two") is None
        assert staff_member.by_sign_in(session, "nobody@example.com", "long enough one") is None


def test_a_new_password_ends_the_sessions_of_the_old(app: Flask, database: Database) -> None:
    for password in ("the first password", "the second password"):
        run(app, "staff", "add", "anna@example.com", "--password", password)
        with database.writing() as session:
            member = staff_member.by_sign_in(session, "anna@example.com", password)
            assert member is not None
            if password == "the first password":
                staff_session.start(session, member, "a browser", device="", address="", at=clock.now())
    with database.reading() as session:
        member = staff_member.by_sign_in(session, "anna@example.com", "the second password")
        assert member is not None
        assert staff_session.signed_in(session, "a browser", at=clock.now()) is None


def test_the_first_colleague_is_the_owner_and_the_others_need_a_role(app: Flask, database: Database) -> None:
    run(app, "prepare", "--demo")  # the demo owner is none
    add, password = ("staff", "add"), ("--password", "a long password")
    assert run(app, *add, "anna@example.com", *password).exit_code == 0
    refused = run(app, *add, "ben@example.com", *password)
    assert refused.exit_code == 1
    assert "--role" in refused.output
    assert run(app, *add, "ben@example.com", *password, "--role", "king").exit_code == 2
    both = ("--role", "production", "--role", "editor")
    assert run(app, *add, "ben@example.com", *password, *both).exit_code == 0
    assert run(app, *add, "ben@example.com", *password).exit_code == 0  # a new password, the same roles
    with database.reading() as session:
        roles = {one.email: one.roles for one in staff_member.everybody(session) if not one.is_demo}
    assert roles == {"anna@example.com": (Role.OWNER,), "ben@example.com": (Role.EDITOR, Role.PRODUCTION)}


def test_a_lost_telephone_is_mended_on_the_command_line(app: Flask, database: Database) -> None:
    a_member(app, "anna@example.com")
    password = ("--password", "a long password")
    for more, has_one in (((), True), (("--new-authenticator",), False)):
        assert run(app, "staff", "add", "anna@example.com", *password, *more).exit_code == 0
        with database.reading() as session:
            member = staff_member.by_email(session, "anna@example.com")
            assert member
            assert member.has_second_step is has_one


def test_a_trial_letter_leaves_with_the_worker(app: Flask, database: Database) -> None:
    run(app, "mail", "trial", "anna@example.com", "--language", "ru")
    run(app, "worker", "--once")
    assert len(list((Path(app.instance_path) / "mail").glob("*.eml"))) == 1
    with database.reading() as session:
        assert outbox.count(session, outbox.State.GIVEN_UP) == 0


@on_both_databases
def test_preparing_twice_is_preparing_once(app: Flask, database: Database) -> None:
    first, second = run(app, "prepare", "--demo"), run(app, "prepare", "--demo")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert first.output.count("published") == second.output.count("unchanged") >= 2
    email, password = (Path(app.instance_path) / "demo-sign-in").read_text().split()
    with database.reading() as session:
        assert staff_member.by_sign_in(session, email, password) is not None


def test_preparing_leaves_alone_what_somebody_has_published(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "DEMO_FAMILIES", folder.parent)
    head = folder / "family.toml"
    assert "stool: version 1 published" in run(app, "prepare", "--demo").output
    head.write_text(head.read_text().replace('"Stool"', '"Demo stool"'))
    assert "stool: version 2 published" in run(app, "prepare", "--demo").output
    head.write_text(head.read_text().replace('"Demo stool"', '"Our stool"'))
    assert "stool: version 3 published" in run(app, "catalogue", "import", str(folder)).output
    head.write_text(head.read_text().replace('"Our stool"', '"Demo stool"'))
    assert "stool: version 3 by import stays" in run(app, "prepare", "--demo").output


def test_the_database_is_as_the_code_declares(app: Flask) -> None:
    assert run(app, "database", "check").exit_code == 0


def test_every_command_says_what_it_is_for() -> None:
    assert all(command.help for command in COMMANDS.values())
