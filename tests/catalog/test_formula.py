"""The clauses of a family allow exactly its valid configurations, in whichever way sums and counts are written."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.expression import OptionKey
from catalog.formula import Formula
from catalog.model import Family
from catalog.validity import Validity
from tests.catalog.built import a_family
from tests.catalog.families import families, narrow_tables
from tests.catalog.reference import Reference


def allowed(family: Family) -> set[frozenset[OptionKey]]:
    """Every combination of options that the solver accepts."""
    formula = Formula(family)
    validity = Validity(formula)
    found = set()
    for signs in product((-1, 1), repeat=formula.count):
        literals = [sign * variable for variable, sign in enumerate(signs, start=1)]
        if validity.fits(literals):
            found.add(formula.picked(literals))
    return found


@settings(max_examples=30)
@given(families(most_options=8), st.booleans())
def test_clauses_allow_exactly_the_valid_configurations(family, narrow):
    expected = set(Reference(family).valid)
    if narrow:
        with narrow_tables():
            assert allowed(family) == expected
    else:
        assert allowed(family) == expected


@settings(max_examples=30)
@given(
    st.lists(st.integers(-9, 9), min_size=4, max_size=4),
    st.sampled_from(["<=", "<", ">=", ">", "="]),
    st.integers(-12, 12),
    st.sampled_from(["", "0.5 * ", "1.3 * ", "7 * "]),
)
def test_sums_may_go_below_nothing(weights, operator, limit, factor):
    options = ", ".join(f"o{place} 0 mass={weight}" for place, weight in enumerate(weights))
    family = a_family(
        f"top 0-4: {options}",
        "base: one 0 mass=3, two 0 mass=-2",
        resources=[f"{factor}sum(mass) - base.mass {operator} {limit} + base.mass".replace("+ -", "- ")],
    )
    assert allowed(family) == set(Reference(family).valid)


def test_nine_options_of_which_one_may_be_taken():
    family = a_family("top?: " + ", ".join(f"o{place} 0" for place in range(9)))
    assert len(allowed(family)) == 10


def test_large_amounts_are_added_exactly():
    family = a_family(
        "top 0-3: a 0 mass=1000000000, b 0 mass=999999999, c 0 mass=1", resources=["sum(mass) <= 1999999999"]
    )
    assert len(allowed(family)) == 7
