"""Reads the rules of segments: the boolean layer of the catalogue's rules, with facts about customers as atoms."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from lark import Lark, Token, Tree, v_args

from catalog import boolean_layer
from catalog.boolean_layer import BooleanReader
from catalog.grammar import OPTIONS, OptionReader, Vocabulary
from catalog.rule_fault import RuleFault, Trouble
from catalog.spelling import did_you_mean, nearest
from webapp.relations.segments.condition import All, Atom, Condition, Not, Shape, Some, atoms_in

MOST_FACTS = 30  # of one rule: each is a table to look up for everybody

GRAMMAR = (
    r"""
segment: fact_condition
_parts: option | "(" implication ")"

IS.4: /is(?![\w-])/
AGO.4: /ago(?![\w-])/
WITH.4: /with(?![\w-])/
UNIT.4: /(day|week|month|year)s?(?![\w-])/
NAME: /[A-Za-z][\w-]*/
WORDS: /[^\s():][^():]*/
"""
    + OPTIONS
    + boolean_layer.layer(
        "fact_",
        inside="fact_condition",
        atoms="""CODE OPERATOR (INTEGER | NUMBER)                   -> compared
    | CODE OPERATOR INTEGER UNIT AGO                     -> since
    | CODE "." CODE                                      -> flagged
    | CODE IS NAME                                       -> named
    | CODE IS NOT NAME                                   -> not_named
    | CODE "(" WORDS [":" WORDS] ")"                     -> worded
    | CODE OF CODE [WITH _parts]                         -> having
    | CODE                                               -> bare""",
    )
    + boolean_layer.TERMINALS
)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", start="segment", propagate_positions=True)


# Given an atom, where its fact stands and where its last word.
Known = Callable[[Atom, Token, Token], Atom]


def read(text: str, families: Mapping[str, Vocabulary], known: Known) -> Condition:
    """What the rule of a segment says. Raises RuleFault.

    `known` answers with an atom whose fact there is and whose words are spelled as they are kept, or raises.
    """

    def meaning(tree: Tree) -> Condition:
        for having in tree.find_data("having"):
            _read_parts(having, families)
        condition: Condition = _Reader(text, known).transform(tree)
        if sum(1 for _ in atoms_in(condition)) > MOST_FACTS:
            raise RuleFault(
                f"the rule asks for more than {MOST_FACTS} facts; make several segments of it",
                trouble=Trouble.MANY,
                found=str(MOST_FACTS),
            )
        return condition

    condition: Condition = boolean_layer.said(_parser(), "segment", text, meaning)
    return condition


def _read_parts(having: Tree, families: Mapping[str, Vocabulary]) -> None:
    """Lets the options of a family be what the language of that family's catalogue makes of them."""
    family = having.children[2]
    assert isinstance(family, Token)
    vocabulary = families.get(str(family))
    if vocabulary is None:
        raise RuleFault(
            f'there is no family "{family}"{did_you_mean(str(family), families)}',
            family.line or 1,
            family.column or 1,
            trouble=Trouble.NO_FAMILY,
            found=str(family),
            near=nearest(str(family), families),
        )
    reader = OptionReader(vocabulary)
    having.children = [
        reader.one(reader.transform(child)) if isinstance(child, Tree) else child for child in having.children
    ]


class _Reader(BooleanReader):
    """Turns the parse tree into conditions; what they say of options was read before."""

    def __init__(self, text: str, known: Known) -> None:
        super().__init__()
        self.text, self.known = text, known

    def negation(self, part: Condition) -> Condition:
        return Not(part)

    def conjunction(self, parts: tuple[Condition, ...]) -> Condition:
        return All(parts)

    def disjunction(self, parts: tuple[Condition, ...]) -> Condition:
        return Some(parts)

    @v_args(inline=True)
    def segment(self, inner: Condition) -> Condition:
        return inner

    @v_args(meta=True, inline=True)
    def compared(self, meta: Any, fact: Token, operator: Token, number: Token) -> Atom:
        return self._atom(meta, fact, Shape.COUNT, operator=str(operator), number=Decimal(str(number)))

    @v_args(meta=True, inline=True)
    def since(self, meta: Any, fact: Token, operator: Token, number: Token, unit: Token, _ago: Token) -> Atom:
        return self._atom(
            meta,
            fact,
            Shape.MOMENT,
            operator=str(operator),
            number=Decimal(str(number)),
            unit=str(unit).removesuffix("s"),
        )

    @v_args(meta=True, inline=True)
    def flagged(self, meta: Any, fact: Token, subject: Token) -> Atom:
        return self._atom(meta, fact, Shape.FLAG, subject, subject=str(subject))

    @v_args(meta=True, inline=True)
    def named(self, meta: Any, fact: Token, _is: Token, value: Token) -> Atom:
        return self._atom(meta, fact, Shape.NAME, value, value=str(value))

    @v_args(inline=True)
    def not_named(self, fact: Token, _is: Token, _not: Token, value: Token) -> Condition:
        text = f"{fact} is {value}"
        return Not(self.known(Atom(str(fact), Shape.NAME, value=str(value), text=text), fact, value))

    @v_args(meta=True, inline=True)
    def worded(self, meta: Any, fact: Token, first: Token, second: Token | None = None) -> Atom:
        subject, value = ("", first) if second is None else (first, second)
        return self._atom(
            meta,
            fact,
            Shape.WORDS,
            second or first,
            subject=" ".join(subject.split()),
            value=" ".join(value.split()),
        )

    @v_args(meta=True, inline=True)
    def having(self, meta: Any, fact: Token, _of: Token, family: Token, *more: Any) -> Atom:
        return self._atom(
            meta, fact, Shape.PARTS, family=str(family), parts=more[1] if len(more) == 2 else None
        )

    @v_args(meta=True, inline=True)
    def bare(self, meta: Any, fact: Token) -> Atom:
        return self._atom(meta, fact, Shape.BARE)

    def _atom(self, meta: Any, fact: Token, shape: Shape, word: Token | None = None, **said: Any) -> Atom:
        text = " ".join(self.text[meta.start_pos : meta.end_pos].split())
        return self.known(Atom(str(fact), shape, text=text, **said), fact, word or fact)
