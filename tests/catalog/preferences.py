"""Small families whose options have traits and suit heights, and what people prefer among them, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from catalog.model import Family
from catalog.preference import Preference
from tests.catalog.built import said
from tests.catalog.families import families

VALUES = {"use": ("town", "tour", "sport"), "style": ("plain", "bright")}
HEIGHTS = range(150, 200, 10)
HEIGHT = {
    "code": "height",
    "title": said("height"),
    "unit": "cm",
    "from_attribute": "from_cm",
    "to_attribute": "to_cm",
}


@st.composite
def traits(draw) -> dict[str, tuple[str, ...]]:
    found = {
        name: tuple(draw(st.lists(st.sampled_from(values), max_size=2, unique=True)))
        for name, values in VALUES.items()
    }
    return {name: values for name, values in found.items() if values}


@st.composite
def families_with_traits(draw, most_options: int = 9) -> Family:
    """A family whose options suit this and that; the first group asks for a height."""
    family = draw(families(most_options))
    document: dict[str, Any] = family.model_dump()
    for at, group in enumerate(document["groups"]):
        for option in group["options"]:
            option["traits"] = draw(traits())
            if at == 0:
                low = draw(st.sampled_from(HEIGHTS))
                option["attributes"] |= {"from_cm": low, "to_cm": low + draw(st.sampled_from([5, 10, 20]))}
    return Family.model_validate(document | {"measures": [HEIGHT]})


def preferences() -> st.SearchStrategy[tuple[Preference, ...]]:
    """What somebody stated and what was inferred of them, some of it unknown to the family."""
    known = [(name, value) for name, values in VALUES.items() for value in values]
    likes = st.sampled_from([*known, ("use", "space"), ("size", "large")])
    stated = likes.map(lambda like: Preference(like[0], like[1], True, 1.0))
    height = st.integers(145, 215).map(lambda number: Preference("height", str(number), True, 1.0))
    strengths = st.sampled_from([0.25, 0.5, 0.5, 0.8])
    inferred = st.builds(
        lambda like, strength: Preference(like[0], like[1], False, strength), likes, strengths
    )
    return st.lists(st.one_of(stated, stated, height, inferred), max_size=6).map(tuple)
