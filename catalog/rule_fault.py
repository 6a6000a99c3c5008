"""What is wrong with a text in the rule language, and where."""

from collections.abc import Sequence
from enum import StrEnum

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

EXPECTED = {
    "CODE": "a code",
    "INTEGER": "a whole number",
    "NUMBER": "a number",
    "OPERATOR": "<=, >=, =, < or >",
    "SIGN": "+ or -",
    "STAR": "*",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "DOT": ".",
    "COLON": ":",
    "NAME": "a name",
    "WORDS": "some words",
    "UNIT": "days, weeks, months or years",
    "$END": "the end",
}


class Trouble(StrEnum):
    """What is wrong with a rule text, for those who say it in other words than `RuleFault.message`."""

    DEEP = "deep"  # nested beyond what anybody can follow
    ENDS = "ends"  # too early
    UNREADABLE = "unreadable"
    NO_GROUP = "no-group"
    NO_OPTION = "no-option"
    NO_ATTRIBUTE = "no-attribute"
    # Of rules about customers
    NO_FACT = "no-fact"
    NO_FAMILY = "no-family"
    NO_VALUE = "no-value"  # `group` is the fact
    SHAPE = "shape"  # the fact is there, but not said as it has to be; `expected` has an example
    FAR = "far"  # a number beyond what anybody means
    MANY = "many"  # more facts than one rule may ask


class RuleFault(ValueError):
    """A rule text that cannot be read. `line` and `column` count from one inside the text.

    `trouble` with `found` (the word it is about), `group` (of an option), `expected` (words that could stand there)
    and `near` (a known code that looks like it) is the same as `message`.
    """

    def __init__(
        self,
        message: str,
        line: int = 1,
        column: int = 1,
        *,
        trouble: Trouble = Trouble.UNREADABLE,
        found: str = "",
        group: str = "",
        expected: Sequence[str] = (),
        near: str = "",
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column
        self.trouble, self.found, self.group = trouble, found, group
        self.expected, self.near = tuple(expected), near


def fault_of(error: UnexpectedInput, text: str) -> RuleFault:
    """What the parser met, as a fault."""
    expected: set[str] = set()
    if isinstance(error, UnexpectedCharacters):
        expected = set(error.allowed or ())
    elif isinstance(error, UnexpectedToken):
        expected = set(error.accepts or error.expected)
    could = sorted({EXPECTED.get(name, name.lower()) for name in expected})
    words = ", ".join(could)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        line, column = text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1
        message = f"the rule ends too early; expected {words}"
        return RuleFault(message, line, column, trouble=Trouble.ENDS, expected=could)
    line, column = max(error.line, 1), max(error.column, 1)
    found = text.splitlines()[line - 1][column - 1 :].split(" ")[0]
    return RuleFault(f'cannot read "{found}"; expected {words}', line, column, found=found, expected=could)
