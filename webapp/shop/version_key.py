"""A published version as a key of what is worked out once for everybody."""

from webapp.catalogues.published import Published


class VersionKey:
    """A version as a key that is quick to compare."""

    def __init__(self, sold: Published) -> None:
        self.sold = sold

    def __hash__(self) -> int:
        return hash(self.sold.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VersionKey) and self.sold.sha256 == other.sold.sha256
