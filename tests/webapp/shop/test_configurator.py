"""One address answers as a page, as the fragment that stands in it, and refuses what cannot be read."""

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.choices import Reading
from catalog.configuration import Configuration
from catalog.engine import FIRST_ANSWER, Effort, Engine
from catalog.expression import OptionKey
from tests.webapp.shop.conftest import OWN_CLICK, SWAP, cards, elements, options, seal, state
from tests.webapp.shopping import a_bicycle, publish

HERE = "/configure/bike"


def test_htmx_gets_the_fragment_that_stands_in_the_page(shopper: FlaskClient) -> None:
    address = f"{HERE}?frame=steel"
    page = shopper.get(address).text
    fragment = shopper.get(address, headers=SWAP).text
    assert fragment.strip() in page
    assert "<html" not in fragment


def test_a_page_that_holds_the_faces_is_spared_them(shopper: FlaskClient) -> None:
    whole = shopper.get(f"{HERE}?frame=steel", headers=SWAP).text
    held = {"Lekalo-Faces": seal(whole)}
    bare = shopper.get(f"{HERE}?frame=steel", headers=SWAP | held).text
    assert "Rear rack</strong>" in whole
    assert "Rear rack</strong>" not in bare
    assert cards(bare) == cards(whole)


def test_faces_of_another_version_are_sent_anew(shop: Flask, shopper: FlaskClient) -> None:
    held = {"Lekalo-Faces": seal(shopper.get(HERE).text)}
    publish(shop, a_bicycle(city="512.00"))
    assert "Rear rack</strong>" in shopper.get(HERE, headers=SWAP | held).text


def test_each_option_says_what_it_is_and_what_a_click_would_change(shopper: FlaskClient) -> None:
    found = cards(shopper.get(f"{HERE}?rack=rear").text)
    assert found["rack.rear"]["data-origin"] == "mine"
    assert found["model.city"]["data-origin"] == "assumed"
    assert found["frame.steel"]["data-origin"] == "forced"
    assert found["model.gravel"]["data-delta"] == "40000"
    assert found["model.gravel"]["data-available"] == "true"
    assert found["frame.carbon"]["data-available"] == "false"
    assert found["frame.carbon"]["data-delta"] == "25000"  # a carbon frame without the rack
    assert "data-origin" not in found["frame.carbon"]


def test_a_click_replaces_the_pick_of_its_group_and_stands_last(shopper: FlaskClient) -> None:
    found = cards(shopper.get(f"{HERE}?model=city&rack=front").text)
    assert found["model.gravel"]["href"] == f"{HERE}?rack=front&model=gravel&pick=model.gravel"


def test_a_chosen_option_of_an_optional_group_leads_to_going_without(shopper: FlaskClient) -> None:
    found = cards(shopper.get(f"{HERE}?rack=front&model=city").text)
    assert found["rack.front"]["href"] == f"{HERE}?model=city&pick=rack.front"
    assert found["rack.none"]["href"] == f"{HERE}?model=city&rack=none&pick=rack.none"


def test_an_option_that_is_out_keeps_the_pick_it_wants_to_replace(shopper: FlaskClient) -> None:
    found = cards(shopper.get(f"{HERE}?frame=steel&rack=rear").text)
    assert found["frame.carbon"]["href"] == f"{HERE}?frame=steel&rack=rear&frame=carbon&pick=frame.carbon"


def test_a_conflict_opens_at_its_card_and_everything_else_stays_as_it_was(shopper: FlaskClient) -> None:
    before = shopper.get(f"{HERE}?frame=steel&rack=rear").text
    page = shopper.get(cards(before)["frame.carbon"]["href"]).text
    assert re.search(r'data-option="carbon"[^>]*>(?:(?!</li>).)*</li><li class="conflict"', page, re.S)
    assert "Carbon carries no rear rack." in page
    assert elements(page, "data-conflict")[0]["data-conflict"] == "frame.carbon"
    assert (
        elements(page, "data-currency")[0]["data-total"] == elements(before, "data-currency")[0]["data-total"]
    )
    assert cards(page)["frame.steel"]["data-origin"] == "mine"


def test_one_press_takes_a_repair(shopper: FlaskClient) -> None:
    page = shopper.get(f"{HERE}?rack=rear&frame=carbon&pick=frame.carbon").text
    repair = elements(page, "data-repair")[0]
    after = shopper.get(repair["href"]).text
    assert cards(after)["frame.carbon"]["data-origin"] == "mine"
    assert elements(after, "data-currency")[0]["data-total"] == repair["data-total"]
    assert not elements(after, "data-conflict")


def test_the_waterfall_sums_to_the_total(shopper: FlaskClient) -> None:
    page = shopper.get(f"{HERE}?model=gravel&rack=front").text
    total = int(elements(page, "data-currency")[0]["data-total"])
    assert sum(int(line["data-amount"]) for line in elements(page, "data-price-line")) == total == 94000


def test_what_we_filled_in_becomes_mine_at_once(shopper: FlaskClient) -> None:
    page = shopper.get(f"{HERE}?model=gravel").text
    after = shopper.get(elements(page, "data-complete")[0]["href"]).text
    assert {card["data-origin"] for card in cards(after).values() if "data-origin" in card} == {"mine"}
    assert elements(after, "data-undecided")[0]["data-undecided"] == "0"
    assert not elements(after, "data-complete")


def test_a_group_can_be_reset(shopper: FlaskClient) -> None:
    page = shopper.get(f"{HERE}?model=gravel&rack=front").text
    reset = {link["data-reset"]: link["href"] for link in elements(page, "data-reset")}
    assert reset == {"model": f"{HERE}?rack=front&pick=reset", "rack": f"{HERE}?model=gravel&pick=reset"}


def test_unknown_codes_are_left_out_with_a_note(shopper: FlaskClient) -> None:
    answer = shopper.get(f"{HERE}?wings=two&frame=%3Cb%3E&model=gravel")
    assert answer.status_code == 200
    assert len(elements(answer.text, "data-note")) == 2
    assert "“wings=two”" in answer.text
    assert "<b>”" not in answer.text
    assert cards(answer.text)["model.gravel"]["data-origin"] == "mine"


def test_choices_of_a_mended_address_that_clash_are_set_aside_with_a_note(shopper: FlaskClient) -> None:
    answer = shopper.get(f"{HERE}?frame=carbon&rack=rear&model=gravel&pick=model.gravel")
    assert "was set aside" in answer.text
    assert cards(answer.text)["model.gravel"]["data-origin"] == "mine"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("frame=" + "x" * 9000, 414),
        ("&".join(["a=b"] * 1000), 400),
        ("frame=%ff%fe", 400),
        ("frame=%00", 400),
    ],
)
def test_an_address_that_no_page_makes_is_refused_in_words(
    shopper: FlaskClient, query: str, status: int
) -> None:
    answer = shopper.get(f"{HERE}?{query}")
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_an_unknown_family_is_not_found(shopper: FlaskClient) -> None:
    assert shopper.get("/configure/spaceship").status_code == 404
    assert shopper.get("/families/spaceship").status_code == 404


def test_the_answer_differs_by_what_asks(shopper: FlaskClient) -> None:
    vary = shopper.get(HERE).headers["Vary"]
    assert all(name in vary for name in ("Accept", "HX-Request-Type", "Cookie", "Lekalo-Faces"))


def test_the_page_speaks_russian(shop: Flask) -> None:
    page = shop.test_client().get(f"{HERE}?rack=rear", headers={"Accept-Language": "ru"}).text
    assert "550,00\N{NO-BREAK SPACE}€" in page
    assert "Задний багажник" in page
    assert "Выбрано вами" in page


def test_each_language_has_words_of_its_own_whoever_came_first(shop: Flask) -> None:
    shop.test_client().get("/", headers={"Accept-Language": "ru"})
    page = shop.test_client().get(f"{HERE}?rack=rear", headers={"Accept-Language": "en"}).text
    assert not re.search("[а-я]", html.unescape(page).replace("Русский", ""))


def test_a_page_without_scripts_goes_back_to_the_clicked_card(shopper: FlaskClient) -> None:
    address = f"{HERE}?rack=rear&pick=rack.rear"
    focused = elements(shopper.get(address, headers=OWN_CLICK).text, "autofocus")
    assert [card["id"] for card in focused] == ["rack.rear"]
    assert not elements(shopper.get(address).text, "autofocus")


@pytest.mark.parametrize(
    ("click", "came_from", "card"),
    [
        ("?model=city&pick=rack.rear", "?model=city&rack=rear&pick=rack.rear", "rack.rear"),  # taken away
        ("?model=city&pick=reset", "?model=city&rack=rear&pick=rack.rear", "rack.rear"),
        ("?model=city&rack=rear&pick=undo", "?model=city&pick=reset", "rack.rear"),
        (
            "?rack=rear&pick=undo",
            "?rack=rear&frame=carbon&pick=frame.carbon",
            "frame.carbon",
        ),  # out of a conflict
    ],
)
def test_a_page_without_scripts_goes_back_to_what_a_step_changed(
    shopper: FlaskClient, click: str, came_from: str, card: str
) -> None:
    headers = OWN_CLICK | {"Referer": f"http://localhost{HERE}{came_from}"}
    focused = elements(shopper.get(f"{HERE}{click}", headers=headers).text, "autofocus")
    assert [element["id"] for element in focused] == [card]


def test_a_choice_that_stands_against_an_option_is_named_with_its_group(shopper: FlaskClient) -> None:
    page = shopper.get(f"{HERE}?rack=rear&frame=carbon&pick=frame.carbon").text
    assert "Your choice that stands against it: Rack “Rear rack”." in " ".join(html.unescape(page).split())


def test_every_id_stands_once(shopper: FlaskClient) -> None:
    page = shopper.get(f"{HERE}?rack=rear&frame=carbon&pick=frame.carbon").text
    ids = [element["id"] for element in elements(page, "id")]
    assert len(ids) == len(set(ids))


def test_differences_that_are_not_proven_are_left_open_and_fetched(
    shopper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Engine.answer

    def hasty(engine: Engine, reading: Reading, effort: Effort = FIRST_ANSWER) -> Configuration:
        found = answer(engine, reading, effort)
        if effort is FIRST_ANSWER:
            key = OptionKey("model", "gravel")
            found = replace(found, cards={**found.cards, key: found.cards[key]._replace(delta=None)})
        return found

    monkeypatch.setattr(Engine, "answer", hasty)
    page = shopper.get(f"{HERE}?rack=rear").text
    assert "data-delta" not in cards(page)["model.gravel"]
    assert options(state(shopper, f"{HERE}?rack=rear"))["model.gravel"]["delta"] is None
    rest = next(element["hx-get"] for element in elements(page, "hx-get") if element.get("id") == "rest")
    proven = shopper.get(rest, headers=OWN_CLICK | SWAP).text
    assert cards(proven)["model.gravel"]["data-delta"] == "40000"
    assert shopper.get_cookie("visitor") is None


def test_who_listens_hears_what_a_click_has_done(shopper: FlaskClient) -> None:
    def heard(address: str) -> str:
        found = re.search(r'id="said"[^>]*>([^<]*)<', shopper.get(address).text)
        assert found
        return html.unescape(found[1])

    assert heard(f"{HERE}?rack=rear") == ""
    assert heard(f"{HERE}?rack=rear&pick=rack.rear") == "Rack: Rear rack. Total €550.00."
    blocked = heard(f"{HERE}?rack=rear&frame=carbon&pick=frame.carbon")
    assert blocked == "Carbon does not fit as things stand. Carbon carries no rear rack."
