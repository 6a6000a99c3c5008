"""Reads what features cost from a FeatureIDE model (XML): the attribute `Price` of each feature, by name."""

from xml.parsers import expat

from catalog.loader import Faults, Finding
from catalog.money import minor_units

FEATURES = frozenset({"feature", "and", "or", "alt"})
PRICE = "price"


def read(text: str | bytes, file: str, currency: str = "EUR") -> dict[str, int]:
    """Feature -> price in minor units. Raises Faults with every amount that cannot be read, under `file`."""
    return _Reader(file, currency).prices(text)


class _Reader:
    """One reading: the features that are open, and the prices and faults found so far."""

    def __init__(self, file: str, currency: str) -> None:
        self.file, self.currency = file, currency
        self.found: dict[str, int] = {}
        self.faults: list[Finding] = []
        self.open: list[str | None] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def prices(self, text: str | bytes) -> dict[str, int]:
        try:
            self.parser.Parse(text.encode() if isinstance(text, str) else text, True)
        except expat.ExpatError as error:
            message = f"is not well-formed XML: {expat.errors.messages[error.code]}"
            self.faults.append(Finding(self.file, error.lineno, error.offset + 1, message))
        if self.faults:
            raise Faults(self.faults)
        return self.found

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self.open.append(attributes.get("name") if element in FEATURES else None)
        if element != "attribute" or attributes.get("name", "").lower() != PRICE or "value" not in attributes:
            return
        feature = next((name for name in reversed(self.open) if name is not None), None)
        if feature is None:
            self._fault("a price that stands in no feature")
            return
        try:
            self.found[feature] = minor_units(attributes["value"], self.currency)
        except ValueError as error:
            self._fault(str(error))

    def _end(self, _element: str) -> None:
        self.open.pop()

    def _entity(self, *_declaration: object) -> None:
        # Entities can be made to expand without end, and no price list needs them.
        raise Faults([self._finding("entities are not supported")])

    def _fault(self, message: str) -> None:
        self.faults.append(self._finding(message))

    def _finding(self, message: str) -> Finding:
        return Finding(self.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, message)
