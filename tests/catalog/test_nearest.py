"""What is nearest to a kept build agrees with brute force, for any two versions of a small family."""

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from catalog import pricing
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.kept import Kept, carried
from catalog.model import NONE, Family
from catalog.nearest import Nearest
from tests.catalog.families import choices_in, families, narrow_tables
from tests.catalog.reference import Picked, Promise, Reference

# To draw two families takes longer than to compare them.
FEW = settings().max_examples // 2


@st.composite
def kept_builds_and_versions(draw) -> tuple[Kept, Family]:
    """A build kept under one family, and another family that has many of the same codes."""
    old, new = draw(families()), draw(families())
    engine = Engine(old)
    assume(engine.fits(Choices()))
    choices = Choices()
    for key in draw(choices_in(old)):
        choices = more if engine.fits(more := Choices((*choices.said, key))) else choices
    configuration = engine.configure(choices)
    return Kept.of(configuration, pricing.price(configuration)), new


class NearestReference:
    """Every valid configuration of a small family beside a kept build."""

    def __init__(self, reference: Reference, kept: Kept) -> None:
        self.reference, self.kept, self.family = reference, kept, reference.family
        over = carried(kept.choices, self.family)
        self.lost, self.promises = over.lost, reference.promises(over.said)
        self.given_up = {
            picked: frozenset(promise for promise in self.promises if not promise.holds(picked))
            for picked in reference.valid
        }

    def moved(self, picked: Picked) -> int:
        """How many parts are not as they were; an option that stands where another stood counts once."""
        number = 0
        for group in self.family.groups:
            was, now = self.kept.picked.intersection(group.keys), picked.intersection(group.keys)
            if not group.is_choose_one:
                number += len(was ^ now)
            elif (was and not now & was) or (not was and now and group.is_optional):
                number += 1
        return number

    def plans(self) -> list[tuple[int, int, int, int]]:
        """For each minimal set of choices given up, and each way to fill what they leave, the best one."""
        sets = set(self.given_up.values())
        minimal = {given_up for given_up in sets if not any(other < given_up for other in sets)}
        best: dict[tuple, Picked] = {}
        for picked, given_up in self.given_up.items():
            if given_up in minimal:
                key = (given_up, self.filling(given_up, picked))
                if key not in best or self.rank(picked) < self.rank(best[key]):
                    best[key] = picked
        return sorted((len(given_up), *self.worth(picked)) for (given_up, _), picked in best.items())

    def filling(self, given_up: frozenset[Promise], picked: Picked) -> Picked:
        """What stands where a choice stood, in groups where something else must or may take its place alone."""
        codes = {promise.key.group for promise in given_up if promise.refused != (promise.key,)}
        codes |= {key.group for key in self.lost}
        groups = [group for group in self.family.groups if group.code in codes]
        return frozenset(
            key
            for group in groups
            if group.is_choose_one or not group.is_optional
            for key in picked.intersection(group.keys)
        )

    def rank(self, picked: Picked) -> tuple:
        return self.moved(picked), *self.reference.rank(picked)

    def worth(self, picked: Picked) -> tuple[int, int, int]:
        return self.moved(picked), self.reference.total(picked), self.reference.days(picked)


@settings(max_examples=FEW)
@given(kept_builds_and_versions(), st.booleans())
def test_the_nearest_give_up_and_change_no_more_than_they_must(found, narrow):
    kept, family = found
    reference = NearestReference(Reference(family), kept)
    if narrow:
        with narrow_tables():
            engine = Engine(family)
    else:
        engine = Engine(family)
    over = carried(kept.choices, family)
    nearest = Nearest(engine, over.said, over.lost, kept.picked)
    plans = nearest.plans(3)
    expected = reference.plans()
    event(f"{min(len(expected), 4)} plans, {len(over.lost)} lost")
    sizes = [
        (len(reference.given_up[frozenset(plan.picked)]), *reference.worth(frozenset(plan.picked)))
        for plan in plans
    ]
    assert sizes == expected[:3]
    assert len({plan.picked for plan in plans}) == len(plans)
    for plan in plans:
        assert len(plan.rest.given_up) == len(over.lost) + len(reference.given_up[frozenset(plan.picked)])
        gone = {promise.key for promise in reference.given_up[frozenset(plan.picked)] if not promise.refused}
        assert gone <= set(plan.rest.given_up)


@settings(max_examples=FEW)
@given(kept_builds_and_versions())
def test_what_is_said_outright_leads_there_and_no_cheaper_one_gives_up_as_little(found):
    kept, family = found
    engine = Engine(family)
    over = carried(kept.choices, family)
    nearest = Nearest(engine, over.said, over.lost, kept.picked)
    plans = nearest.plans(3)
    for plan in plans:
        configuration = nearest.said_outright(plan.rest.said, plan.picked, plan.rest.replaced)
        assert set(plan.rest.said) <= set(configuration.choices)
        odd = set(configuration.picked) ^ set(plan.picked)
        # An address cannot say "nothing but these" of a group of several that may not be empty.
        assert {key.group for key in odd} <= several_that_may_not_be_empty(family)
        assert configuration.total <= sum(line.amount for line in pricing.price_lines(family, plan.picked))
    if not plans:
        assert not engine.fits(Choices())
        assert nearest.cheapest() is None
        return
    reference = NearestReference(Reference(family), kept)
    fewest = min(map(len, reference.given_up.values()))
    cheapest = nearest.cheapest()
    assert cheapest is not None
    assert engine.complete(cheapest.rest.said).total == min(
        reference.reference.total(picked)
        for picked, given_up in reference.given_up.items()
        if len(given_up) == fewest
    )
    # What is taken where no search comes to an end.
    first = nearest.first_that_fits()
    assert frozenset(first.picked) in reference.reference.valid
    assert {key for key in first.rest.said if key.option != NONE} <= set(first.picked)
    assert len(first.rest.given_up) == len(plans[0].rest.given_up)


def several_that_may_not_be_empty(family: Family) -> set[str]:
    return {group.code for group in family.groups if not group.is_choose_one and not group.is_optional}
