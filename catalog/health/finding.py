"""One thing that an editor should know of a family, as a value: pages and commands put it into words."""

from enum import StrEnum

from pydantic import Field
from pydantic.dataclasses import dataclass

from catalog.expression import OptionKey


class Severity(StrEnum):
    """Whether a finding stands in the way of publishing."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """What was found."""

    FAULT = "fault"  # the document says something that cannot be read
    NOTHING = "nothing"  # no choice at all keeps every rule
    CONTRADICTORY = "contradictory"  # rules that cannot stand together, however little is chosen
    MINIMUM = "minimum"  # a group of which so many can never be taken
    TOO_WIDE = "too-wide"  # rules tie more groups together than can be priced at once
    UNPROVEN = "unproven"  # a question that could not be answered with any reasonable effort
    DEAD = "dead"  # an option that no build can have
    ALWAYS = "always"  # an option that every build has, though its group does not ask for it
    NEVER_FIRES = "never-fires"  # a rule that waits for what never is
    REDUNDANT = "redundant"  # a rule that the others say already
    NEVER_EXCEEDED = "never-exceeded"  # a resource whose limit nothing reaches
    READY_MADE = "ready-made"  # a build of ours that cannot be had
    CASE = "case"  # a test case that does not come out as expected
    BELOW_NOTHING = "below-nothing"  # a build for which we would have to pay
    FOR_NOTHING = "for-nothing"  # a build that costs nothing
    NEGATIVE = "negative"  # an option whose price is below nothing
    ABSURD = "absurd"  # a price out of all proportion to its neighbours
    DEARER_TOGETHER = "dearer-together"  # a bundle that costs more than its options
    MORE_THAN_ALL = "more-than-all"  # a percentage that takes off more than there is
    NO_PRICE = "no-price"
    NO_PICTURE = "no-picture"
    NO_TEXT = "no-text"


ERRORS = frozenset(
    {
        Kind.FAULT,
        Kind.NOTHING,
        Kind.CONTRADICTORY,
        Kind.MINIMUM,
        Kind.TOO_WIDE,
        Kind.READY_MADE,
        Kind.CASE,
        Kind.BELOW_NOTHING,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with what it is about and whose doing it is.

    About: an `option`, a `group`, or by `code` a rule, resource, price rule, bundle, ready-made build or test case.
    `culprits`: the codes of a set of rules, resources and limits (`limit:<group>`) of which none could be left out;
    `against`: the choices that they stand against. `amount` and `beside`: what was found and what it is held against,
    minor units where it is about money. `path`, `message`: of a fault in the document.
    """

    kind: Kind
    option: OptionKey | None = None
    group: str = ""
    code: str = ""
    culprits: tuple[str, ...] = ()
    against: tuple[OptionKey, ...] = ()
    amount: int | None = None
    beside: int | None = None
    languages: tuple[str, ...] = ()
    path: tuple[str | int, ...] = Field(default=())
    message: str = ""

    @property
    def severity(self) -> Severity:
        return Severity.ERROR if self.kind in ERRORS else Severity.WARNING

    @property
    def about(self) -> str:
        """The code of what it is about."""
        return str(self.option) if self.option else self.code or self.group
