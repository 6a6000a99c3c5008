"""A click on the bicycle over HTTP: time, throughput, statements, bytes, and what a web process takes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, event

from tests.bench import host
from tests.bench.host import Host
from tests.bench.line import Line, middle, percentile, shown, times
from tests.bench.shopper import Shopper, answered_at_once, hello_request
from tests.bench.walk import START, Click, Recorder

ROUNDS, MOST_ROUNDS = 3, 6
STEADY = 0.25  # two references of a round that differ by more make it worthless
WALKS, CLICKS = 5, 12
SHOPPERS, CLICKS_EACH = 16, 12
HELLOS, HELLOS_EACH = 1_500, 250
STARTS = 3


class Round(NamedTuple):
    """Figures between two references."""

    before: float
    figures: tuple[float, ...]
    after: float

    @property
    def reference(self) -> float:
        return (self.before + self.after) / 2

    @property
    def drift(self) -> float:
        return abs(self.before - self.after) / min(self.before, self.after)


class Rounds(NamedTuple):
    """The steady rounds; where there were none, the steadiest of all, and the trouble said."""

    rounds: list[Round]
    trouble: str

    def figure(self, place: int) -> float:
        return middle([round.figures[place] for round in self.rounds])

    @property
    def reference(self) -> float:
        return middle([round.reference for round in self.rounds])

    def ratios(self, place: int) -> list[float]:
        return [round.figures[place] / round.reference for round in self.rounds]


def rounds(reference: Callable[[], float], measure: Callable[[], tuple[float, ...]]) -> Rounds:
    """Measures with the reference right before and after each time, again where that was not steady."""
    made: list[Round] = []
    for _ in range(MOST_ROUNDS):
        made.append(Round(reference(), measure(), reference()))
        steady = [round for round in made if round.drift <= STEADY]
        if len(steady) == ROUNDS:
            return Rounds(steady, "")
    if steady:
        return Rounds(steady, f"noisy: {len(steady)} of {MOST_ROUNDS} rounds steady")
    best = min(made, key=lambda round: round.drift)
    return Rounds([best], f"noisy: no steady round, H moved by {best.drift:.0%}")


def lines(recorder: Recorder, site: Host, hello: Host) -> Iterator[Line]:
    warm(site, recorder)
    yield from _one_shopper(recorder, site, hello)
    yield _many_shoppers(recorder, site, hello)
    yield from _statements(recorder)
    yield _bytes(recorder, site)


def warm(site: Host, recorder: Recorder, clicks: int = 12) -> None:
    """Walks that nobody measures, some at a time, so that each thread of the server has met the family."""
    answered_at_once(site.port, [_conversation(site.port, walk) for walk in recorder.walks(8, clicks)])


def _one_shopper(recorder: Recorder, site: Host, hello: Host) -> Iterator[Line]:
    asking = Shopper(hello.port)
    question = asking.click_request(Click("/", START))

    hello_work: list[float] = []

    def reference() -> float:
        began = hello.worked()
        found = middle([asking.timed(question) for _ in range(HELLOS)])
        hello_work.append((hello.worked() - began) / HELLOS)
        return found

    def measure() -> tuple[float, ...]:
        seconds: list[float] = []
        work = 0.0
        for walk in recorder.walks(WALKS, CLICKS):
            shopper = Shopper(site.port)
            shopper.arrive()
            began = site.worked()
            seconds += [shopper.click(click)[0] for click in walk]
            work += site.worked() - began
        return percentile(seconds, 50), percentile(seconds, 95), work / len(seconds)

    found = rounds(reference, measure)
    for place, name, aim, limit in ((0, "p50", 10, 25), (1, "p95", 20, 50)):
        ratios = found.ratios(place)
        spread = f"rounds {shown(min(ratios))} to {shown(max(ratios))}"
        yield Line(
            f"a click over HTTP, 1 shopper, {name} ({spread})",
            middle(ratios),
            "H",
            aim,
            limit,
            figure=f"{shown(found.figure(place) * 1000)} ms",
            reference=f"H {shown(found.reference * 1000)} ms",
            ratio=f"{shown(middle(ratios))} H",
            trouble=found.trouble,
        )
    work, least = found.figure(2) * 1000, middle(hello_work) * 1000
    yield Line(
        "processor time of a click (says more where others keep the machine busy)",
        work,
        "ms",
        reference=f"H {shown(least)} ms",
        ratio=times(work, least, "H"),
    )


def _many_shoppers(recorder: Recorder, site: Host, hello: Host) -> Line:
    question = hello_request(hello.port)

    def reference() -> float:
        return answered_at_once(hello.port, [[question] * HELLOS_EACH] * SHOPPERS)

    def measure() -> tuple[float, ...]:
        walks = recorder.walks(SHOPPERS, CLICKS_EACH + 1)
        return (answered_at_once(site.port, [_conversation(site.port, walk) for walk in walks]),)

    found = rounds(reference, measure)
    ratio = middle(found.ratios(0))
    return Line(
        f"requests/s with {SHOPPERS} shoppers",
        ratio,
        "H",
        0.15,
        0.06,
        figure=f"{shown(found.figure(0))}/s",
        reference=f"H {shown(found.reference)}/s",
        ratio=f"{shown(ratio)} H",
        more=True,
        trouble=found.trouble,
    )


def _conversation(port: int, walk: list[Click]) -> list[bytes]:
    """The requests of a walk after its first click, with which the visitor gets a name."""
    shopper = Shopper(port)
    shopper.arrive()
    shopper.click(walk[0])
    shopper.socket.close()
    return [shopper.click_request(click) for click in walk[1:]]


def _statements(recorder: Recorder) -> Iterator[Line]:
    """Counted inside a site of the bench's own; to begin a transaction is no statement, to end a write is a commit."""
    counted = {"statements": 0, "commits": 0}

    def statement(_connection, _cursor, text: str, *_: object) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            counted["statements"] += 1

    def commit(_connection) -> None:
        counted["commits"] += 1

    client = recorder.app.test_client()
    client.get(START)
    statements: list[int] = []
    commits: list[int] = []
    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    try:
        for click in (click for walk in recorder.walks(WALKS, CLICKS) for click in walk):
            counted.update(statements=0, commits=0)
            headers = {
                "HX-Request": "true",
                "HX-Request-Type": "partial",
                "Sec-Fetch-Site": "same-origin",
                "HX-Current-URL": f"http://localhost{click.page}",
            }
            answer = client.get(click.target, headers=headers)
            assert answer.status_code == 200, answer.status
            statements.append(counted["statements"])
            commits.append(counted["commits"])
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)
    for name, found, aim, limit in (("SQL statements", statements, 4, 8), ("commits", commits, 1, 1)):
        yield Line(
            f"{name} per click, the most",
            max(found),
            "",
            aim,
            limit,
            figure=f"{max(found)} (mean {shown(sum(found) / len(found))})",
            reference="H 0",
        )


def _bytes(recorder: Recorder, site: Host) -> Line:
    sizes: list[int] = []
    for walk in recorder.walks(WALKS, CLICKS):
        shopper = Shopper(site.port)
        page = len(shopper.arrive())
        sizes += [len(shopper.click(click)[1]) for click in walk]
    mean = sum(sizes) / len(sizes)
    return Line(
        "bytes per click, gzip, mean",
        mean / 1024,
        "KB",
        6,
        12,
        figure=f"{shown(mean / 1024)} KB (most {shown(max(sizes) / 1024)})",
        reference=f"the whole page {shown(page / 1024)} KB",
        ratio=times(mean, page),
    )


def memory(site: Host, hello: Host) -> Line:
    """After all the walks."""
    ours, least = site.memory(), hello.memory()
    return Line(
        "memory per web process after the walks",
        ours,
        "MiB",
        100,
        150,
        reference=f"H {shown(least)} MiB",
        ratio=times(ours, least),
    )


def starts(instance: Path, other: Path) -> Iterator[Line]:
    """How soon a site that was stopped answers again."""
    reference = _start(host.hello, other)
    for thing, how, aim, limit in (
        ("start of a web process to its first configurator page", host.web_alone, 1, 2),
        (
            "the same by `python -m webapp.serve`, which looks at translations and tables first",
            host.site,
            None,
            None,
        ),
    ):
        seconds = _start(how, instance)
        yield Line(
            thing,
            seconds,
            "s",
            aim,
            limit,
            reference=f"H {shown(reference)} s",
            ratio=times(seconds, reference),
        )


def _start(how: Callable[[Path], Host], instance: Path) -> float:
    """Seconds from starting to the first answer."""
    found = []
    for _ in range(STARTS):
        with how(instance) as started:
            found.append(started.seconds_to_first_answer)
    return middle(found)
