"""Whoever was erased stays erased when an older state of the shop comes back."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.account.test_my_data import erase
from tests.webapp.sales.test_erasing import found
from tests.webapp.shopping import (
    a_bicycle,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import erasure_list
from webapp.customers import erasure
from webapp.customers.customer import Customer
from webapp.erasure_list import Listed

TOKEN = {"token": "t" * 20}


@pytest.fixture
def shop(new_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    app = new_app(instance=tmp_path / "shop", secret_key="")
    publish(app, a_bicycle())
    return app


def run(app: Flask, *words: str) -> str:
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == 0, done.output
    return done.output


@on_both_databases
def test_a_restored_backup_is_erased_from_again(
    shop: Flask, new_app: Callable[..., Flask], tmp_path: Path
) -> None:
    anna, ben, guest = a_customer(shop), a_customer(shop, "ben@example.com"), a_shopper(shop)
    a_saved_build(anna, name="Of Anna")
    a_saved_build(ben, name="Of Ben")
    a_saved_build(guest, name="Of nobody known")
    a_placed_order(anna)
    run(shop, "backup", str(tmp_path / "back.tar.gz"))
    proof = erase(shop, anna)
    guest.post("/account/erasure", data=TOKEN)
    said = run(shop, "restore", str(tmp_path / "back.tar.gz"), "--overwrite")
    assert "erased again, as had been asked after this backup was made: 2" in said

    # Into an empty shop, with nothing but the list beside the old one.
    other = new_app(instance=tmp_path / "other", secret_key="")
    shutil.copy(tmp_path / "shop" / erasure_list.NAME, tmp_path / "other")
    run(other, "restore", str(tmp_path / "back.tar.gz"))
    for app in (shop, other):
        with database_of(app).reading() as session:
            assert session.exec(select(Customer.email)).all() == ["ben@example.com"]
            # Of the order that is under way: it, and the letter about it that waits.
            kept = set(found(session, "Of Anna", "Of nobody known", "anna@example.com"))
            assert kept <= {"orders", "outbox"}
            assert found(session, "Of Ben")
            assert {each.code for each in erasure.all_of(session)} >= {proof}
    assert "erased again" not in run(shop, "restore", str(tmp_path / "back.tar.gz"), "--check")
    assert "2" in run(shop, "restore", str(tmp_path / "back.tar.gz"), "--overwrite").splitlines()[-1]


def test_a_line_that_a_crash_cut_off_hides_no_other(tmp_path: Path) -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    first, second = Listed(at, "one", ("a" * 64,)), Listed(at, "two", ("b" * 64, "c" * 64))
    assert erasure_list.read(tmp_path) == []
    erasure_list.add(tmp_path, first)
    with (tmp_path / erasure_list.NAME).open("a") as file:
        file.write("2026-11\n")
    erasure_list.add(tmp_path, second)
    assert erasure_list.read(tmp_path) == [first, second]
    assert erasure_list.merged([second], [first, second]) == [first, second]
