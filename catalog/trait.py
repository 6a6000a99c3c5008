"""What a document says about the people whom options suit: traits in words, and numbers that may be stated."""

from catalog.texts import Code, Texts, Value


class Trait(Value):
    """What a trait of options is called, and each of its values, as a person would say them."""

    title: Texts
    values: dict[Code, Texts] = {}


class Measure(Value):
    """A whole number that shoppers may state of themselves: it suits an option where it lies between two of its
    attributes, both included. An option with neither is suited by any."""

    code: Code
    title: Texts
    description: Texts = Texts({})
    unit: str = ""
    from_attribute: Code
    to_attribute: Code

    @property
    def attributes(self) -> tuple[str, str]:
        return self.from_attribute, self.to_attribute
