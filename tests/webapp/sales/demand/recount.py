"""The same figures counted the plain way: all acts in memory, one loop for each question."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from statistics import median
from typing import Any

from webapp.customers.touchpoint import Touchpoint
from webapp.sales.demand.scope import Scope

STAGES = ["configure", "save", "cart", "checkout", "order"]
Way = list[Touchpoint]


def ways(acts: Sequence[Touchpoint]) -> list[Way]:
    """The acts of each visitor on each family, cut after an order and at a month's silence."""
    found: list[Way] = []
    known = sorted((act for act in acts if act.visitor), key=lambda act: (act.visitor, act.family, act.id))
    for _, theirs in groupby(known, key=lambda act: (act.visitor, act.family)):
        way: Way = []
        for act in theirs:
            ordered = [each.at for each in way if each.kind == "order"]
            latest = max((each.at for each in way), default=act.at)
            if (ordered and act.at != ordered[0]) or act.at - latest >= timedelta(days=30):
                found.append(way)
                way = []
            way.append(act)
        found.append(way)
    return found


def within(scope: Scope, acts: Sequence[Touchpoint]) -> list[Way]:
    return [
        way for way in ways(acts) if way[0].family == scope.family and scope.begins <= way[0].at < scope.ends
    ]


def stages(way: Way) -> set[int]:
    return {0} | {STAGES.index(act.kind) for act in way if act.kind in STAGES}


def stops(scope: Scope, acts: Sequence[Touchpoint]) -> list[tuple[int, int, int]]:
    reached = [stages(way) for way in within(scope, acts)]
    return [
        (stage, sum(stage in each for each in reached), sum(max(each) == stage for each in reached))
        for stage in range(5)
    ]


def to_save(scope: Scope, acts: Sequence[Touchpoint]) -> tuple[int, float | None, float | None]:
    clicks, seconds = [], []
    for way in within(scope, acts):
        kinds = [act.kind for act in way]
        if "save" in kinds:
            place = kinds.index("save")
            clicks.append(sum(kind not in STAGES for kind in kinds[:place]))
            seconds.append((way[place].at - way[0].at).total_seconds())
    if not clicks:
        return 0, None, None
    return len(clicks), median(clicks), median(seconds)


def last_groups(scope: Scope, acts: Sequence[Touchpoint]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for way in within(scope, acts):
        groups = [act.option_group for act in way if act.kind not in STAGES and act.option_group]
        if stages(way) == {0} and groups:
            found[groups[-1]] += 1
    return dict(found)


def clicks(scope: Scope, acts: Sequence[Touchpoint]) -> list[dict[str, Any]]:
    """Each refused click with what came next in its way."""
    found = []
    for number, way in enumerate(ways(acts)):
        for place, act in enumerate(way):
            if act.kind != "blocked" or act.family != scope.family or not scope.begins <= act.at < scope.ends:
                continue
            after = way[place + 1] if place + 1 < len(way) else None
            detail = act.detail or {}
            found.append(
                {
                    "id": act.id,
                    "way": number,
                    "name": f"{act.option_group}.{act.option}",
                    "rules": [rule for rule in detail["rules"] if "limit" not in rule] or detail["rules"],
                    "total": detail["total"],
                    "extra": detail["repairs"][0]["extra"] if detail["repairs"] else None,
                    "paid": _paid(detail, after),
                    "outcome": _outcome(act, after),
                    "ordered": any(each.kind == "order" for each in way),
                }
            )
    return found


def _outcome(act: Touchpoint, after: Touchpoint | None) -> str:
    if after is None:
        return "stopped"
    same = (act.option_group, act.option) == (after.option_group, after.option)
    if same and after.kind in ("repair", "blocked"):
        return "repair" if after.kind == "repair" else "again"
    return "back" if after.kind == "undo" else "kept_on"


def _paid(detail: dict[str, Any], after: Touchpoint | None) -> int | None:
    if after is None or after.kind != "repair":
        return None
    taken = [
        each["extra"] for each in detail["repairs"] if each["after"] == (after.detail or {}).get("after")
    ]
    return taken[-1] if taken else None


def wishes(scope: Scope, acts: Sequence[Touchpoint]) -> list[dict[str, Any]]:
    last = {
        (click["way"], click["name"]): click for click in sorted(clicks(scope, acts), key=lambda c: c["id"])
    }
    return list(last.values())


def refused(found: list[dict[str, Any]], all_clicks: int) -> tuple[int, ...]:
    outcomes = [wish["outcome"] for wish in found]
    dearest: dict[int, int] = {}
    for wish in found:
        if wish["outcome"] != "repair" and not wish["ordered"]:
            dearest[wish["way"]] = max(dearest.get(wish["way"], 0), wish["total"])
    counts = [outcomes.count(name) for name in ("repair", "back", "kept_on", "stopped")]
    return all_clicks, len(found), *counts, sum(dearest.values())


def band(wish: dict[str, Any]) -> int:
    shares = (0, 2, 5, 10, 20)
    return next(
        (place for place, share in enumerate(shares) if wish["extra"] * 100 <= wish["total"] * share), 5
    )
