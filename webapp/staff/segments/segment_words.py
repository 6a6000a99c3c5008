"""Rules of segments in the reader's words: what they mean, and what is wrong with a text."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from catalog.expression import OptionKey
from catalog.model import Family
from catalog.rule_fault import RuleFault, Trouble
from webapp.customers.wording import Purpose, wording
from webapp.formats import money
from webapp.languages import language
from webapp.relations.news.topic import Kind
from webapp.relations.segments import segment_rule, topic_facts
from webapp.relations.segments.condition import All, Atom, Condition, Not, Shape, Some
from webapp.staff.catalogue import rule_words
from webapp.staff.catalogue.rule_words import RuleWords

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Meaning(NamedTuple):
    """A rule in words: its parts as a list, and whether all of them are asked for or any."""

    parts: tuple[str, ...]
    is_all: bool


class SegmentWords:
    """Speaks of conditions by the titles of the families on sale."""

    def __init__(self, families: Mapping[str, Family], currency: str) -> None:
        self.families, self.currency = families, currency

    def meaning(self, condition: Condition) -> Meaning:
        """What a rule means."""
        if isinstance(condition, All | Some) and not self._is_if(condition):
            parts = tuple(self.words(part) for part in condition.parts)
            return Meaning(parts, isinstance(condition, All))
        return Meaning((self.words(condition),), True)

    def words(self, condition: Condition, *, is_inside: bool = False) -> str:
        """A condition in a line."""
        if isinstance(condition, Atom):
            return self.atom(condition)
        if isinstance(condition, Not):
            if isinstance(condition.inner, Atom):
                return self._without(condition.inner)
            return _("not so: %(what)s", what=self.words(condition.inner, is_inside=True))
        if self._is_if(condition):
            first, second = condition.parts
            assert isinstance(first, Not)
            text = _(
                "if %(first)s, then %(second)s",
                first=self.words(first.inner, is_inside=True),
                second=self.words(second, is_inside=True),
            )
        else:
            joint = f" {_('or')} " if isinstance(condition, Some) else f" {_('and')} "
            text = joint.join(self.words(part, is_inside=True) for part in condition.parts)
        return f"({text})" if is_inside else text

    def atom(self, atom: Atom) -> str:
        """One fact and what is asked of it."""
        fact = atom.fact
        match atom.shape:
            case Shape.COUNT:
                return f"{FACTS[fact]()}: {_compared(atom.operator, _number(atom.number))}"
            case Shape.AMOUNT:
                amount = money(segment_rule.minor(atom.number, self.currency), self.currency, short=True)
                return f"{FACTS[fact]()}: {_compared(atom.operator, amount)}"
            case Shape.MOMENT:
                return f"{FACTS[fact]()}: {_ago(atom)}"
            case Shape.NAME:
                return f"{FACTS[fact]()}: {named(atom)}"
            case Shape.FLAG:
                return _("allows: %(what)s", what=consent_title(atom.subject))
            case Shape.WORDS:
                if fact == "subscribed":
                    return _("subscribes to: %(what)s", what=self._topic(atom))
                return _("prefers %(what)s", what=self._preference(atom))
            case Shape.PARTS:
                return self._parts(atom, _("has a build of") if fact == "build" else _("has ordered"))
        raise AssertionError(atom.shape)

    def _without(self, atom: Atom) -> str:
        """That a fact is not so."""
        match atom.shape:
            case Shape.COUNT | Shape.AMOUNT if atom.operator in OPPOSITE:
                opposite = Atom(atom.fact, atom.shape, OPPOSITE[atom.operator], atom.number)
                return self.atom(opposite)
            case Shape.NAME:
                return f"{FACTS[atom.fact]()}: {_('not %(what)s', what=named(atom))}"
            case Shape.FLAG:
                return _("does not allow: %(what)s", what=consent_title(atom.subject))
            case Shape.PARTS:
                return self._parts(
                    atom, _("has no build of") if atom.fact == "build" else _("has not ordered")
                )
        return _("not so: %(what)s", what=self.atom(atom))

    def _parts(self, atom: Atom, has: str) -> str:
        family = self.families.get(atom.family)
        title = _("“%(title)s”", title=family.title.in_(language()) if family else atom.family)
        if atom.parts is None:
            return f"{has} {title}"
        what = RuleWords(family).part(atom.parts) if family else atom.text.partition(" with ")[2]
        return _("%(has)s %(family)s with %(what)s", has=has, family=title, what=what)

    def _topic(self, atom: Atom) -> str:
        about = topic_facts.topic_of(atom)
        family = self.families.get(about.family)
        if about.kind in topic_facts.ALONE:
            return {
                Kind.PRICES: _("price falls of their builds"),
                Kind.CARE: _("care of what they own"),
                Kind.EVENTS: _("events"),
            }[about.kind]
        if not family:
            return _("“%(title)s”", title=f"{about.family} {about.option}".strip())
        if about.option:
            return RuleWords(family).key(OptionKey(*about.option.split(".", 1)))
        return _("“%(title)s”", title=family.title.in_(language()))

    def _preference(self, atom: Atom) -> str:
        """A trait and its value as the first family has them that knows the trait."""
        if atom.subject == "family" and atom.value in self.families:
            return _("“%(title)s”", title=self.families[atom.value].title.in_(language()))
        for family in self.families.values():
            trait = family.traits.get(atom.subject)
            if trait is not None:
                value = trait.values.get(atom.value)
                said = value.in_(language()) if value else atom.value
                return _("“%(option)s”", option=f"{trait.title.in_(language())}: {said}")
        return _("“%(option)s”", option=f"{atom.subject}: {atom.value}")

    def _is_if(self, condition: Condition) -> bool:
        """Whether it was said, or could be, as an if."""
        return (
            isinstance(condition, Some) and len(condition.parts) == 2 and isinstance(condition.parts[0], Not)
        )


FACTS: Mapping[str, Callable[[], str]] = {
    "orders": lambda: _("orders"),
    "paid": lambda: _("paid in all"),
    "last_order": lambda: _("last order"),
    "builds": lambda: _("kept builds"),
    "since": lambda: _("became a customer"),
    "language": lambda: _("language"),
    "country": lambda: _("country of the last order"),
    "level": lambda: _("service level"),
}


def explained(code: str) -> str:
    """What a fact is, for the list beside the field; its code where nobody has said."""
    known = {
        "orders": _("orders that were not cancelled"),
        "paid": _("money that came in, less what went back, in the shop’s currency"),
        "last_order": _("the latest order that was not cancelled; “>” means longer ago"),
        "builds": _("builds kept under the account"),
        "since": _("the day on which the account came to be; “>” means longer ago"),
        "consent": _("a consent that holds today; “email”: any letters beyond their own orders and builds"),
        "build": _("a kept build with these options; several in parentheses"),
        "order": _("something ordered with these options, and not cancelled"),
        "prefers": _("a preference, of those alone who allow a profile"),
        "language": _("the language of letters"),
        "country": _("where the last order that was not cancelled went"),
        "level": _("the service level that they have today, by its code"),
        "subscribed": _("a topic that they subscribe to"),
    }
    return known.get(code, code)


def consent_title(subject: str) -> str:
    """What a consent is called; "email" is several."""
    if subject in set(Purpose):
        said = wording(Purpose(subject)).title
        return _("“%(title)s”", title=said.get(language()) or said["en"])
    return _("letters beyond their own orders and builds")


def named(atom: Atom) -> str:
    """The language or country of an atom in the reader's language; a level by its code."""
    if atom.fact == "level":
        return atom.value
    locale = get_locale()
    names = locale.languages if atom.fact == "language" else locale.territories
    return names.get(atom.value, atom.value)


def shown_name(fact: str, value: str) -> str:
    return named(Atom(fact, Shape.NAME, value=value))


def fault_words(fault: RuleFault) -> str:
    """What is wrong with the text of a rule, where, and what could stand there instead."""
    place = _("Line %(line)s, sign %(column)s:", line=fault.line, column=fault.column)
    said = {
        Trouble.NO_FACT: lambda: _("there is no fact “%(found)s”.", found=fault.found),
        Trouble.NO_FAMILY: lambda: _("there is no family “%(found)s”.", found=fault.found),
        Trouble.NO_VALUE: lambda: _(
            "“%(fact)s” knows no “%(found)s”. It knows: %(words)s.",
            fact=fault.group,
            found=fault.found,
            words=", ".join(fault.expected),
        ),
        Trouble.SHAPE: lambda: _(
            "“%(fact)s” is said like this: %(example)s", fact=fault.found, example=", ".join(fault.expected)
        ),
        Trouble.FAR: lambda: _("%(number)s is too large a number.", number=fault.found),
        Trouble.MANY: lambda: _("the rule is too long; make several segments of it."),
    }.get(fault.trouble)
    if said is None:
        return rule_words.fault_words(fault)
    near = _("Did you mean “%(near)s”?", near=fault.near) if fault.near else ""
    return f"{place} {said()} {near}".strip()


def _compared(operator: str, amount: str) -> str:
    return {
        ">=": _("at least %(amount)s", amount=amount),
        ">": _("more than %(amount)s", amount=amount),
        "=": _("exactly %(amount)s", amount=amount),
        "<=": _("at most %(amount)s", amount=amount),
        "<": _("less than %(amount)s", amount=amount),
    }[operator]


def _ago(atom: Atom) -> str:
    number, is_longer = int(atom.number), atom.operator in (">", ">=")
    if is_longer:
        return {
            "day": ngettext("more than %(num)d day ago", "more than %(num)d days ago", number),
            "week": ngettext("more than %(num)d week ago", "more than %(num)d weeks ago", number),
            "month": ngettext("more than %(num)d month ago", "more than %(num)d months ago", number),
            "year": ngettext("more than %(num)d year ago", "more than %(num)d years ago", number),
        }[atom.unit]
    return {
        "day": ngettext("less than %(num)d day ago", "less than %(num)d days ago", number),
        "week": ngettext("less than %(num)d week ago", "less than %(num)d weeks ago", number),
        "month": ngettext("less than %(num)d month ago", "less than %(num)d months ago", number),
        "year": ngettext("less than %(num)d year ago", "less than %(num)d years ago", number),
    }[atom.unit]


def _number(value: Decimal) -> str:
    return str(format_decimal(value))
