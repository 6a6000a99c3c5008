"""Test cases in the reader's words."""

from dataclasses import dataclass

from flask import flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from catalog.choices import Choices
from catalog.expression import OptionKey
from catalog.health import Kind
from catalog.model import NONE, Case, Family
from webapp.catalogues import tried_cases
from webapp.catalogues.draft import DraftRevision
from webapp.catalogues.tried_cases import Outcome, Untried
from webapp.formats import money
from webapp.languages import language
from webapp.shop import addresses
from webapp.staff.catalogue.days import today


@dataclass(frozen=True)
class ShownCase:
    """A case with its outcome."""

    family: Family
    outcome: Outcome
    place: str

    @staticmethod
    def name(case: Case) -> str:
        return case.title.in_(language())

    @property
    def case(self) -> Case:
        return self.outcome.case

    @property
    def title(self) -> str:
        return self.name(self.case)

    @property
    def holds(self) -> bool:
        return self.outcome.holds

    @property
    def choices(self) -> list[str]:
        return [self._named(key) for key in self._keys]

    @property
    def expected(self) -> str:
        """What must come of it."""
        if self.case.expect == "total":
            return _("costs %(total)s", total=money(self.case.total or 0, self.family.currency))
        return _("is possible") if self.case.expect == "possible" else _("is impossible")

    @property
    def trouble(self) -> str:
        """What came of it instead."""
        finding = self.outcome.finding
        if finding is None:
            return ""
        if finding.kind is Kind.UNPROVEN:
            return _("Its price could not be proven with any reasonable effort.")
        if finding.amount is not None:
            return _("It costs %(total)s.", total=money(finding.amount, self.family.currency))
        if finding.culprits:
            return _("It is impossible:")
        if finding.against:
            gone = ", ".join(f"{key.group}.{key.option}" for key in finding.against)
            return _("There is no %(options)s any more.", options=gone)
        return _("It is possible.")

    @property
    def culprits(self) -> list[tuple[str, str]]:
        """Codes and sentences of the rules that stand against it."""
        finding = self.outcome.finding
        known = {rule.code: rule for rule in (*self.family.rules, *self.family.resources)}
        return [
            (
                code if code in known else "",
                known[code].reason.in_(language()) if code in known else self._limit(code),
            )
            for code in (finding.culprits if finding else ())
        ]

    @property
    def preview(self) -> str:
        """Where it can be looked at."""
        known = [key for key in self._keys if self._is_known(key)]
        return addresses.at(
            url_for("staff.draft_preview", code=self.place), known, known[-1] if known else None
        )

    @property
    def _keys(self) -> Choices:
        return Choices.of_names([name for name in self.case.choices if "." in name])

    def _is_known(self, key: OptionKey) -> bool:
        group = self.family.group_by_code.get(key.group)
        return group is not None and (key in group.keys or key.option == NONE)

    def _limit(self, code: str) -> str:
        group = self.family.group_by_code.get(code.removeprefix("limit:"))
        if group is None:
            return code
        title = group.title.in_(language())
        if group.min == group.max:
            return _("“%(group)s” takes exactly %(number)s.", group=title, number=group.max)
        return _("“%(group)s” takes from %(min)s to %(max)s.", group=title, min=group.min, max=group.max)

    def _named(self, key: OptionKey) -> str:
        group = self.family.group_by_code.get(key.group)
        option = self.family.option_by_key.get(key)
        if group is None:
            return str(key)
        if key.option == NONE:
            return _("without %(group)s", group=group.title.in_(language()))
        return f"{group.title.in_(language())}: {option.title.in_(language()) if option else key.option}"


def say_cases(kept: DraftRevision) -> None:
    """After a save: which test cases do not come out as they must."""
    try:
        found = tried_cases.outcomes(kept, today())
    except Untried:
        return
    failing = [each for each in found if not each.holds]
    if failing:
        names = ", ".join(f"“{ShownCase.name(each.case)}”" for each in failing[:3])
        said = ngettext(
            "%(num)d test case does not come out as it must: %(names)s.",
            "%(num)d test cases do not come out as they must: %(names)s.",
            len(failing),
            names=names if len(failing) <= 3 else f"{names}…",
        )
        flash(said, "warning")
    elif found:
        text = ngettext(
            "The test case comes out as it must.", "All %(num)d test cases come out as they must.", len(found)
        )
        flash(text, "note")
