"""What is written down of each request: its number, its route and how it ended; nothing of who asked.

With `LEKALO_LOG=json` everything goes to stderr as one JSON object a line, exceptions too.
"""

import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from webapp.metrics import requests

log = logging.getLogger(__name__)

NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADER = "X-Request-ID"
MAIL_ADDRESS = re.compile(r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+")
NO_ROUTE = "-"  # an address that is none of ours


def install(app: Flask, form: str) -> None:
    app.before_request(begin)
    app.after_request(end)
    app.log_exception = lambda *_: None  # type: ignore[method-assign]  # errors.py does, without the address
    app.jinja_env.globals["request_number"] = request_number
    if form == "json":
        write_json()


def write_json() -> None:
    """Lets this process write JSON lines; its own from "info" on, others' warnings."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root.handlers[:] = [handler]
    logging.getLogger("webapp").setLevel(logging.INFO)


def begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_number = given if NUMBER.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def end(response: Response) -> Response:
    if "began" not in g:
        return response
    seconds = time.perf_counter() - g.began
    # Never the address itself: it may hold the key to somebody's order.
    route = request.url_rule.rule if request.url_rule else NO_ROUTE
    method = request.method if request.url_rule else NO_ROUTE
    requests.note(route, method, response.status_code, seconds)
    log.info(
        "request",
        extra={
            "fields": {
                "method": method,
                "route": route,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000, 1),
            }
        },
    )
    response.headers[HEADER] = g.request_number
    return response


def request_number() -> str:
    """By which an answer and what is written down about it find each other."""
    return g.get("request_number", "") if has_request_context() else ""


class JsonLines(logging.Formatter):
    """A line for machines; mail addresses, which servers and drivers like to quote, are left out."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_addresses(record.getMessage()),
        }
        if number := request_number():
            said["request"] = number
        said |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            said["traceback"] = _without_addresses(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def _without_addresses(text: str) -> str:
    return MAIL_ADDRESS.sub("…@…", text)
