"""The benchmarks judge as they say, and measure the same things every time."""

import re

import pytest

from catalog import uvl
from catalog.choices import Choices
from catalog.engine import Engine
from tests.bench import families, feature_model
from tests.bench.click import rounds
from tests.bench.line import Line
from tests.bench.shopper import body_of
from tests.bench.walk import Recorder


@pytest.mark.parametrize(("value", "verdict"), [(10, "met"), (10.1, "within limit"), (25.1, "missed")])
def test_a_figure_is_held_against_aim_and_limit(value: float, verdict: str) -> None:
    assert Line("a click", value, "H", 10, 25).verdict == verdict


def test_where_more_is_better_the_limit_lies_below_the_aim() -> None:
    found = [Line("requests/s", value, "H", 0.15, 0.06, more=True).verdict for value in (0.2, 0.1, 0.01)]
    assert found == ["met", "within limit", "missed"]


def test_what_could_not_be_measured_says_so() -> None:
    assert Line("a page", None, "KB", 1, 2, trouble="no Chromium").verdict == "NOT MEASURED: no Chromium"


def test_a_round_whose_references_differ_is_measured_again() -> None:
    references = iter([1.0, 2.0, *[1.0] * 6])
    found = rounds(lambda: next(references), lambda: (5.0,))
    assert found.ratios(0) == [5.0, 5.0, 5.0]
    assert found.trouble == ""


def test_rounds_that_never_settle_are_called_noisy() -> None:
    references = iter([1.0, 2.0] * 10)
    assert "noisy" in rounds(lambda: next(references), lambda: (5.0,)).trouble


def test_a_made_family_is_the_same_for_the_same_seed_and_can_be_configured() -> None:
    family = families.family(120, 1)
    assert family == families.family(120, 1) != families.family(120, 2)
    assert len(family.option_by_key) == 120
    assert (len(family.rules), len(family.resources), len(family.price_rules)) == (60, 2, 10)
    assert Engine(family).configure(Choices()).complete


def test_the_feature_model_has_the_size_of_a_real_shop() -> None:
    assert len(uvl.read(feature_model.text(), "shop.uvl").option_by_key) == feature_model.FEATURES


def test_walks_differ_and_each_click_starts_where_the_last_one_led() -> None:
    walks = Recorder().walks(2, 4)
    assert walks[0] != walks[1]
    for walk in walks:
        assert [click.page for click in walk[1:]] == [click.target for click in walk[:-1]]
        assert all(re.search(r"[?&]pick=", click.target) for click in walk)


def test_an_answer_is_read_to_its_end() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert body_of(head[:20]) is None
    assert body_of(head + b"Hell") is None
    assert body_of(head + b"Hello") == b"Hello"
    with pytest.raises(RuntimeError, match="500"):
        body_of(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
