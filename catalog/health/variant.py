"""Families that differ from a document in a few fields, for questions of the kind "and if it were otherwise?"."""

from typing import Any, TypeVar, cast

from catalog.model import Value

Part = TypeVar("Part", bound=Value)


def but(value: Part, **changed: Any) -> Part:
    """A copy with other fields, unchecked, and with nothing remembered of what follows from the old ones."""
    fields: dict[str, Any] = {name: getattr(value, name) for name in type(value).model_fields}
    return cast(Part, type(value).model_construct(**(fields | changed)))
