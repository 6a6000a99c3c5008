"""A UVL model goes into the shop like any family, with a price list where there is one."""

from pathlib import Path

from flask import Flask

from tests.webapp.test_commands import run
from webapp.catalogues import version
from webapp.database import Database

SHELF = "features\n Shelf\n  alternative\n   Oak\n   Pine\n"
PRICES = '<x><struct><and name="Shelf"><attribute name="Price" value="120.5"/></and></struct></x>'


def test_a_uvl_model_is_published_with_its_prices(app: Flask, database: Database, tmp_path: Path) -> None:
    model, prices = tmp_path / "shelf.uvl", tmp_path / "prices.xml"
    model.write_text(SHELF)
    prices.write_text(PRICES)
    answer = run(app, "catalogue", "import", str(model), "--prices", str(prices))
    assert "shelf: version 1 published" in answer.output
    with database.reading() as session:
        found = version.find(session, "shelf", None)
        assert found is not None
        family = version.read(found.document)
    assert [option.price for option in family.option_by_key.values()] == [12050, 0, 0]


def test_a_faulty_model_or_price_list_publishes_nothing(app: Flask, tmp_path: Path) -> None:
    model, prices = tmp_path / "shelf.uvl", tmp_path / "prices.xml"
    model.write_text(SHELF + "constraints\n Oak => Beech\n")
    prices.write_text(PRICES.replace("120.5", "dear"))
    answer = run(app, "catalogue", "import", str(model))
    assert answer.exit_code == 1
    assert "shelf.uvl:7:9: there is no feature Beech" in answer.output
    answer = run(app, "catalogue", "import", str(model), "--prices", str(prices))
    assert answer.exit_code == 1
    assert 'prices.xml:1:30: "dear" is not an amount' in answer.output
