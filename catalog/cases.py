"""The test cases of a family as trials, which are run at each save and before publishing."""

from catalog.expression import OptionKey
from catalog.health.trial import Expectation, Trial
from catalog.model import Case, Family


def trial(case: Case) -> Trial:
    """A case as it is tried; what is no option's name stands there as one that is not known."""
    keys = tuple(OptionKey(*(name.split(".", 1) if "." in name else (name, ""))) for name in case.choices)
    return Trial(case.code, keys, Expectation(case.expect), case.total)


def trials(family: Family) -> tuple[Trial, ...]:
    return tuple(trial(case) for case in family.cases)
