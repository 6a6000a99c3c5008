"""Small examples of what rules forbid, and of when price rules apply: choices that show it, and none too many."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from catalog.expression import Comparison, Expression, Not, OptionKey, keys_in
from catalog.formula import Formula
from catalog.model import NONE, Family
from catalog.rulebook import Rulebook


class Token(NamedTuple):
    """A choice with what it means; `group.none` says that nothing but the other picks is taken of the group."""

    key: OptionKey
    literals: tuple[int, ...]


class Examples:
    """Examples for the rules of a family without faults. Not for several threads at once."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.rulebook = Rulebook(Formula(family), holds_limits=True)

    def forbidden(self, code: str) -> tuple[OptionKey, ...] | None:
        """Choices that fit together but for this rule, none of which could be left out; None where there are none.

        Raises Unanswered.
        """
        others = [name for name in self.rulebook.codes if name != code]
        found: list[tuple[OptionKey, ...]] = []
        for way in self.rulebook.breach(code):
            if (model := self.rulebook.model(others, [way])) is not None:
                # No helper of the broken rule may count beside the rule itself.
                found.append(self._shrunk(self._tokens(model, touched(self.family, code))))
            self.rulebook.release(way)
        return min(found, key=len, default=None)

    def applying(self, code: str) -> tuple[OptionKey, ...] | None:
        """Choices that make a price rule or bundle apply, none of which could be left out; None where nothing does.

        Raises Unanswered.
        """
        condition = self.family.conditions[code]
        way = self.rulebook.demand(condition)
        against = self.rulebook.demand(Not(condition))
        model = self.rulebook.model(self.rulebook.codes, [way])
        found = None
        if model is not None:
            found = self._shrunk(self._tokens(model, touched(self.family, code)), against)
        self.rulebook.release(way)
        self.rulebook.release(against)
        return found

    def _tokens(self, model: Collection[int], keys: Mapping[OptionKey, int]) -> list[Token]:
        """What a model picks of the groups that a rule speaks of, the least telling first."""
        tokens: list[tuple[int, Token]] = []
        for group in self.family.groups:
            if not any(key in keys for key in group.keys):
                continue
            literals = {key: self.rulebook.formula.variable[key] for key in group.keys}
            picked = [key for key, literal in literals.items() if literal in model]
            tokens += [(keys.get(key, 0), Token(key, (literals[key],))) for key in picked]
            if not (group.is_choose_one and picked):
                rest = tuple(-literal for key, literal in literals.items() if key not in picked)
                tokens.append((0, Token(OptionKey(group.code, NONE), rest)))
        return [token for _, token in sorted(tokens, key=lambda each: each[0])]

    def _shrunk(self, tokens: list[Token], *demanded: int) -> tuple[OptionKey, ...]:
        """Those of the tokens that are needed to contradict all rules and what is demanded, in the document's order."""
        needed = list(tokens)
        for token in tokens:
            fewer = [each for each in needed if each is not token]
            if not self.rulebook.fits(self.rulebook.codes, [*demanded, *_literals(fewer)]):
                needed = fewer
        # "Nothing else of a group" says what it says only beside that group's own picks.
        closed = {token.key.group for token in needed if token.key.option == NONE}
        needed += [each for each in tokens if each.key.group in closed and each not in needed]
        place = {key: number for number, key in enumerate(self._every())}
        return tuple(sorted((token.key for token in needed), key=place.__getitem__))

    def _every(self) -> Iterator[OptionKey]:
        for group in self.family.groups:
            yield from group.keys
            yield OptionKey(group.code, NONE)


def touched(family: Family, code: str) -> dict[OptionKey, int]:
    """The options that a rule, resource, price rule or bundle speaks of, each with how much it weighs there."""
    if code in family.comparisons:
        return touched_by_sums(family, family.comparisons[code])
    expression = family.expressions[code] if code in family.expressions else family.conditions[code]
    found = touched_by(expression)
    for rule in family.price_rules:
        if rule.code == code:
            found |= dict.fromkeys(family.keys_named(rule.of), 0)
    return found


def touched_by(expression: Expression) -> dict[OptionKey, int]:
    """The options of an expression."""
    return dict.fromkeys(keys_in(expression), 1)


def touched_by_sums(family: Family, comparison: Comparison) -> dict[OptionKey, int]:
    """The options of a comparison's condition, and those whose amounts it adds up."""
    found = touched_by(comparison.when)
    for term in (*comparison.left.sums, *comparison.right.sums):
        for key, amount in family.weights.get(term.attribute, {}).items():
            if term.group in (None, key.group):
                found[key] = max(found.get(key, 0), abs(int(amount * term.factor)))
    return found


def _literals(tokens: list[Token]) -> list[int]:
    return [literal for token in tokens for literal in token.literals]
