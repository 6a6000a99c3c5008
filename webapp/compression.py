"""Answers travel packed."""

import gzip

from flask import Flask, Response, request

LEVEL = 3  # half the time of level 5, which saves a tenth; a click has more need of the time
WORTH_IT = 512
TEXTUAL = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/xml")


def install(app: Flask) -> None:
    app.after_request(packed)


def packed(response: Response) -> Response:
    """The answer, gzipped where the reader takes it and it is worth it."""
    if not (response.mimetype or "").startswith(TEXTUAL):
        return response
    response.vary.add("Accept-Encoding")
    if (
        response.is_streamed
        or response.direct_passthrough
        or response.status_code in (204, 206, 304)
        or "Content-Encoding" in response.headers
        or request.accept_encodings["gzip"] <= 0
    ):
        return response
    body = response.get_data()
    if len(body) < WORTH_IT:
        return response
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
