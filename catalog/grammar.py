"""Reads the rule language with lark, and says where a text is wrong and what was expected there."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from lark import Lark, Token, v_args

from catalog import boolean_layer
from catalog.boolean_layer import BooleanReader
from catalog.expression import (
    TRUE,
    All,
    Comparison,
    Count,
    Expression,
    Linear,
    Not,
    OptionKey,
    Pick,
    Some,
    Sum,
    implies,
)
from catalog.rule_fault import RuleFault, Trouble
from catalog.spelling import did_you_mean, nearest

OPTIONS = r"""
?implication: condition
    | disjunction REQUIRES disjunction                   -> requires
    | disjunction EXCLUDES disjunction                   -> excludes
list: "(" option ("," option)* ")"
option: CODE "." (CODE | STAR)

REQUIRES.4: /requires(?![\w-])/
EXCLUDES.4: /excludes(?![\w-])/
AT.4: /at(?![\w-])/
MOST.4: /most(?![\w-])/
LEAST.4: /least(?![\w-])/
EXACTLY.4: /exactly(?![\w-])/
OF.4: /of(?![\w-])/
""" + boolean_layer.layer(
    "",
    inside="implication",
    atoms="""option
    | AT MOST INTEGER OF list                            -> at_most
    | AT LEAST INTEGER OF list                           -> at_least
    | EXACTLY INTEGER OF list                            -> exactly""",
)

GRAMMAR = (
    r"""
rule: implication
resource: linear OPERATOR linear [WHEN implication]
linear: [SIGN] term (SIGN term)*
term: NUMBER "*" amount | amount "*" NUMBER | amount | NUMBER
?amount: SUM "(" CODE ")"                                -> sum_of_all
    | SUM "(" CODE "." CODE ")"                          -> sum_of_group
    | CODE "." CODE                                      -> attribute_of_group

WHEN.4: /when(?![\w-])/
SUM.4: /sum(?![\w-])/
SIGN: "+" | "-"
"""
    + OPTIONS
    + boolean_layer.TERMINALS
)

KEYWORDS = boolean_layer.KEYWORDS | frozenset(
    ["requires", "excludes", "at", "most", "least", "exactly", "of", "when", "sum"]
)


class Vocabulary:
    """The codes that rules of one family may speak of: options by group, and attribute names."""

    def __init__(self, options: Mapping[str, Sequence[str]], attributes: Iterable[str]) -> None:
        self.options = {group: tuple(codes) for group, codes in options.items()}
        self.attributes = frozenset(attributes)
        # A text is read when a document is checked, when it is compiled, and at every picture drawn.
        self._known: dict[tuple[str, str], Any] = {}

    def expression(self, text: str) -> Expression:
        """The boolean expression that a rule text says. Raises RuleFault."""
        expression: Expression = self._said("rule", text)
        return expression

    def comparison(self, text: str) -> Comparison:
        """The comparison that a resource text says. Raises RuleFault."""
        comparison: Comparison = self._said("resource", text)
        return comparison

    def _said(self, start: str, text: str) -> Any:
        if (start, text) not in self._known:
            self._known[start, text] = self._read(start, text)
        return self._known[start, text]

    def _read(self, start: str, text: str) -> Any:
        return boolean_layer.said(_parser(), start, text, OptionReader(self).transform)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", start=["rule", "resource"])


# What a part of the parse tree has become: an expression, or the several that `group.*` stands for.
Parts = Expression | tuple[Expression, ...]


@v_args(inline=True)
class OptionReader(BooleanReader):
    """Turns the parse tree into expressions, checking each code against the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def _group(self, code: Token) -> tuple[str, ...]:
        options = self.vocabulary.options.get(str(code))
        if options is None:
            hint = did_you_mean(str(code), self.vocabulary.options)
            raise RuleFault(
                f'there is no option group "{code}"{hint}',
                code.line or 1,
                code.column or 1,
                trouble=Trouble.NO_GROUP,
                found=str(code),
                near=nearest(str(code), self.vocabulary.options),
            )
        return options

    def option(self, group: Token, code: Token) -> tuple[Expression, ...]:
        options = self._group(group)
        if code == "*":
            return tuple(Pick(OptionKey(str(group), option)) for option in options)
        if code == "none":
            return (Not(Some(tuple(Pick(OptionKey(str(group), option)) for option in options))),)
        if str(code) not in options:
            hint = did_you_mean(str(code), options)
            raise RuleFault(
                f'group "{group}" has no option "{code}"{hint}',
                code.line or 1,
                code.column or 1,
                trouble=Trouble.NO_OPTION,
                found=str(code),
                group=str(group),
                near=nearest(str(code), options),
            )
        return (Pick(OptionKey(str(group), str(code))),)

    def list(self, *options: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(part for option in options for part in option)

    def at_most(
        self, _at: Token, _most: Token, number: Token, _of: Token, parts: tuple[Expression, ...]
    ) -> Expression:
        return Count(0, int(number), parts)

    def at_least(
        self, _at: Token, _least: Token, number: Token, _of: Token, parts: tuple[Expression, ...]
    ) -> Expression:
        return Count(int(number), None, parts)

    def exactly(
        self, _exactly: Token, number: Token, _of: Token, parts: tuple[Expression, ...]
    ) -> Expression:
        return Count(int(number), int(number), parts)

    def one(self, part: Parts) -> Expression:
        """A bare `group.*` outside a list means any of them."""
        if isinstance(part, tuple):
            return part[0] if len(part) == 1 else Some(part)
        return part

    def negation(self, part: Expression) -> Expression:
        return Not(part)

    def conjunction(self, parts: tuple[Expression, ...]) -> Expression:
        return All(parts)

    def disjunction(self, parts: tuple[Expression, ...]) -> Expression:
        return Some(parts)

    def requires(self, left: Parts, _requires: Token, right: Parts) -> Expression:
        return implies(self.one(left), self.one(right))

    def excludes(self, left: Parts, _excludes: Token, right: Parts) -> Expression:
        return Not(All((self.one(left), self.one(right))))

    def rule(self, inner: Parts) -> Expression:
        return self.one(inner)

    def resource(
        self,
        left: Linear,
        operator: Token,
        right: Linear,
        _when: Token | None = None,
        when: Parts | None = None,
    ) -> Comparison:
        return Comparison(left, str(operator), right, TRUE if when is None else self.one(when))

    def linear(self, *parts: Any) -> Linear:
        sums: list[Sum] = []
        constant, sign = Fraction(0), 1
        for part in parts:
            if part is None:
                continue
            if isinstance(part, Token):
                sign = -1 if part == "-" else 1
            elif isinstance(part, Fraction):
                constant += sign * part
            else:
                sums.append(Sum(sign * part.factor, part.group, part.attribute))
        return Linear(tuple(sums), constant)

    def term(self, *parts: Any) -> Sum | Fraction:
        number = Fraction(1)
        amount: Sum | None = None
        for part in parts:
            if isinstance(part, Sum):
                amount = part
            else:
                number *= Fraction(str(part))
        return Sum(number, amount.group, amount.attribute) if amount else number

    def sum_of_all(self, _sum: Token, attribute: Token) -> Sum:
        return Sum(Fraction(1), None, self._attribute(attribute))

    def sum_of_group(self, _sum: Token, group: Token, attribute: Token) -> Sum:
        return self.attribute_of_group(group, attribute)

    def attribute_of_group(self, group: Token, attribute: Token) -> Sum:
        self._group(group)
        return Sum(Fraction(1), str(group), self._attribute(attribute))

    def _attribute(self, name: Token) -> str:
        if str(name) not in self.vocabulary.attributes:
            hint = did_you_mean(str(name), self.vocabulary.attributes)
            raise RuleFault(
                f'there is no attribute "{name}"{hint}',
                name.line or 1,
                name.column or 1,
                trouble=Trouble.NO_ATTRIBUTE,
                found=str(name),
                near=nearest(str(name), self.vocabulary.attributes),
            )
        return str(name)
