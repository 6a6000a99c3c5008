"""Families made up by number: rules in clusters, sums and ten price rules, the same for the same seed everywhere."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from catalog.expression import OptionKey
from catalog.model import Family, Option, OptionGroup, PriceRule, Resource, Rule, Step, Texts

RULES = {120: 60, 300: 200, 500: 300, 1_000: 400}
CLUSTER = 8
BRIDGES = 0.1  # rules that tie a cluster to the next one
PRICE_RULES = 10
HEAVY, HUNGRY = 10, 8  # groups that a sum counts
WITNESSES = 3  # configurations that every rule must leave possible

ROOMY, TIGHT = 0.67, 0.5  # how far a limit lies between the least and the most that its sum may come to

Configuration = frozenset[OptionKey]


def family(options: int, seed: int, tightness: float = ROOMY) -> Family:
    """A family of so many options. Roomy sums stand in the way of some options, tight ones of nearly any build."""
    return _Maker(options, Random(f"{options} {seed}"), tightness).family(f"made-{options}-{seed}")


class _Maker:
    def __init__(self, options: int, random: Random, tightness: float) -> None:
        self.random = random
        self.tightness = tightness
        self.rules = RULES[options]
        self.sizes = self._sizes(options)
        self.codes = [f"g{number}" for number in range(len(self.sizes))]
        self.keys = [
            [OptionKey(code, f"o{number}") for number in range(size)]
            for code, size in zip(self.codes, self.sizes, strict=True)
        ]
        self.limits = [(1, 1), *(self._limits(size) for size in self.sizes[1:])]
        self.witnesses = [self._configuration() for _ in range(WITNESSES)]
        clusters = [
            list(range(at, min(at + CLUSTER, len(self.codes)))) for at in range(0, len(self.codes), CLUSTER)
        ]
        self.clusters = [cluster for cluster in clusters if len(cluster) > 2]

    def family(self, code: str) -> Family:
        rules = tuple(
            Rule(code=f"rule-{number}", rule=said, reason=_text(f"Because of {said}"))
            for number, said in enumerate(self._rules())
        )
        weights, weight_limit = self._weights()
        draws, supplies = self._power()
        groups = []
        for place, group in enumerate(self.codes):
            low, high = self.limits[place]
            groups.append(
                OptionGroup(
                    code=group, title=_text(group), step="all", min=low, max=high,
                    options=tuple(self._option(key, weights, draws, supplies) for key in self.keys[place]),
                )
            )  # fmt: skip
        return Family(
            code=code,
            title=_text(code),
            currency="EUR",
            tax_percent=Decimal(19),
            steps=(Step(code="all", title=_text("All")),),
            groups=tuple(groups),
            rules=rules,
            resources=(
                self._resource("weight", f"sum(weight_g) <= {weight_limit}"),
                self._resource("power", f"sum(power_w) <= {self.codes[0]}.supply_w"),
            ),
            price_rules=tuple(self._price_rules()),
        )

    def _sizes(self, options: int) -> list[int]:
        sizes: list[int] = [4]
        while (left := options - sum(sizes)) > 0:
            size = self.random.randint(3, 8)
            sizes.append(left if left < 6 else min(size, left - 3))
        return sizes

    def _limits(self, size: int) -> tuple[int, int]:
        """Mostly one of each; some may be left out, some take several."""
        chance = self.random.random()
        if chance < 0.1 and size < 6:
            return 0, 3
        return (0, 1) if chance < 0.3 else (1, 1)

    def _configuration(self) -> Configuration:
        picked: set[OptionKey] = set()
        for keys, (low, high) in zip(self.keys, self.limits, strict=True):
            picked.update(self.random.sample(keys, self.random.randint(low, min(high, len(keys)))))
        return frozenset(picked)

    def _rules(self) -> Iterator[str]:
        made = 0
        while made < self.rules:
            said, holds = self._rule()
            if all(holds(witness) for witness in self.witnesses):
                made += 1
                yield said

    def _rule(self):
        random = self.random
        at = random.randrange(len(self.clusters))
        groups = list(self.clusters[at])
        if random.random() < BRIDGES and at + 1 < len(self.clusters):
            groups = [random.choice(groups), *random.sample(self.clusters[at + 1], 2)]
        first, second, third = (self.keys[group] for group in random.sample(groups, 3))
        a, b = random.choice(first), random.choice(second)
        some = random.sample(third, 2)
        kind = random.random()
        if kind < 0.4:
            return f"{a} excludes {b}", lambda picked: not {a, b} <= picked
        if kind < 0.75:
            others = random.sample(second, 2)
            return (
                f"{a} requires {others[0]} or {others[1]}",
                lambda picked: a not in picked or bool(picked & set(others)),
            )
        if kind < 0.9:
            return (
                f"if {a} and {b} then {some[0]} or {some[1]}",
                lambda picked: not {a, b} <= picked or bool(picked & set(some)),
            )
        three = {a, b, some[0]}
        return f"at most 1 of ({a}, {b}, {some[0]})", lambda picked: len(three & picked) <= 1

    def _weights(self) -> tuple[dict[OptionKey, int], int]:
        """Grams of the options of some groups, and a limit between the least and the most they come to."""
        heavy = self._spread(HEAVY)
        weights = {key: self.random.randint(5, 120) * 10 for place in heavy for key in self.keys[place]}
        least = sum(self._least(place, weights) for place in heavy)
        most = sum(self._most(place, weights) for place in heavy)
        loads = [sum(weights.get(key, 0) for key in witness) for witness in self.witnesses]
        return weights, max(least + round((most - least) * self.tightness), *loads)

    def _power(self) -> tuple[dict[OptionKey, int], dict[OptionKey, int]]:
        """Watts of the options of some groups, and what the supplies (the first group) have to offer."""
        hungry = self._spread(HUNGRY)
        draws = {key: self.random.randint(1, 60) * 5 for place in hungry for key in self.keys[place]}
        least = sum(self._least(place, draws) for place in hungry)
        most = sum(self._most(place, draws) for place in hungry)
        enough = least + round((most - least) * self.tightness)
        loads = [sum(draws.get(key, 0) for key in witness) for witness in self.witnesses]
        supplies = (enough, enough * 11 // 10, enough * 12 // 10, max(enough * 13 // 10, *loads))
        chosen = [next(key for key in self.keys[0] if key in witness) for witness in self.witnesses]
        # A witness keeps the rules that it was made for, whichever supply it has.
        return draws, {
            key: max(supply, *(load for own, load in zip(chosen, loads, strict=True) if own == key), 0)
            for key, supply in zip(self.keys[0], supplies, strict=True)
        }

    def _spread(self, count: int) -> list[int]:
        """Neighbouring groups, as sums are in life: they belong to a part of the product."""
        count = min(count, len(self.codes) - 1)
        start = self.random.randrange(1, len(self.codes) - count + 1)
        return list(range(start, start + count))

    def _least(self, place: int, weights: dict[OptionKey, int]) -> int:
        low, _ = self.limits[place]
        return sum(sorted(weights[key] for key in self.keys[place])[:low])

    def _most(self, place: int, weights: dict[OptionKey, int]) -> int:
        _, high = self.limits[place]
        return sum(sorted((weights[key] for key in self.keys[place]), reverse=True)[:high])

    def _price_rules(self) -> Iterator[PriceRule]:
        for number in range(PRICE_RULES):
            cluster = self.random.choice(self.clusters)
            first, second = self.random.sample(cluster, 2)
            a, b = self.random.choice(self.keys[first]), self.random.choice(self.keys[second])
            if number % 2:
                yield PriceRule(
                    code=f"price-{number}", title=_text("Together"), when=f"{a} and {b}",
                    amount=-100 * self.random.randint(1, 50),
                )  # fmt: skip
            else:
                yield PriceRule(
                    code=f"price-{number}", title=_text("Share"), when=str(a),
                    percent=Decimal(-self.random.randint(5, 20)), of=(f"{self.codes[second]}.*",),
                )  # fmt: skip

    def _option(self, key: OptionKey, weights, draws, supplies) -> Option:
        known = {"weight_g": weights.get(key), "power_w": draws.get(key), "supply_w": supplies.get(key)}
        days = self.random.choice((0, 0, 0, 3, 5, 10))
        attributes = {name: amount for name, amount in known.items() if amount} | (
            {"lead_days": days} if days else {}
        )
        price = self.random.randint(0, 400) * 50
        return Option(code=key.option, title=_text(str(key)), price=price, attributes=attributes)

    @staticmethod
    def _resource(code: str, said: str) -> Resource:
        return Resource(code=code, title=_text(code), rule=said, reason=_text(f"Because of {said}"))


def _text(words: str) -> Texts:
    return Texts({"en": words})
