"""What every rule language here has in common: and, or, not, if and parentheses, and what is said of a wrong text."""

from collections.abc import Callable
from typing import Any

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedInput, VisitError

from catalog.rule_fault import RuleFault, Trouble, fault_of

# Levels of a parse tree: beyond them nobody can follow a rule, and neither can recursion.
DEEPEST = 120

TERMINALS = r"""
IF.4: /if(?![\w-])/
THEN.4: /then(?![\w-])/
OR.4: /or(?![\w-])/
AND.4: /and(?![\w-])/
NOT.4: /not(?![\w-])/
INTEGER.3: /\d+(?![\w.-])/
NUMBER.2: /\d+(\.\d+)?(?![\w-])/
STAR: "*"
OPERATOR: "<=" | ">=" | "=" | "<" | ">"
CODE: /[a-z0-9][a-z0-9_-]*/
%ignore /\s+/
"""

KEYWORDS = frozenset(["if", "then", "or", "and", "not"])


def layer(prefix: str, *, inside: str, atoms: str) -> str:
    """The rules of the boolean layer: `<prefix>condition`, made of `atoms`; `inside`: what parentheses may hold."""
    return rf"""
?{prefix}condition: {prefix}disjunction
    | IF {prefix}disjunction THEN {prefix}disjunction            -> if_then
?{prefix}disjunction: {prefix}conjunction | {prefix}conjunction (OR {prefix}conjunction)+  -> some
?{prefix}conjunction: {prefix}negation | {prefix}negation (AND {prefix}negation)+          -> all
?{prefix}negation: {prefix}atom | NOT {prefix}negation           -> negate
?{prefix}atom: "(" {inside} ")"                                  -> inner
    | {atoms}
"""


class Connectives:
    """What the connectives of a language make of their parts: conditions in its own terms."""

    def one(self, part: Any) -> Any:
        """A part as a single condition."""
        return part

    def negation(self, part: Any) -> Any:
        raise NotImplementedError

    def conjunction(self, parts: tuple[Any, ...]) -> Any:
        raise NotImplementedError

    def disjunction(self, parts: tuple[Any, ...]) -> Any:
        raise NotImplementedError


@v_args(inline=True)
class BooleanReader(Connectives, Transformer):
    """Turns the parse tree of the boolean layer into conditions; a language adds its atoms."""

    def negate(self, _not: Token, inner: Any) -> Any:
        return self.negation(self.one(inner))

    def all(self, *parts: Any) -> Any:
        return self.conjunction(tuple(self.one(part) for part in parts[::2]))

    def some(self, *parts: Any) -> Any:
        return self.disjunction(tuple(self.one(part) for part in parts[::2]))

    def if_then(self, _if: Token, left: Any, _then: Token, right: Any) -> Any:
        return self.disjunction((self.negation(self.one(left)), self.one(right)))

    def inner(self, inner: Any) -> Any:
        return self.one(inner)


def said(parser: Lark, start: str, text: str, meaning: Callable[[Tree], Any]) -> Any:
    """What a text says, its tree turned into conditions by `meaning`. Raises RuleFault."""
    try:
        tree = parser.parse(text, start)
        if _depth(tree) > DEEPEST:
            raise RuleFault("the rule is nested too deeply; split it into several", trouble=Trouble.DEEP)
        return meaning(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, RuleFault):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise fault_of(error, text) from None


def _depth(tree: Tree) -> int:
    """How many levels a parse tree has, counted without recursion."""
    depth, level = 0, [tree]
    while level:
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        depth += 1
    return depth
