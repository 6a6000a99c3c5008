"""Findings in words, with links to whatever they are about and to whose doing it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from catalog.expression import OptionKey
from catalog.health import Finding, Health, Kind, Severity
from catalog.model import NONE, Family, Texts
from webapp.formats import money
from webapp.languages import LANGUAGES, language

TITLES = {
    Kind.FAULT: lazy_gettext("Cannot be read"),
    Kind.NOTHING: lazy_gettext("Nothing can be built"),
    Kind.CONTRADICTORY: lazy_gettext("Rules that contradict each other"),
    Kind.MINIMUM: lazy_gettext("Groups that cannot be filled"),
    Kind.TOO_WIDE: lazy_gettext("Too much hangs together"),
    Kind.READY_MADE: lazy_gettext("Ready-made builds that cannot be had"),
    Kind.CASE: lazy_gettext("Test cases that fail"),
    Kind.BELOW_NOTHING: lazy_gettext("A build for less than nothing"),
    Kind.DEAD: lazy_gettext("Options that nobody can choose"),
    Kind.ALWAYS: lazy_gettext("Options that are in every build"),
    Kind.NEVER_FIRES: lazy_gettext("Rules that never apply"),
    Kind.REDUNDANT: lazy_gettext("Rules that others say already"),
    Kind.NEVER_EXCEEDED: lazy_gettext("Limits that nothing reaches"),
    Kind.FOR_NOTHING: lazy_gettext("A build for nothing"),
    Kind.NEGATIVE: lazy_gettext("Prices below nothing"),
    Kind.ABSURD: lazy_gettext("Prices out of proportion"),
    Kind.DEARER_TOGETHER: lazy_gettext("Bundles dearer than their parts"),
    Kind.MORE_THAN_ALL: lazy_gettext("Reductions of more than all"),
    Kind.NO_PRICE: lazy_gettext("Options without a price"),
    Kind.NO_PICTURE: lazy_gettext("Options without a picture"),
    Kind.NO_TEXT: lazy_gettext("Options with texts missing"),
    Kind.UNPROVEN: lazy_gettext("What could not be told"),
}


class Culprit(NamedTuple):
    """A rule, a resource or a group's limit that has a part in a finding."""

    code: str
    words: str
    rule: str
    address: str | None


@dataclass(frozen=True)
class ShownFinding:
    """One finding of a family's proof. `draft`: where things are edited; what is not there any more has no link."""

    finding: Finding
    family: Family
    draft: Family

    @property
    def kind(self) -> str:
        return self.finding.kind.value

    @cached_property
    def words(self) -> str:
        return WORDS[self.finding.kind](self)

    @property
    def address(self) -> str | None:
        """Where that is edited which the finding is about."""
        finding = self.finding
        if finding.option is not None:
            return self._option_address(finding.option)
        if finding.group:
            return self._group_address(finding.group)
        if finding.kind is Kind.CASE:
            is_there = any(case.code == finding.code for case in self.draft.cases)
            return self._place("staff.draft_case", case=finding.code) if is_there else None
        return self._rule_address(finding.code) if finding.code else None

    @property
    def culprits(self) -> Iterator[Culprit]:
        rules = {rule.code: rule for rule in (*self.family.rules, *self.family.resources)}
        for code in self.finding.culprits:
            if code.startswith("limit:"):
                yield self._limit(code)
            elif code in rules:
                rule = rules[code]
                yield Culprit(code, _said(rule.reason), rule.rule, self._rule_address(code))
            else:
                yield Culprit(code, code, "", self._rule_address(code))

    def _limit(self, code: str) -> Culprit:
        group = self.family.group_by_code[code.removeprefix("limit:")]
        title = _said(group.title)
        if group.min == group.max:
            words = ngettext(
                "“%(group)s” takes exactly %(num)s.",
                "“%(group)s” takes exactly %(num)s.",
                group.max,
                group=title,
            )
        elif not group.min:
            words = ngettext(
                "“%(group)s” takes %(num)s at most.",
                "“%(group)s” takes %(num)s at most.",
                group.max,
                group=title,
            )
        else:
            words = _(
                "“%(group)s” takes %(least)s to %(most)s.", group=title, least=group.min, most=group.max
            )
        return Culprit(code, words, "", self._group_address(group.code))

    def _option_address(self, key: OptionKey) -> str | None:
        is_there = key in self.draft.option_by_key
        return self._place("staff.edit_option", **key._asdict()) if is_there else None

    def _group_address(self, code: str) -> str | None:
        is_there = code in self.draft.group_by_code
        return self._place("staff.edit_group", group=code) if is_there else None

    def _rule_address(self, code: str) -> str | None:
        draft = self.draft
        codes = {rule.code for rule in (*draft.rules, *draft.resources)}
        codes |= {rule.code for rule in draft.price_rules} | {bundle.code for bundle in draft.bundles}
        return self._place("staff.draft_rules", _anchor=code) if code in codes else None

    def _place(self, endpoint: str, **more: Any) -> str:
        """The address of a page of the draft."""
        return url_for(endpoint, code=self.draft.code, **more)

    def option(self, key: OptionKey | None) -> str:
        """An option as people know it."""
        return named(self.family, key) if key else ""

    @property
    def options(self) -> str:
        return "; ".join(map(self.option, self.finding.against))

    @property
    def name(self) -> str:
        """What a rule, price rule, bundle, ready-made build or test case is called."""
        family, code = self.family, self.finding.code
        for things in (family.resources, family.price_rules, family.bundles, family.ready_made, family.cases):
            for thing in things:
                if thing.code == code:
                    return _said(thing.title)
        return code

    def money(self, amount: int | None) -> str:
        return money(amount or 0, self.family.currency)


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one kind."""

    kind: Kind
    found: list[ShownFinding]

    @property
    def title(self) -> str:
        return str(TITLES[self.kind])

    @property
    def is_error(self) -> bool:
        return self.found[0].finding.severity is Severity.ERROR


def named(family: Family, key: OptionKey) -> str:
    """An option as people know it, with its group; by its code where the family has none such."""
    group = family.group_by_code.get(key.group)
    if group is None:
        return str(key)
    if key.option == NONE:
        without = _("without")
        return f"{_said(group.title)}: {without}"
    option = family.option_by_key.get(key)
    return f"{_said(group.title)}: {_said(option.title) if option else key.option}"


def grouped(health: Health, family: Family, draft: Family) -> list[FindingGroup]:
    """The findings by kind: what stands in the way of publishing first."""
    groups = [
        FindingGroup(kind, [ShownFinding(finding, family, draft) for finding in health.of(kind)])
        for kind in TITLES
        if health.of(kind)
    ]
    return sorted(groups, key=lambda group: not group.is_error)


def _case(shown: ShownFinding) -> str:
    finding = shown.finding
    if finding.beside is not None:
        return _(
            "“%(name)s” comes to %(amount)s and must come to %(wanted)s.",
            name=shown.name,
            amount=shown.money(finding.amount),
            wanted=shown.money(finding.beside),
        )
    if finding.against:
        return _(
            "“%(name)s” must be possible and is not: %(options)s.", name=shown.name, options=shown.options
        )
    return _("“%(name)s” must not be possible, and is.", name=shown.name)


def _minimum(shown: ShownFinding) -> str:
    group = shown.family.group_by_code[shown.finding.group]
    return ngettext(
        "“%(group)s” asks for %(num)s, and never gets it.",
        "“%(group)s” asks for %(num)s, and never gets them.",
        group.min,
        group=_said(group.title),
    )


def _redundant(shown: ShownFinding) -> str:
    if shown.finding.culprits:
        return _("“%(code)s” says nothing beyond these:", code=shown.finding.code)
    return _("“%(code)s” is true whatever is chosen.", code=shown.finding.code)


def _no_text(shown: ShownFinding) -> str:
    return _(
        "“%(option)s”: name or description missing in %(languages)s.",
        option=shown.option(shown.finding.option),
        languages=", ".join(LANGUAGES.get(code, code) for code in shown.finding.languages),
    )


WORDS: dict[Kind, Callable[[ShownFinding], str]] = {
    Kind.FAULT: lambda s: f"{'.'.join(map(str, s.finding.path))}: {s.finding.message}",
    Kind.NOTHING: lambda s: _("No choice at all keeps all of these:"),
    Kind.CONTRADICTORY: lambda s: _("These cannot stand together, however little is chosen:"),
    Kind.MINIMUM: _minimum,
    Kind.TOO_WIDE: lambda s: _(
        "The rules tie too many groups together to price every click: %(cells)s table cells, %(most)s fit.",
        cells=f"{s.finding.amount:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
        most=f"{s.finding.beside:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
    ),
    Kind.UNPROVEN: lambda s: _("“%(name)s” could not be told with any reasonable effort.", name=s.name),
    Kind.DEAD: lambda s: _("No build can have “%(option)s”.", option=s.option(s.finding.option)),
    Kind.ALWAYS: lambda s: _("Every build has “%(option)s”.", option=s.option(s.finding.option)),
    Kind.NEVER_FIRES: lambda s: _("What “%(name)s” waits for never is.", name=s.name),
    Kind.REDUNDANT: _redundant,
    Kind.NEVER_EXCEEDED: lambda s: _("“%(name)s”: no build comes near the limit.", name=s.name),
    Kind.READY_MADE: lambda s: _("“%(name)s” cannot be had: %(options)s.", name=s.name, options=s.options),
    Kind.CASE: _case,
    Kind.BELOW_NOTHING: lambda s: _(
        "The cheapest complete build comes to %(amount)s.", amount=s.money(s.finding.amount)
    ),
    Kind.FOR_NOTHING: lambda s: _("The cheapest complete build costs nothing."),
    Kind.NEGATIVE: lambda s: _(
        "“%(option)s” costs %(amount)s.", option=s.option(s.finding.option), amount=s.money(s.finding.amount)
    ),
    Kind.ABSURD: lambda s: _(
        "“%(option)s” costs %(amount)s, its neighbours about %(usual)s.",
        option=s.option(s.finding.option),
        amount=s.money(s.finding.amount),
        usual=s.money(s.finding.beside),
    ),
    Kind.DEARER_TOGETHER: lambda s: _(
        "“%(name)s” costs %(amount)s, its options apart %(apart)s.",
        name=s.name,
        amount=s.money(s.finding.amount),
        apart=s.money(s.finding.beside),
    ),
    Kind.MORE_THAN_ALL: lambda s: _("“%(name)s” takes off more than the options cost.", name=s.name),
    Kind.NO_PRICE: lambda s: s.option(s.finding.option),
    Kind.NO_PICTURE: lambda s: s.option(s.finding.option),
    Kind.NO_TEXT: _no_text,
}


def _said(texts: Texts) -> str:
    return texts.in_(language())
