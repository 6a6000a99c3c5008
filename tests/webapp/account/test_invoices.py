"""An order comes with its invoice: on its page, in its letter, on paper, in its own language."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_colleague,
    a_placed_order,
    a_shopper,
    checkout,
    database_of,
    number_of,
    the_form,
)
from webapp import clock, press
from webapp.outbox import OutboxLetter
from webapp.press import Unavailable
from webapp.sales.invoice import Invoice, Kind
from webapp.settings import Settings
from webapp.worker import correct_invoices


def documents(shop: Flask) -> list[Invoice]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(Invoice).order_by(Invoice.id)).all())  # type: ignore[arg-type]


def settings_of(shop: Flask) -> Settings:
    return shop.config["LEKALO"]


def words_of(pdf: bytes, folder: Path) -> str:
    """What a PDF says; `make paper` installs what reads it."""
    place = folder / "paper.pdf"
    place.write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", place, "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", read.stdout.decode().replace("\N{NO-BREAK SPACE}", " "))


@on_both_databases
def test_an_order_has_an_invoice_of_its_total_on_its_page_and_in_its_letter(
    shop: Flask, shopper: FlaskClient
) -> None:
    address = a_placed_order(shopper)
    [made] = documents(shop)
    page = shopper.get(address).text
    assert made.number == f"{clock.today().year}-000001"
    assert (made.total, made.tax) == (57900, 9245)
    assert f"{address}/invoices/{made.number}.pdf" in page
    with database_of(shop).reading() as session:
        letter = session.exec(select(OutboxLetter)).one()
    for text in (letter.text, letter.html):
        assert f"{address}/invoice.pdf" in text
    led = shopper.get(f"{address}/invoice.pdf")
    assert (led.status_code, led.location) == (303, f"{address}/invoices/{made.number}.pdf")


def test_a_form_that_is_sent_twice_makes_one_invoice(shop: Flask, shopper: FlaskClient) -> None:
    form = the_form(shopper)
    assert checkout(shopper, form).location == checkout(shopper, form).location
    assert len(documents(shop)) == 1


def test_the_number_of_another_order_opens_nothing(shop: Flask, shopper: FlaskClient) -> None:
    mine, other = a_placed_order(shopper), a_placed_order(a_shopper(shop))
    first, second = documents(shop)
    assert shopper.get(f"{mine}/invoices/{second.number}.pdf").status_code == 404
    assert shopper.get(f"{other}/invoices/{first.number}.pdf").status_code == 404
    assert shopper.get(f"{mine}/invoices/2026-999999.pdf").status_code == 404


@on_both_databases
def test_a_cancelled_order_gets_its_cancellation_from_the_worker(shop: Flask, shopper: FlaskClient) -> None:
    address = a_placed_order(shopper)
    desk, number = a_colleague(shop), number_of(shopper, address)
    desk.post(f"/staff/orders/{number}/steps/cancellation", data={"fee": "0"})
    for _ in range(2):
        correct_invoices(settings_of(shop), database_of(shop), clock.now() + timedelta(seconds=1))
    made = documents(shop)
    assert [each.kind for each in made] == [Kind.INVOICE, Kind.CANCELLATION]
    assert sum(each.total for each in made) == 0
    assert made[1].number in shopper.get(address).text
    assert made[1].number in desk.get(f"/staff/orders/{number}").text
    assert desk.get(f"/staff/orders/{number}/invoices/{made[0].number}.pdf").mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Invoice", "Rear rack", "€579.00", "€92.45", "19 %", "DE999999999", "still to come"]),
        ("ru", ["Счёт", "Задний багажник", "579,00 €", "92,45 €", "19 %", "DE999999999", "ещё предстоит"]),
    ],
)
def test_the_paper_says_all_of_it_in_the_language_of_the_order(
    shop: Flask, language: str, words: list[str], tmp_path: Path
) -> None:
    shopper = a_shopper(shop, language)
    address = a_placed_order(shopper)
    [made] = documents(shop)
    other = a_shopper(shop, "ru" if language == "en" else "en")
    answer = other.get(f"{address}/invoices/{made.number}.pdf")
    assert answer.mimetype == "application/pdf"
    assert made.number in answer.headers["Content-Disposition"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.data.startswith(b"%PDF-")
    said = words_of(answer.data, tmp_path)
    for word in (*words, made.number, made.order_number, "Anna Muster", "10999 Berlin"):
        assert word in said, (word, said)


def test_where_no_paper_can_be_made_the_order_page_says_so(
    shop: Flask, shopper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_html: str) -> bytes:
        raise Unavailable("no pango")

    monkeypatch.setattr(press, "pdf", none)
    address = a_placed_order(shopper)
    [made] = documents(shop)
    answer = shopper.get(f"{address}/invoices/{made.number}.pdf", follow_redirects=True)
    assert "The PDF cannot be made at the moment" in answer.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Fee for the work done before it was cancelled",
                "€173.70",
                "€27.73",
                "\N{MINUS SIGN}€405.30",
                "Corrects",
            ],
        ),
        (
            "ru",
            [
                "Плата за работу, сделанную до отмены",
                "173,70 €",
                "27,73 €",
                "\N{MINUS SIGN}405,30 €",
                "Исправляет",
            ],
        ),
    ],
)
def test_the_paper_of_a_late_cancellation_names_the_fee_and_its_tax(
    shop: Flask, language: str, words: list[str], tmp_path: Path
) -> None:
    shopper = a_shopper(shop, language)
    address = a_placed_order(shopper)
    desk, place = a_colleague(shop), f"/staff/orders/{number_of(shopper, address)}"
    for act in ("payments", "steps/production", "steps/cancellation"):
        assert desk.post(f"{place}/{act}").status_code == 303
    correct_invoices(settings_of(shop), database_of(shop), clock.now() + timedelta(seconds=1))
    made = documents(shop)
    assert [each.total for each in made] == [57900, -40530]
    said = words_of(shopper.get(f"{address}/invoices/{made[1].number}.pdf").data, tmp_path)
    for word in (*words, *(each.number for each in made)):
        assert word in said, (word, said)


def test_the_paper_of_a_changed_order_names_the_invoice_it_replaces(
    shop: Flask, shopper: FlaskClient, tmp_path: Path
) -> None:
    address = a_placed_order(shopper)
    place, choices = f"{address}/lines/1/change", "model=city&frame=carbon"
    form = dict(re.findall(r'name="(token|shown)" value="([^"]+)"', shopper.get(f"{place}?{choices}").text))
    assert shopper.post(f"{place}-confirmation?{choices}", data=form).status_code == 303
    first, back, new = documents(shop)
    said = words_of(shopper.get(f"{address}/invoices/{new.number}.pdf").data, tmp_path)
    assert f"replaces invoice {first.number}" in said
    assert "€829.00" in said
    said = words_of(shopper.get(f"{address}/invoices/{back.number}.pdf").data, tmp_path)
    assert "\N{MINUS SIGN}€579.00" in said
    assert "The order is cancelled" not in said
