"""Says a UVL constraint twice: in the rule language, and as the sentence a shopper reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.expression import OptionKey
from catalog.uvl_model import Constraint, Joined, Name, Negated

LONGEST_RULE = 200_000
LONGEST_SENTENCE = 600
NAMED = 8
VERB = {"needs": "needs", "excludes": "cannot be combined with", "same": "comes exactly together with"}


class TooLong(ValueError):
    """A constraint whose rule text would grow beyond reason: <=> inside <=> doubles it each time."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A constraint by what it does: `needs`, `excludes`, `same`, or a condition that simply `holds`."""

    kind: str
    left: Constraint
    right: Constraint | None = None

    def rule(self, keys: Mapping[str, OptionKey]) -> str:
        """The text in the rule language. Raises TooLong."""
        if _length(self.left) + (_length(self.right) if self.right else 0) > LONGEST_RULE:
            raise TooLong
        left = _text(self.left, keys, 1 if self.right else 0)
        if self.right is None:
            return left
        right = _text(self.right, keys, 1)
        if self.kind == "same":
            return f"({left} requires {right}) and ({right} requires {left})"
        return f"{left} {'requires' if self.kind == 'needs' else 'excludes'} {right}"

    def sentence(self) -> str:
        """The reason, in English."""
        left = words(self.left)
        if self.right is not None:
            said = f"{left} {VERB[self.kind]} {words(self.right)}"
        elif isinstance(self.left, Name):
            said = f"{left} is always part of it"
        elif isinstance(self.left, Negated) and isinstance(self.left.inner, Name):
            said = f"{words(self.left.inner)} is not to be had"
        elif isinstance(self.left, Joined) and self.left.operator == "|":
            said = f"At least one of these has to hold: {left}"
        else:
            said = f"This has to hold: {left}"
        return shortened(said[0].upper() + said[1:])


def statement(constraint: Constraint) -> Statement:
    """The plainest way to say a constraint."""
    if isinstance(constraint, Negated):
        inner = constraint.inner
        if isinstance(inner, Joined) and inner.operator == "&":
            return _excluding(inner.parts)
    if not isinstance(constraint, Joined):
        return Statement("holds", constraint)
    if constraint.operator == "<=>":
        return Statement("same", *constraint.parts)
    if constraint.operator == "=>":
        left, right = constraint.parts
        refused = right.parts if isinstance(right, Joined) and right.operator == "&" else (right,)
        others = [part.inner for part in refused if isinstance(part, Negated)]
        if len(others) == len(refused):
            return Statement("excludes", left, _joined("|", others))
        return Statement("needs", left, right)
    if constraint.operator == "|":
        given = [part.inner for part in constraint.parts if isinstance(part, Negated)]
        wanted = [part for part in constraint.parts if not isinstance(part, Negated)]
        if given and wanted:
            return Statement("needs", _joined("&", given), _joined("|", wanted))
        if len(given) > 1:
            return _excluding(given)
    return Statement("holds", constraint)


def _excluding(parts: Sequence[Constraint]) -> Statement:
    """Not all of the parts together."""
    return Statement("excludes", _joined("&", parts[:-1]), parts[-1])


def _joined(operator: str, parts: Sequence[Constraint]) -> Constraint:
    return parts[0] if len(parts) == 1 else Joined(operator, tuple(parts))


def _length(constraint: Constraint) -> int:
    if isinstance(constraint, Name):
        return len(constraint.name) + 10
    if isinstance(constraint, Negated):
        return _length(constraint.inner) + 6
    whole = sum(_length(part) + 10 for part in constraint.parts)
    return 2 * whole if constraint.operator == "<=>" else whole


# How tightly each form binds in the rule language; a form in a tighter place needs parentheses.
LEVEL = {"=>": 0, "<=>": 2, "|": 1, "&": 2}
WORD = {"|": " or ", "&": " and "}


def _text(constraint: Constraint, keys: Mapping[str, OptionKey], level: int) -> str:
    if isinstance(constraint, Name):
        return str(keys[constraint.name])
    if isinstance(constraint, Negated):
        return f"not {_text(constraint.inner, keys, 3)}"
    own = LEVEL[constraint.operator]
    if constraint.operator in WORD:
        said = WORD[constraint.operator].join(_text(part, keys, own + 1) for part in constraint.parts)
    else:
        left, right = (_text(part, keys, 1) for part in constraint.parts)
        said = f"{left} requires {right}"
        if constraint.operator == "<=>":
            said = f"({said}) and ({right} requires {left})"
    return f"({said})" if level > own else said


def words(constraint: Constraint, inside: bool = False) -> str:
    """The constraint in words, long lists cut short."""
    if isinstance(constraint, Name):
        return quoted(constraint.name)
    if isinstance(constraint, Negated):
        return f"{'no' if isinstance(constraint.inner, Name) else 'not'} {words(constraint.inner, True)}"
    if constraint.operator in WORD:
        said = listed([words(part, True) for part in constraint.parts], WORD[constraint.operator])
    else:
        left, right = (words(part, True) for part in constraint.parts)
        said = f"{left} only with {right}" if constraint.operator == "=>" else f"{left} exactly with {right}"
    return f"({said})" if inside else said


def listed(parts: Sequence[str], word: str) -> str:
    """`a, b or c`; of more than a few, how many are left out."""
    if len(parts) > NAMED + 1:
        return f"{', '.join(parts[:NAMED])}{word}{len(parts) - NAMED} more"
    return f"{', '.join(parts[:-1])}{word}{parts[-1]}" if len(parts) > 1 else parts[0]


def quoted(name: str) -> str:
    """A feature's name as it stands in a sentence."""
    return f"“{name}”"


def shortened(sentence: str) -> str:
    """The sentence with its full stop, no longer than a document's text may be."""
    return f"{sentence}." if len(sentence) < LONGEST_SENTENCE else f"{sentence[: LONGEST_SENTENCE - 2]}…"
