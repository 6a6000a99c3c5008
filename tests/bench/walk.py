"""Random walks of clicks through the bicycle, recorded beforehand so that nothing but the clicks is measured."""

import tempfile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from catalog import loader
from webapp import clock, create_app, migration
from webapp.catalogues import version
from webapp.settings import ROOT, Settings

START = "/configure/bicycle"
UNDO, BLOCKED, AWAY = (
    0.05,
    0.1,
    0.05,
)  # of a hundred clicks: a step back, an option that is out, one of mine again


class Click(NamedTuple):
    """An address that a click leads to, and the page it is made on."""

    target: str
    page: str


class Recorder:
    """Walks the JSON twin of a site of its own; no two walks of one recorder are the same."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lekalo-bench-")
        self.app = create_app(Settings(instance=Path(self._folder.name), secret_key="bench"))
        database = self.app.extensions["lekalo.database"]
        migration.upgrade(database.url)
        family = loader.load(ROOT / "catalog" / "data" / "bicycle")
        with database.writing() as session:
            version.publish(session, family, author="bench", at=clock.now())
        self._client = self.app.test_client()
        self._number = 0

    def walks(self, count: int, clicks: int) -> list[list[Click]]:
        """So many fresh walks from the empty configurator."""
        return [self.walk(clicks) for _ in range(count)]

    def walk(self, clicks: int) -> list[Click]:
        self._number += 1
        random = Random(f"walk {self._number}")
        trail = [START]
        made: list[Click] = []
        state = self._state(START)
        while len(made) < clicks:
            target = self._next(random, state, trail)
            made.append(Click(target, trail[-1]))
            trail.append(target)
            state = self._state(target)
        return made

    def _state(self, target: str) -> dict[str, Any]:
        answer = self._client.get(target, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise RuntimeError(f"{target} answers {answer.status}")
        return answer.get_json()

    def _next(self, random: Random, state: dict[str, Any], trail: list[str]) -> str:
        if conflict := state["conflict"]:
            repairs = [repair["href"] for repair in conflict["repairs"]]
            return random.choice(repairs) if repairs else _undo(trail)
        options = [option for group in state["groups"] for option in group["options"]]
        offers = [option["href"] for option in options if option["available"] and not option["chosen"]]
        chance = random.random()
        if chance < UNDO and len(trail) > 1:
            return _undo(trail)
        if chance < UNDO + BLOCKED:
            offers = [option["href"] for option in options if not option["available"]] or offers
        elif chance < UNDO + BLOCKED + AWAY:
            offers = [option["href"] for option in options if option["origin"] == "mine"] or offers
        return random.choice(offers)


def _undo(trail: list[str]) -> str:
    """Where "undo" leads: the page before, as a click."""
    path, _, query = trail[-2].partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("pick=")]
    return f"{path}?{'&'.join([*kept, 'pick=undo'])}"
