"""What somebody prefers among options: never a part of a price."""

from typing import NamedTuple


class Preference(NamedTuple):
    """What somebody prefers among options, in the catalogue's own words.

    `trait` is a trait of options ("use", "style", "posture", …) or the code of one of the family's measures
    ("rider_height"); `value` then is what the trait says ("commute"), or the stated number as text, in the
    measure's own unit. `strength` runs from 0 to 1: 1 for what is stated, less for what is inferred.
    """

    trait: str
    value: str
    stated: bool
    strength: float

    @property
    def name(self) -> str:
        """What the preference is called in an address and on the profile page: "use-commute"."""
        return f"{self.trait}-{self.value}"
