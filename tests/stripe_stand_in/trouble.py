"""Refusals, in the words and the form of Stripe."""

from typing import Any


class Trouble(Exception):
    """An error answer. `is_kept`: the same key gets it again, as Stripe does once a request was begun."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status, self.is_kept = status, is_kept
        given = {"message": message, "type": kind, "code": code, "param": param}
        self.body: dict[str, Any] = {"error": {name: value for name, value in given.items() if value}}


def missing(kind: str, name: str) -> Trouble:
    return Trouble(404, f"No such {kind}: '{name}'", code="resource_missing", param="id")
