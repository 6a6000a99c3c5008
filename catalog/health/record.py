"""What an examination found, as plain values to be stored, and back."""

from typing import Any

from pydantic import TypeAdapter

from catalog.health.examination import Health

_HEALTH: TypeAdapter[Health] = TypeAdapter(Health)


def written(health: Health) -> dict[str, Any]:
    """Plain values, of which `read` makes the same again."""
    return dict(_HEALTH.dump_python(health, mode="json"))


def read(values: dict[str, Any]) -> Health:
    return _HEALTH.validate_python(values)
