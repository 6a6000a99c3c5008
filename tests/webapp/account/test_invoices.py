"""An order comes with its invoice: on its page, in its letter, on paper, in its own language."""

import re
import shutil
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

PDF_READER = shutil.which("pdftotext")


def documents(shop: Flask) -> list[Invoice]:
    with database_of(shop).reading() as session:
        return list(session.exec(select(Invoice).order_by(Invoice.id)).all())  # type: ignore[arg-type]


def settings_of(shop: Flask) -> Settings:
    return shop.config["LEKALO"]


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
    if PDF_READER is None:
        pytest.skip("nothing here reads PDFs")
    place = tmp_path / "invoice.pdf"
    place.write_bytes(answer.data)
    text = subprocess.run(
        [PDF_READER, "-layout", place, "-"], capture_output=True, check=True
    ).stdout.decode()
    said = re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))
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
