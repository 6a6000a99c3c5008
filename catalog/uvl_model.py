"""A UVL feature model as a value: the tree of features, and constraints over their names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.places import Place


@dataclass(frozen=True, slots=True)
class Name:
    """A feature, named in a constraint; true where it is selected."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Negated:
    """True where the inner constraint is not."""

    inner: "Constraint"


@dataclass(frozen=True, slots=True)
class Joined:
    """Constraints joined by one operator: & and | take any number of parts, => and <=> take two."""

    operator: str
    parts: tuple["Constraint", ...]


Constraint = Name | Negated | Joined


@dataclass(frozen=True, slots=True)
class Group:
    """Children below their parent: `mandatory` or `optional` each, or `low` to `high` of them together."""

    kind: str
    low: int
    high: int
    children: tuple["Feature", ...]

    @property
    def is_counted(self) -> bool:
        return self.kind not in ("mandatory", "optional")


@dataclass(frozen=True, slots=True)
class Feature:
    """A node of the tree. Attributes: name -> (value as written, place)."""

    name: str
    place: Place
    attributes: Mapping[str, tuple[str, Place]]
    groups: tuple[Group, ...]

    def __iter__(self) -> Iterator["Feature"]:
        """The feature and all below it, in reading order."""
        yield self
        for group in self.groups:
            for child in group.children:
                yield from child


@dataclass(frozen=True, slots=True)
class FeatureModel:
    """What a UVL text says."""

    root: Feature
    constraints: tuple[tuple[Constraint, Place], ...]
