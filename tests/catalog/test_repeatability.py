"""A configuration is a function of the document and the choices alone: in every process, in every thread."""

import os
import random
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

import pytest

from catalog.choices import Choices
from catalog.configuration import Configuration
from catalog.engine import Engine
from catalog.expression import OptionKey
from catalog.loader import load
from catalog.model import NONE

ROOT = Path(__file__).resolve().parents[2]
DEMOS = ("bicycle", "workstation")


@cache
def engine_of(code: str) -> Engine:
    return Engine(load(ROOT / "catalog" / "data" / code))


def walk(engine: Engine, seed: int, clicks: int) -> list[tuple[Configuration, OptionKey]]:
    """Random clicks of a shopper, each with the configuration that it was made in."""
    chance = random.Random(seed)
    keys = list(engine.family.option_by_key)
    keys += [OptionKey(group.code, NONE) for group in engine.family.groups if group.is_optional]
    now, found = engine.configure(Choices()), []
    for _ in range(clicks):
        key = chance.choice(keys)
        found.append((now, key))
        card = now.cards[key]
        if card.available:
            now = engine.configure(card.after)
        elif repairs := engine.conflict(now, key).repairs:
            now = engine.configure(repairs[0].after)
    return found


def transcript(code: str) -> list[str]:
    """Everything that the engine says on a walk."""
    engine = engine_of(code)
    lines: list[str] = []
    for now, key in walk(engine, 7, 5):
        lines += map(str, (now.picked, now.total, now.lead_days, sorted(now.origins.items()), now.meters))
        lines += [str(card) for card in now.cards.values()]
        if not now.cards[key].available:
            conflict = engine.conflict(now, key)
            lines += [
                str([rule.code for rule in conflict.rules]),
                str(conflict.choices),
                str(conflict.repairs),
            ]
    return lines


@pytest.mark.parametrize("code", DEMOS)
def test_another_process_says_the_same(code):
    script = (
        f"from tests.catalog.test_repeatability import transcript; print(*transcript({code!r}), sep='\\n')"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.splitlines() == transcript(code)


def test_four_threads_share_one_engine():
    steps = walk(engine_of("bicycle"), 3, 8)
    engine = Engine(engine_of("bicycle").family)
    answers: dict[int, list] = {}

    def shop(number: int) -> None:
        mine = steps[number * 2 :] + steps[: number * 2]
        said = [(engine.configure(now.choices), now, key) for now, key in mine]
        found = [
            (new, now, None if now.cards[key].available else engine.conflict(new, key))
            for new, now, key in said
        ]
        answers[number] = found[len(found) - number * 2 :] + found[: len(found) - number * 2]

    threads = [threading.Thread(target=shop, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    for said in answers.values():
        assert said == answers[0]
        assert all(new == now for new, now, _ in said)


def test_what_was_asked_before_changes_no_answer():
    fresh, used = Engine(engine_of("bicycle").family), engine_of("bicycle")
    steps = walk(used, 5, 6)
    for now, key in reversed(steps):
        assert fresh.configure(now.choices) == now
        if not now.cards[key].available:
            assert fresh.conflict(now, key) == used.conflict(now, key)


@pytest.mark.parametrize("code", DEMOS)
def test_every_click_on_a_demo_catalogue_costs_what_its_card_said(code):
    engine = engine_of(code)
    for now, key in walk(engine, 11, 6):
        cards = [card for card in now.cards.values() if card.delta is not None]
        for card in [now.cards[key], *random.Random(str(key)).sample(cards, 12)]:
            if card.available:
                after = engine.complete(card.after)
                assert (after.total - now.total, after.lead_days) == (card.delta, card.lead_days)
            else:
                first = engine.conflict(now, card.key).repairs[0]
                assert (first.delta, first.lead_days) == (card.delta, card.lead_days)
