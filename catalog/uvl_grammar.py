"""Reads UVL feature models at the Boolean level, and says where a text is wrong and what was expected."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.indenter import Indenter

from catalog.loader import Faults, Finding
from catalog.places import Place
from catalog.uvl_model import Constraint, Feature, FeatureModel, Group, Joined, Name, Negated

GRAMMAR = r"""
model: _NL? header* features [constraints]
header: include | namespace | IMPORTS
include: _INCLUDE _NL _INDENT (_LEVEL _NL)+ _DEDENT
namespace: _NAMESPACE NAME ("." NAME)* _NL
features: _FEATURES _NL _INDENT feature _DEDENT
feature: [TYPE] NAME [attributes] _NL [_INDENT group+ _DEDENT]
group: (KIND | CARDINALITY) _NL _INDENT feature+ _DEDENT
attributes: "{" [attribute ("," attribute)*] "}"
attribute: NAME [value]
?value: BOOLEAN | NUMBER | STRING | attributes | vector
vector: "[" [value ("," value)*] "]"

constraints: _CONSTRAINTS _NL [_INDENT (constraint _NL)+ _DEDENT]
?constraint: implication | constraint EQUIVALENT implication       -> joined
?implication: disjunction | implication IMPLIES disjunction        -> joined
?disjunction: conjunction | conjunction (OR conjunction)+          -> joined
?conjunction: negation | negation (AND negation)+                  -> joined
?negation: atom | NOT negation                                     -> negated
?atom: NAME                                                        -> name
    | "(" constraint ")"

_INCLUDE.3: /include(?!\w)/
_NAMESPACE.3: /namespace(?!\w)/
IMPORTS.3: /imports(?!\w)/
_FEATURES.3: /features(?!\w)/
_CONSTRAINTS.3: /constraints(?!\w)/
KIND.3: /(mandatory|optional|alternative|or)(?!\w)/
TYPE.2: /(Boolean|Integer|Real|String)(?=[ \t]+["\w])/
_LEVEL: /[\w.*-]+/
CARDINALITY: /\[[ \t]*\d+[ \t]*(\.\.[ \t]*(\d+|\*)[ \t]*)?\]/
BOOLEAN.3: /(true|false)(?!\w)/
NUMBER: /-?(\d+(\.\d+)?|\.\d+)(?!\w)/
STRING: /'[^'\r\n]*'/
NAME: /"[^"\r\n]+"|[^\W\d][\w#§%?\\';]*/
EQUIVALENT: "<=>"
IMPLIES: "=>"
OR: "|"
AND: "&"
NOT: "!"
_NL: /(\r?\n[ \t]*)+/
%declare _INDENT _DEDENT
%ignore /[ \t]+/
"""

EXPECTED = {
    "_INCLUDE": "include",
    "_NAMESPACE": "namespace",
    "_FEATURES": "features",
    "_CONSTRAINTS": "constraints",
    "KIND": "mandatory, optional, alternative, or",
    "_LEVEL": "a language level",
    "CARDINALITY": "[n..m]",
    "BOOLEAN": "true or false",
    "NUMBER": "a number",
    "STRING": "a 'text'",
    "NAME": "a name",
    "EQUIVALENT": "<=>",
    "IMPLIES": "=>",
    "OR": "|",
    "AND": "&",
    "NOT": "!",
    "_NL": "the end of the line",
    "_INDENT": "an indented line",
    "_DEDENT": "a less indented line",
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": ",",
    "DOT": ".",
    "$END": "the end",
}
# Read only to be refused.
UNSAID = frozenset({"IMPORTS", "TYPE"})

TAB = 8
DEEPEST_TREE = 100
DEEPEST_CONSTRAINT = 40
DEEPENING = ("LPAR", "NOT", "IMPLIES", "EQUIVALENT")

QUOTED_OR_COMMENT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|//[^\n]*|/\*.*?\*/", re.DOTALL)
ARITHMETIC = re.compile(r"[<>=!]=(?!>)|[<>+*/-](?!=>)|'|\d+(\.\d+)?(?!\w)")
AGGREGATES = re.compile(r"\b(sum|avg|len|floor|ceil)\s*$")


def parse(text: str, file: str) -> FeatureModel:
    """The feature model of a UVL text. Raises Faults with what is wrong; `file` is the name they give."""
    plain = QUOTED_OR_COMMENT.sub(_without_comment, text.removeprefix("\ufeff")) + "\n"
    reader = _Reader(file)
    try:
        # Not shared between readings: the indenter counts as it goes.
        tree = Lark(GRAMMAR, parser="lalr", start="model", postlex=_Indenter(file)).parse(plain)
    except UnexpectedInput as error:
        raise Faults([_finding(error, plain, file)]) from None
    model = reader.transform(tree)
    if reader.faults:
        raise Faults(sorted(reader.faults))
    return model


def _without_comment(match: re.Match[str]) -> str:
    found = match[0]
    return found if found[0] in "\"'" else re.sub(r"[^\n]", " ", found)


def _finding(error: UnexpectedInput, text: str, file: str) -> Finding:
    names: set[str] = set()
    if isinstance(error, UnexpectedCharacters):
        names = set(error.allowed or ())
    elif isinstance(error, UnexpectedToken):
        names = set(error.accepts or error.expected)
    words = ", ".join(sorted({EXPECTED.get(name, name.lower()) for name in names - UNSAID}))
    lines = text.split("\n")
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    line, column = (len(lines) - 1, 1) if at_end else (max(error.line, 1), max(error.column, 1))
    before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :].rstrip()
    in_constraints = re.search(r"^constraints\b", "\n".join(lines[: line - 1]), re.MULTILINE) is not None
    if in_constraints and (ARITHMETIC.match(rest) or AGGREGATES.search(before)):
        message = "arithmetic constraints are not supported; expected names joined by &, |, !, => or <=>"
    elif in_constraints and rest.startswith("."):
        message = f"attributes and imported features are not supported in constraints; expected {words}"
    elif rest.startswith("cardinality"):
        message = f"features that can be taken several times are not supported; expected {words}"
    elif not rest:
        message = f"the {'text' if at_end else 'line'} ends too early; expected {words}"
    else:
        found = re.match(r"\"[^\"]*\"|[\w-]+|[<=>]+|.", rest)
        message = f"cannot read {found[0] if found else rest}; expected {words}"
    return Finding(file, line, column, message)


class _Indenter(Indenter):
    """Turns indentation into tokens, and refuses what the tree cannot hold, at its place."""

    NL_type = "_NL"
    OPEN_PAREN_types = ["LPAR", "LBRACE", "LSQB"]
    CLOSE_PAREN_types = ["RPAR", "RBRACE", "RSQB"]
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = TAB

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file

    def handle_NL(self, token: Token) -> Iterator[Token]:
        if self.paren_level > 0:
            return
        spaces = token.rsplit("\n", 1)[1]
        width = len(spaces.expandtabs(TAB))
        line = (token.line or 1) + token.count("\n")
        if width < self.indent_level[-1] and width not in self.indent_level:
            self._refuse(line, len(spaces) + 1, "this indentation fits none of the lines above")
        if len(self.indent_level) > DEEPEST_TREE:
            self._refuse(line, len(spaces) + 1, f"indented more than {DEEPEST_TREE} times")
        yield token
        if width > self.indent_level[-1]:
            self.indent_level.append(width)
            yield Token.new_borrow_pos(self.INDENT_type, spaces, token)
        while width < self.indent_level[-1]:
            self.indent_level.pop()
            yield Token.new_borrow_pos(self.DEDENT_type, spaces, token)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth: Counter[str] = Counter()
        for token in super().process(stream):
            if token.type == "_NL":
                depth.clear()
            elif token.type == "NAME":
                depth["NOT"] = 0
            elif token.type in (*DEEPENING, "RPAR"):
                depth["LPAR" if token.type == "RPAR" else token.type] += -1 if token.type == "RPAR" else 1
                if max(depth.values()) > DEEPEST_CONSTRAINT:
                    self._refuse(token.line, token.column, f"nested more than {DEEPEST_CONSTRAINT} deep")
            if token.type == "IMPORTS":
                self._refuse(token.line, token.column, "imports are not supported; expected all in one file")
            if token.type == "TYPE" and token != "Boolean":
                self._refuse(token.line, token.column, f"{token} features are not supported; expected a name")
            if token.type == "NAME" and self.paren_level and token in ("constraint", "constraints"):
                message = "constraints inside a feature are not supported; expected them under `constraints`"
                self._refuse(token.line, token.column, message)
            yield token

    def _refuse(self, line: int, column: int, message: str) -> None:
        raise Faults([Finding(self.file, line, column, message)])


@v_args(inline=True)
class _Reader(Transformer):
    """Turns the parse tree into a feature model, noting what is wrong beyond its form."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.faults: list[Finding] = []

    def model(self, *parts: Any) -> FeatureModel:
        *_headers, root, constraints = parts
        return FeatureModel(root, constraints or ())

    def features(self, root: Feature) -> Feature:
        return root

    def feature(self, _type: Any, name: Token, attributes: Any, *groups: Group | None) -> Feature:
        return Feature(
            _plain(name), _place(name), attributes or {}, tuple(group for group in groups if group)
        )

    def group(self, kind: Token, *children: Feature) -> Group:
        number = len(children)
        bounds = {"mandatory": (0, number), "optional": (0, number), "or": (1, number), "alternative": (1, 1)}
        if kind in bounds:
            return Group(str(kind), *bounds[str(kind)], children)
        first, dots, last = kind.strip("[] \t").partition("..")
        low = int(first)
        high = (number if last.strip() == "*" else int(last)) if dots else low
        if not (low <= high and low <= number and high > 0):
            said = f"{kind} of {number} features; expected [n..m] with n <= m, n <= {number} and m > 0"
            self.faults.append(Finding(self.file, kind.line or 1, kind.column or 1, said))
        return Group("cardinality", low, min(high, number), children)

    def attributes(self, *attributes: tuple[Token, Any] | None) -> dict[str, tuple[str, Place]]:
        return {
            _plain(name): (str(value), _place(value if isinstance(value, Token) else name))
            for name, value in (attribute for attribute in attributes if attribute)
        }

    def attribute(self, name: Token, value: Any) -> tuple[Token, Any]:
        return name, value

    def vector(self, *_values: Any) -> str:
        return ""

    def constraints(self, *constraints: Constraint | None) -> tuple[tuple[Constraint, Place], ...]:
        return tuple((constraint, _first(constraint).place) for constraint in constraints if constraint)

    def name(self, name: Token) -> Name:
        return Name(_plain(name), _place(name))

    def negated(self, _not: Token, inner: Constraint) -> Constraint:
        return inner.inner if isinstance(inner, Negated) else Negated(inner)

    def joined(self, *parts: Any) -> Joined:
        return Joined(str(parts[1]), parts[::2])


def _first(constraint: Constraint) -> Name:
    while not isinstance(constraint, Name):
        constraint = constraint.inner if isinstance(constraint, Negated) else constraint.parts[0]
    return constraint


def _plain(name: Token) -> str:
    return str(name).strip('"').strip()


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)
