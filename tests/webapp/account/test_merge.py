"""An option of another build is taken into one's own; where it does not fit, one chooses what gives way."""

import html
import re
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient

from tests.databases import on_both_databases
from tests.webapp.account.test_compare import DEAR, key_of
from tests.webapp.account.test_versions import totals
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, publish, share_link

Form = dict[str, str]


def address(mine: str, theirs: str) -> str:
    return f"{mine}/merge?build={key_of(theirs)}"


def options(page: str) -> dict[str, tuple[str, str]]:
    """What can be taken: whether it fits, and its difference."""
    found = re.findall(r'data-take="([^"]+)" data-fits="(\w+)" data-delta="([^"]*)"', page)
    return {option: (fits, delta) for option, fits, delta in found}


def forms(page: str, after: str) -> list[Form]:
    """The forms behind a mark of the page, as they would be sent."""
    _, _, rest = page.partition(after)
    return [
        {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        for form in re.findall(r'<form method="post" action="/builds/.*?</form>', rest, re.S)
    ]


def two_builds(shopper: FlaskClient) -> tuple[str, str]:
    return a_saved_build(shopper, "Mine"), a_saved_build(shopper, "Theirs", DEAR)


@on_both_databases
def test_an_option_that_fits_is_taken_with_one_press(shop: Flask, shopper: FlaskClient) -> None:
    mine, theirs = two_builds(shopper)
    page = shopper.get(address(mine, theirs)).text
    assert options(page) == {
        "model.gravel": ("true", "40000"),
        "frame.carbon": ("false", options(page)["frame.carbon"][1]),
        "rack.front": ("true", "-1000"),
    }
    form = forms(page, 'data-take="model.gravel"')[0]
    for _double_click in range(2):
        answer = shopper.post(address(mine, theirs), data=form)
        assert answer.location == f"{mine}#history"
    page = shopper.get(mine).text
    assert totals(page) == [(2, 95000), (1, 55000)]
    assert "with an option of another build" in page
    assert 'data-option="rear"' in page  # what was mine is mine still
    assert totals(shopper.get(theirs).text) == [(1, 124000)]


@on_both_databases
def test_one_that_does_not_fit_shows_why_and_what_would_help(shop: Flask, shopper: FlaskClient) -> None:
    mine, theirs = two_builds(shopper)
    page = shopper.get(address(mine, theirs) + "&take=frame.carbon").text
    assert 'data-conflict="frame.carbon"' in page
    assert "Carbon carries no rear rack." in page
    ways = re.findall(r'data-repair="(\d)" data-total="(\d+)" data-delta="(-?\d+)"', page)
    assert ways == [("1", "80000", "25000"), ("2", "84000", "29000")]
    assert "+5 days" in page
    assert totals(shopper.get(mine).text) == [(1, 55000)]  # looking changes nothing
    form = forms(page, 'data-repair="2"')[0]
    assert shopper.post(address(mine, theirs), data=form).status_code == 303
    page = shopper.get(mine).text
    assert totals(page) == [(2, 84000), (1, 55000)]
    assert 'data-option="front"' in page


@on_both_databases
def test_a_build_that_changed_meanwhile_is_shown_again_and_not_changed(
    shop: Flask, shopper: FlaskClient
) -> None:
    mine, theirs = two_builds(shopper)
    page = shopper.get(address(mine, theirs)).text
    model, rack = (forms(page, f'data-take="{option}"')[0] for option in ("model.gravel", "rack.front"))
    assert shopper.post(address(mine, theirs), data=rack).status_code == 303
    answer = shopper.post(address(mine, theirs), data=model)
    assert answer.status_code == 409
    assert "data-outdated" in answer.text
    assert totals(shopper.get(mine).text) == [(2, 54000), (1, 55000)]


@on_both_databases
def test_a_catalogue_that_moved_on_meanwhile_is_shown_first(shop: Flask, shopper: FlaskClient) -> None:
    mine, theirs = two_builds(shopper)
    form = forms(shopper.get(address(mine, theirs)).text, 'data-take="model.gravel"')[0]
    publish(shop, a_bicycle(city="530.00"))
    answer = shopper.post(address(mine, theirs), data=form)
    assert answer.status_code == 409
    assert "data-moved" in answer.text
    assert options(answer.text)["model.gravel"] == ("true", "37000")
    publish(shop, a_bicycle(without="rack.rear"))
    page = shopper.get(address(mine, theirs)).text
    assert "this build has to be settled first" in page
    assert options(page) == {}


@on_both_databases
def test_two_who_take_options_at_once_lose_neither_build_nor_word(shop: Flask, shopper: FlaskClient) -> None:
    mine, theirs = two_builds(shopper)
    page = shopper.get(address(mine, theirs)).text
    sent = [forms(page, f'data-take="{option}"')[0] for option in ("model.gravel", "rack.front")]

    def take(form: Form) -> tuple[int, str]:
        answer = a_shopper(shop).post(address(mine, theirs), data=form)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(2) as hands:
        (done, _), (refused, shown) = sorted(hands.map(take, sent))
    assert (done, refused) == (303, 409)
    assert 'name="seen" value="2"' in shown, "the page that refuses shows the build as it is now"
    assert [number for number, _ in totals(shopper.get(mine).text)] == [2, 1]


def test_an_option_can_be_left_out_as_the_other_build_does(shop: Flask, shopper: FlaskClient) -> None:
    mine, bare = a_saved_build(shopper), a_saved_build(shopper, choices="model=city&rack=none")
    page = shopper.get(address(mine, bare)).text
    assert options(page) == {"rack.none": ("true", "-5000")}
    shopper.post(address(mine, bare), data=forms(page, 'data-take="rack.none"')[0])
    assert totals(shopper.get(mine).text)[0] == (2, 50000)


def test_what_is_made_no_more_cannot_be_taken_and_is_named(shop: Flask, shopper: FlaskClient) -> None:
    mine, theirs = a_saved_build(shopper, choices="model=city&rack=none"), a_saved_build(shopper)
    publish(shop, a_bicycle(without="rack.rear"))
    page = shopper.get(address(mine, theirs)).text
    assert options(page) == {}
    assert "Made no more, so it cannot be taken: Rear rack." in page


def test_a_friends_shared_build_may_give_and_never_take(shop: Flask, shopper: FlaskClient) -> None:
    theirs = a_saved_build(shopper, "Theirs", DEAR)
    shared = share_link(shopper, theirs)
    friend = a_shopper(shop)
    mine = a_saved_build(friend)
    page = friend.get(f"{mine}/merge?build={key_of(shared)}").text
    assert "model.gravel" in options(page)
    assert key_of(theirs) not in page
    assert friend.get(f"/builds/{key_of(shared)}/merge").status_code == 404
    assert friend.post(f"/builds/{key_of(shared)}/merge", data={"choices": "x"}).status_code == 404


def test_a_page_without_another_build_lets_one_choose(shop: Flask, shopper: FlaskClient) -> None:
    mine = a_saved_build(shopper, "Mine")
    assert "There is no other build of this kind yet." in shopper.get(f"{mine}/merge").text
    other = a_saved_build(shopper, "Other")
    shared = key_of(share_link(shopper, other))
    for asked in ("", "?build=forged.0.x", f"?build={key_of(mine)}", "?ready=bike.none"):
        assert f'<option value="{shared}">Other</option>' in shopper.get(f"{mine}/merge{asked}").text
    own = key_of(share_link(shopper, mine))
    assert "data-same" in shopper.get(f"{mine}/merge?build={own}&with={shared}").text


def test_choices_that_no_page_of_ours_could_have_sent_change_nothing(
    shop: Flask, shopper: FlaskClient
) -> None:
    mine, theirs = two_builds(shopper)
    place, good = address(mine, theirs), {"seen": "1", "catalogue": "1"}
    assert shopper.post(place, data=good).status_code == 422
    assert shopper.post(place, data=good | {"choices": "frame=carbon&rack=rear"}).status_code == 409
    assert shopper.post(place, data=good | {"choices": "frame=gold"}).status_code == 409
    assert (
        shopper.post(place, data={"choices": "model=city", "seen": "x", "catalogue": "1"}).status_code == 422
    )
    assert totals(shopper.get(mine).text) == [(1, 55000)]
