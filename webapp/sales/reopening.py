"""What has become of a specification under the version of its family that is on sale."""

from catalog.kept import Kept, KeptPart
from catalog.model import NONE, Family
from catalog.reopen import Reopening, reopen
from webapp.catalogues.published import Published
from webapp.sales.specification import Specification


def reopened(specification: Specification, version: Published, made_under: Family | None = None) -> Reopening:
    """A specification beside a version of its family; `made_under` knows what refused groups were called."""
    return reopen(as_kept(specification, made_under), version.engine)


def as_kept(specification: Specification, made_under: Family | None = None) -> Kept:
    """A specification as the catalogue's thought takes it."""
    parts = tuple(
        KeptPart(key, part.origin, part.group_title, part.title)
        for key, part in zip(specification.picked, specification.listed, strict=True)
    )
    titles = {group.code: group.title for group in made_under.groups} if made_under else {}
    return Kept(
        parts,
        specification.said,
        tuple(specification.priced),
        specification.currency,
        specification.lead_days,
        titles,
    )


def refuses(specification: Specification) -> bool:
    """Whether it says of a group that nothing is wanted there: a specification does not hold such a group's name."""
    return any(key.option == NONE for key in specification.said)
