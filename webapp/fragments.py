"""One address, three forms of answer: the page, the fragment that stands in it, JSON."""

from typing import Any

from flask import Flask, Response, make_response, render_template, request


def install(app: Flask) -> None:
    app.jinja_env.globals["swapping"] = swapping


def page_or_fragment(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """The fragment when htmx asked for it, the whole page for everyone else."""
    response = make_response(render_template(fragment if swapping() else page, **context), status)
    response.vary.update(["HX-Request", "HX-Request-Type", "Accept"])
    return response


def swapping() -> bool:
    """Whether htmx asks for a part of the page that is already there."""
    return request.headers.get("HX-Request-Type") == "partial"


def wants_json() -> bool:
    """Whether the reader is a program that asked for JSON rather than a page."""
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"
