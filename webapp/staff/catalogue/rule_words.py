"""Rules in the reader's words: what they mean, what they forbid for example, what is wrong with a text."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

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
)
from catalog.model import LEAD_DAYS, NONE, Family
from catalog.rule_fault import RuleFault, Trouble
from webapp.languages import language
from webapp.shop.measures import measure

MOST = 8  # options that are named one by one


class RuleWords:
    """Speaks of the rules of one family by its titles."""

    def __init__(self, family: Family) -> None:
        self.family = family

    def meaning(self, said: Expression | Comparison) -> str:
        """What a rule or resource means, as a sentence."""
        if isinstance(said, Comparison):
            return self._comparison(said)
        if isinstance(said, Some) and len(said.parts) == 2 and isinstance(said.parts[0], Not):
            return _(
                "If %(if)s, then %(then)s.",
                **{"if": self._part(said.parts[0].inner), "then": self._part(said.parts[1])},
            )
        if isinstance(said, Not) and isinstance(said.inner, All) and len(said.inner.parts) == 2:
            one, other = (self._part(part) for part in said.inner.parts)
            return _("Do not go together: %(one)s, and %(other)s.", one=one, other=other)
        if isinstance(said, Not):
            return _("Cannot be had: %(what)s.", what=self._part(said.inner))
        if isinstance(said, Count):
            return f"{self._count(said)}."
        return _("Always: %(what)s.", what=self._part(said))

    def condition(self, said: Expression) -> str:
        """When something applies."""
        return _("With %(what)s.", what=self._part(said))

    def part(self, said: Expression) -> str:
        """An expression within somebody else's sentence."""
        return self._part(said)

    def key(self, key: OptionKey) -> str:
        """An option with its group; of `none`, that nothing of the group is taken."""
        group = self.family.group_by_code.get(key.group)
        if group is None:
            return str(key)
        title = group.title.in_(language())
        if key.option == NONE:
            return _("without “%(group)s”", group=title)
        option = self.family.option_by_key.get(key)
        return _("“%(option)s”", option=f"{title}: {option.title.in_(language()) if option else key.option}")

    def example(self, keys: Iterable[OptionKey]) -> str:
        """Choices side by side."""
        keys = tuple(keys)
        words = []
        for key in keys:
            has_picks = any(other.group == key.group and other.option != NONE for other in keys)
            if key.option == NONE and has_picks:
                title = self.family.group_by_code[key.group].title.in_(language())
                words.append(_("nothing else of “%(group)s”", group=title))
            else:
                words.append(self.key(key))
        return " + ".join(words)

    def _part(self, said: Expression, is_inside: bool = False) -> str:
        if isinstance(said, Pick):
            return self.key(said.key)
        if isinstance(said, Not):
            if (group := self._whole(said.inner)) is not None:
                return _("nothing of “%(group)s”", group=group)
            return _("not %(what)s", what=self._part(said.inner, is_inside=True))
        if isinstance(said, Some | All):
            if isinstance(said, Some) and (group := self._whole(said)) is not None:
                return _("anything of “%(group)s”", group=group)
            if not said.parts:
                return _("anything at all") if isinstance(said, All) else _("nothing at all")
            joint = _("or") if isinstance(said, Some) else _("and")
            text = f" {joint} ".join(self._each(said.parts))
            return f"({text})" if is_inside and len(said.parts) > 1 else text
        return self._count(said)

    def _each(self, parts: Sequence[Expression]) -> list[str]:
        shown = [self._part(part, is_inside=True) for part in parts[:MOST]]
        if len(parts) > MOST:
            more = len(parts) - MOST
            shown.append(ngettext("%(num)d more", "%(num)d more", more))
        return shown

    def _count(self, said: Count) -> str:
        whole = self._whole(Some(said.parts))
        listed = (
            _("options of “%(group)s”", group=whole)
            if whole is not None
            else ", ".join(self._each(said.parts))
        )
        if said.high is None:
            return _("At least %(number)s of: %(list)s", number=said.low, list=listed)
        if said.low == 0:
            return _("At most %(number)s of: %(list)s", number=said.high, list=listed)
        if said.low == said.high:
            return _("Exactly %(number)s of: %(list)s", number=said.low, list=listed)
        return _("From %(low)s to %(high)s of: %(list)s", low=said.low, high=said.high, list=listed)

    def _whole(self, said: Expression) -> str | None:
        """The title of the group of which an expression names every option, and nothing else."""
        if not isinstance(said, Some) or len(said.parts) < 2:
            return None
        keys = {part.key for part in said.parts if isinstance(part, Pick)}
        group = (
            self.family.group_by_code.get(next(iter(keys)).group) if len(keys) == len(said.parts) else None
        )
        return group.title.in_(language()) if group and keys == set(group.keys) else None

    def _comparison(self, said: Comparison) -> str:
        unit = next((unit for side in (said.left, said.right) for unit in self._units(side)), "")
        left, right = self._linear(said.left, unit), self._linear(said.right, unit)
        sentence = {
            "<=": _("%(left)s: at most %(right)s", left=left, right=right),
            ">=": _("%(left)s: at least %(right)s", left=left, right=right),
            "=": _("%(left)s: exactly %(right)s", left=left, right=right),
            "<": _("%(left)s: less than %(right)s", left=left, right=right),
            ">": _("%(left)s: more than %(right)s", left=left, right=right),
        }[said.operator]
        if said.when != TRUE:
            return _("With %(what)s: %(sentence)s.", what=self._part(said.when), sentence=sentence)
        return f"{sentence[:1].upper()}{sentence[1:]}."

    def _units(self, side: Linear) -> list[str]:
        known = [self.family.attributes.get(term.attribute) for term in side.sums]
        return [attribute.unit for attribute in known if attribute and attribute.unit]

    def _linear(self, side: Linear, unit: str) -> str:
        words = []
        for place, term in enumerate(side.sums):
            sign = "−" if term.factor < 0 else "+"
            size = abs(term.factor)
            text = self._sum(term) if size == 1 else f"{_number(size)} × {self._sum(term)}"
            words.append(text if place == 0 and sign == "+" else f"{sign} {text}")
        if side.constant or not side.sums:
            amount = side.constant
            whole = amount.denominator == 1
            shown = measure(abs(int(amount)), unit) if unit and whole else _number(abs(amount))
            words.append(
                f"{'−' if amount < 0 else '+'} {shown}"
                if side.sums
                else f"{'−' if amount < 0 else ''}{shown}"
            )
        return " ".join(words)

    def _sum(self, term: Sum) -> str:
        attribute = self.family.attributes.get(term.attribute)
        title = attribute.title.in_(language()) if attribute else term.attribute
        if term.attribute == LEAD_DAYS and not attribute:
            title = _("days until ready")
        if term.group is None:
            return _("sum of “%(attribute)s”", attribute=title)
        group = self.family.group_by_code[term.group].title.in_(language())
        return _("“%(attribute)s” of “%(group)s”", attribute=title, group=group)


def fault_words(fault: RuleFault) -> str:
    """What is wrong with a rule's text, where, and what could stand there instead."""
    place = _("Line %(line)s, sign %(column)s:", line=fault.line, column=fault.column)
    expected = ", ".join(_expected(word) for word in fault.expected)
    said = {
        Trouble.DEEP: _("the rule is nested too deeply; split it into several."),
        Trouble.ENDS: _("the rule ends too early. Here could stand: %(words)s.", words=expected),
        Trouble.UNREADABLE: _(
            "“%(found)s” cannot be read here. Here could stand: %(words)s.", found=fault.found, words=expected
        ),
        Trouble.NO_GROUP: _("there is no group “%(found)s”.", found=fault.found),
        Trouble.NO_OPTION: _(
            "the group “%(group)s” has no option “%(found)s”.", group=fault.group, found=fault.found
        ),
        Trouble.NO_ATTRIBUTE: _("there is no attribute “%(found)s”.", found=fault.found),
    }[fault.trouble]
    near = _("Did you mean “%(near)s”?", near=fault.near) if fault.near else ""
    return f"{place} {said} {near}".strip()


def _expected(word: str) -> str:
    known = {
        "a code": _("the name of a group or option"),
        "a whole number": _("a whole number"),
        "a number": _("a number"),
        "the end": _("the end"),
    }
    return known.get(word, f"“{word}”" if len(word) < 3 else word)


def _number(value: Fraction) -> str:
    return str(format_decimal(float(value), locale=get_locale()))
