"""Facts inferred from acts: plain sums of weights, by the figures of `inference_figures`. No database in it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from math import log2
from typing import NamedTuple
from zoneinfo import ZoneInfo

from catalog.fitting import COLOUR
from webapp.customers import inference_figures as figures
from webapp.customers.evidence import Act, Said
from webapp.customers.touchpoint import Kind

FAMILY, PRICE, RHYTHM = "family", "price", "rhythm"
STEPS = (Kind.PICK, Kind.REPAIR, Kind.REFUSAL, Kind.COMPLETION, Kind.RESET)
CLICKS = (Kind.PICK, Kind.REPAIR, Kind.BLOCKED)


class FactKind(StrEnum):
    """What a fact is about; each kind has a switch."""

    LIKINGS = "likings"  # traits of options
    COLOURS = "colours"
    FAMILIES = "families"
    PRICES = "prices"
    RHYTHM = "rhythm"
    MEASURES = "measures"  # of the body: stated only
    CONTACT = "contact"  # how and when to be reached: stated only
    ADDRESS = "address"  # for deliveries: stated only
    BIRTHDAY = "birthday"  # stated only


class Fact(NamedTuple):
    """One thing inferred. `acts`: what speaks for it, the newest first; `builds`: how many of the last ones do."""

    kind: FactKind
    trait: str
    value: str
    family: str
    strength: float
    acts: tuple[Act, ...]
    builds: tuple[int, int] = (0, 0)
    band: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        return f"{self.trait}-{self.value}"

    @property
    def clicks(self) -> int:
        return sum(act.kind in CLICKS for act in self.acts)


def infer(
    acts: Iterable[Act], *, at: datetime, unused: frozenset[str] = frozenset(), time_zone: str = "UTC"
) -> tuple[Fact, ...]:
    """What these acts say at a moment, the strongest first; nothing of the kinds that are switched off."""
    all_of_them = sorted(acts, key=lambda act: (act.at, act.number))
    weighed = _Weighed(counting(all_of_them), at)
    kinds = [kind for kind in FactKind if kind not in unused]
    found = [
        *weighed.likings(kinds),
        *(weighed.families() if FactKind.FAMILIES in kinds else ()),
        *(weighed.prices() if FactKind.PRICES in kinds else ()),
        *(rhythm(all_of_them, ZoneInfo(time_zone)) if FactKind.RHYTHM in kinds else ()),
    ]
    known = _merged(found)
    return tuple(sorted(known, key=lambda fact: (kinds.index(fact.kind), -fact.strength, fact.name)))


def speaks_for(act: Act, fact: Fact, time_zone: str = "UTC") -> bool:
    """Whether an act says what a fact says, whether or not it counts at the moment: what forgetting it takes away."""
    match fact.kind:
        case FactKind.LIKINGS | FactKind.COLOURS:
            return (fact.trait, fact.value) in act.says
        case FactKind.FAMILIES:
            return act.family == fact.value
        case FactKind.PRICES:
            return act.is_built and act.family == fact.value
        case FactKind.RHYTHM:
            local = act.at.astimezone(ZoneInfo(time_zone))
            return fact.value in (_part_of_day(local.hour), "weekend" if local.weekday() >= 5 else "weekdays")
    return False


def lasts_until(fact: Fact, at: datetime) -> datetime:
    """When a fact about options that is true now ends by itself, nothing more being done.

    All weights halve together, so shares stay as they are, and no other fact comes by waiting.
    """
    weights: dict[str, float] = defaultdict(float)
    for family, weight in ((act.family, _weight(act, at)) for act in fact.acts):
        weights[family] += weight
    return at + figures.HALF_LIFE * log2(max(weights.values()) / figures.LEAST_WEIGHT)


def counting(acts: Sequence[Act]) -> list[Act]:
    """The acts that count, oldest first: clicks that were taken back do not, of those in one place on one day only the
    last does, and each build counts once, as it was last."""
    taken_back, last = set(_taken_back(acts)), {}
    for act in acts:
        if act.number not in taken_back:
            last[_slot(act)] = act
    return sorted(last.values(), key=lambda act: (act.at, act.number))


def _slot(act: Act) -> tuple[object, ...]:
    if act.is_built and act.ref:
        return "built", act.family, act.ref, act.kind is Kind.ORDER and act.number
    if act.kind in CLICKS and act.place:
        return "clicked", act.family, act.place, act.at.date()
    return "other", act.number


def _taken_back(acts: Sequence[Act]) -> Iterator[int]:
    """A step back takes the last click of its family back, a reset the last one on its option."""
    steps: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        mine = steps[act.family]
        if act.kind is Kind.UNDO:
            if mine:
                yield mine.pop().number
            continue
        if act.kind is Kind.RESET:
            last = next((step for step in reversed(mine) if step.option == act.option), None)
            if last is not None:
                yield last.number
        if act.kind in STEPS:
            mine.append(act)


class _Weighed:
    """Acts with their weights at one moment."""

    def __init__(self, acts: Sequence[Act], at: datetime) -> None:
        self.acts = [act for act in acts if act.kind in figures.WEIGHTS]
        self.weights = {act.number: _weight(act, at) for act in self.acts}

    def likings(self, kinds: Collection[FactKind]) -> Iterator[Fact]:
        """Traits of options, and colours, as far as these kinds are asked for."""
        of_trait: dict[tuple[str, str], float] = defaultdict(float)
        speaking: dict[tuple[str, Said], list[Act]] = defaultdict(list)
        for act in self.acts:
            says = [each for each in act.says if _liking(each[0]) in kinds]
            for trait in {trait for trait, _ in says}:
                of_trait[act.family, trait] += self.weights[act.number]
            for said in says:
                speaking[act.family, said].append(act)
        for (family, (trait, value)), acts in speaking.items():
            share = self._share(acts, of_trait[family, trait])
            if share is not None:
                told = self._builds(family, trait, (trait, value))
                yield Fact(_liking(trait), trait, value, family, share, tuple(reversed(acts)), told)

    def families(self) -> Iterator[Fact]:
        of_family: dict[str, list[Act]] = defaultdict(list)
        for act in self.acts:
            if act.family:
                of_family[act.family].append(act)
        whole = sum(self.weights[act.number] for acts in of_family.values() for act in acts)
        for family, acts in of_family.items():
            share = self._share(acts, whole)
            if share is not None:
                yield Fact(FactKind.FAMILIES, FAMILY, family, family, share, tuple(reversed(acts)))

    def prices(self) -> Iterator[Fact]:
        priced: dict[str, list[Act]] = defaultdict(list)
        for act in self.acts:
            if act.is_built and act.total is not None:
                priced[act.family].append(act)
        for family, acts in priced.items():
            if len(acts) >= figures.LEAST_BUILDS:
                low, high = (self._quantile(acts, share) for share in figures.BAND)
                newest = tuple(reversed(acts))
                yield Fact(FactKind.PRICES, PRICE, family, family, 1.0, newest, band=(low, high))

    def _share(self, acts: Sequence[Act], whole: float) -> float | None:
        """How much of all that speaks of something speaks for this; None where it is too little to be a fact."""
        weight = sum(self.weights[act.number] for act in acts)
        if len(acts) < figures.LEAST_EVIDENCE or weight < figures.LEAST_WEIGHT:
            return None
        share = min(1.0, weight / whole)
        return share if share >= figures.LEAST_SHARE else None

    def _builds(self, family: str, trait: str, said: Said) -> tuple[int, int]:
        """How many of the last builds that have the trait say this."""
        built = [
            act
            for act in self.acts
            if act.is_built and act.family == family and any(each == trait for each, _ in act.says)
        ][-figures.BUILDS_TOLD :]
        return sum(said in act.says for act in built), len(built)

    def _quantile(self, acts: Sequence[Act], share: float) -> int:
        cheapest = sorted(acts, key=lambda act: (act.total or 0, act.number))
        aim, reached = share * sum(self.weights[act.number] for act in acts), 0.0
        for act in cheapest:
            reached += self.weights[act.number]
            if reached >= aim:
                return act.total or 0
        return cheapest[-1].total or 0


def _liking(trait: str) -> FactKind:
    return FactKind.COLOURS if trait == COLOUR else FactKind.LIKINGS


def rhythm(acts: Sequence[Act], zone: ZoneInfo) -> Iterator[Fact]:
    """The part of the day, and of the week, in which somebody mostly comes; each day counts once."""
    came: dict[tuple[object, str], Act] = {}
    for act in acts:
        local = act.at.astimezone(zone)
        came.setdefault((local.date(), _part_of_day(local.hour)), act)
    days = {day for day, _ in came}
    if len(days) < figures.LEAST_DAYS:
        return
    for part in figures.DAY_PARTS:
        yield from _mostly(part, [act for (_, when), act in came.items() if when == part], len(came))
    first = {day: act for (day, _), act in reversed(came.items())}
    weekend = [act for act in first.values() if act.at.astimezone(zone).weekday() >= 5]
    yield from _mostly("weekend", weekend, len(first))
    yield from _mostly("weekdays", [act for act in first.values() if act not in weekend], len(first))


def _mostly(value: str, acts: Sequence[Act], of: int) -> Iterator[Fact]:
    if len(acts) >= figures.LEAST_EVIDENCE and len(acts) >= figures.LEAST_SHARE * of:
        newest = tuple(sorted(acts, key=lambda act: act.number, reverse=True))
        yield Fact(FactKind.RHYTHM, RHYTHM, value, "", len(acts) / of, newest)


def _weight(act: Act, at: datetime) -> float:
    age = max(0.0, (at - act.at).total_seconds())
    return figures.WEIGHTS[act.kind] * 0.5 ** (age / figures.HALF_LIFE.total_seconds())


def _part_of_day(hour: int) -> str:
    for part, (since, until) in figures.DAY_PARTS.items():
        if since <= hour < until or (since > until and (hour >= since or hour < until)):
            return part
    raise AssertionError(hour)


def _merged(facts: Iterable[Fact]) -> list[Fact]:
    """Facts of the same name in several families are one: the stronger, with the evidence of all."""
    found: dict[str, Fact] = {}
    for fact in facts:
        held = found.get(fact.name)
        if held is not None:
            strong, weak = sorted((held, fact), key=lambda each: (-each.strength, each.family))
            acts = sorted((*strong.acts, *weak.acts), key=lambda act: (act.at, act.number), reverse=True)
            fact = strong._replace(acts=tuple(acts))
        found[fact.name] = fact
    return list(found.values())
