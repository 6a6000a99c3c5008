"""Reads the rule language with lark, and says where a text is wrong and what was expected there."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedInput, VisitError

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
from catalog.rule_fault import RuleFault, Trouble, fault_of
from catalog.spelling import did_you_mean, nearest

GRAMMAR = r"""
rule: implication
?implication: disjunction
    | disjunction REQUIRES disjunction                   -> requires
    | disjunction EXCLUDES disjunction                   -> excludes
    | IF disjunction THEN disjunction                    -> if_then
?disjunction: conjunction | conjunction (OR conjunction)+       -> some
?conjunction: negation | negation (AND negation)+               -> all
?negation: atom | NOT negation                                  -> negate
?atom: option
    | "(" implication ")"                                -> inner
    | AT MOST INTEGER OF list                            -> at_most
    | AT LEAST INTEGER OF list                           -> at_least
    | EXACTLY INTEGER OF list                            -> exactly
list: "(" option ("," option)* ")"
option: CODE "." (CODE | STAR)

resource: linear OPERATOR linear [WHEN implication]
linear: [SIGN] term (SIGN term)*
term: NUMBER "*" amount | amount "*" NUMBER | amount | NUMBER
?amount: SUM "(" CODE ")"                                -> sum_of_all
    | SUM "(" CODE "." CODE ")"                          -> sum_of_group
    | CODE "." CODE                                      -> attribute_of_group

REQUIRES.4: /requires(?![\w-])/
EXCLUDES.4: /excludes(?![\w-])/
IF.4: /if(?![\w-])/
THEN.4: /then(?![\w-])/
OR.4: /or(?![\w-])/
AND.4: /and(?![\w-])/
NOT.4: /not(?![\w-])/
AT.4: /at(?![\w-])/
MOST.4: /most(?![\w-])/
LEAST.4: /least(?![\w-])/
EXACTLY.4: /exactly(?![\w-])/
OF.4: /of(?![\w-])/
WHEN.4: /when(?![\w-])/
SUM.4: /sum(?![\w-])/
STAR: "*"
OPERATOR: "<=" | ">=" | "=" | "<" | ">"
SIGN: "+" | "-"
INTEGER.3: /\d+(?![\w.-])/
NUMBER.2: /\d+(\.\d+)?(?![\w-])/
CODE: /[a-z0-9][a-z0-9_-]*/
%ignore /\s+/
"""

KEYWORDS = frozenset(
    ["requires", "excludes", "if", "then", "or", "and", "not", "at", "most", "least", "exactly", "of", "when", "sum"]
)  # fmt: skip

# Levels of a parse tree: beyond them nobody can follow a rule, and neither can recursion.
DEEPEST = 120


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
        try:
            tree = _parser().parse(text, start)
            if _depth(tree) > DEEPEST:
                raise RuleFault("the rule is nested too deeply; split it into several", trouble=Trouble.DEEP)
            return _Reader(self).transform(tree)
        except VisitError as error:
            if isinstance(error.orig_exc, RuleFault):
                raise error.orig_exc from None
            raise
        except UnexpectedInput as error:
            raise fault_of(error, text) from None


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", start=["rule", "resource"])


def _depth(tree: Tree) -> int:
    """How many levels a parse tree has, counted without recursion."""
    depth, level = 0, [tree]
    while level:
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        depth += 1
    return depth


# What a part of the parse tree has become: an expression, or the several that `group.*` stands for.
Parts = Expression | tuple[Expression, ...]


@v_args(inline=True)
class _Reader(Transformer):
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

    def negate(self, _not: Token, inner: Parts) -> Expression:
        return Not(_one(inner))

    def all(self, *parts: Any) -> Expression:
        return All(tuple(_one(part) for part in parts[::2]))

    def some(self, *parts: Any) -> Expression:
        return Some(tuple(_one(part) for part in parts[::2]))

    def requires(self, left: Parts, _requires: Token, right: Parts) -> Expression:
        return implies(_one(left), _one(right))

    def if_then(self, _if: Token, left: Parts, _then: Token, right: Parts) -> Expression:
        return implies(_one(left), _one(right))

    def excludes(self, left: Parts, _excludes: Token, right: Parts) -> Expression:
        return Not(All((_one(left), _one(right))))

    def rule(self, inner: Parts) -> Expression:
        return _one(inner)

    def inner(self, inner: Parts) -> Expression:
        return _one(inner)

    def resource(
        self,
        left: Linear,
        operator: Token,
        right: Linear,
        _when: Token | None = None,
        when: Parts | None = None,
    ) -> Comparison:
        return Comparison(left, str(operator), right, TRUE if when is None else _one(when))

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


def _one(parts: Parts) -> Expression:
    """A bare `group.*` outside a list means any of them."""
    if isinstance(parts, tuple):
        return parts[0] if len(parts) == 1 else Some(parts)
    return parts
