"""Static files: hashed addresses that may be kept for ever, style sheets in one piece."""

import gzip
import hashlib
import mimetypes
from functools import cached_property
from os.path import isfile  # unlike a Path's own, it takes a name that is too long for a missing file
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, abort, current_app, request, url_for
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

# A bundle is its files in this order; the cascade itself is settled by @layer in tokens.css.
BUNDLES = {
    "site.css": ("css/tokens.css", "css/base/*.css", "css/components/*.css", "css/pages/*.css"),
    "staff.css": ("css/staff/*.css",),
}
VENDORED = "vendor/"  # its folders carry their version
FOR_EVER = "public, max-age=31536000, immutable"
PACKABLE = {".css", ".js", ".svg", ".json", ".txt", ".md", ".map", ".webmanifest"}

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class Asset:
    """One file or bundle as it stood when it was read."""

    def __init__(self, name: str, body: bytes) -> None:
        self.name = name
        self.body = body
        self.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.version = hashlib.sha256(body).hexdigest()[:12]

    @cached_property
    def packed(self) -> bytes | None:
        """The body gzipped as well as it goes, where that makes it smaller."""
        if Path(self.name).suffix not in PACKABLE:
            return None
        return gzip.compress(self.body, 9, mtime=0)


class Stamp(NamedTuple):
    """What tells an unchanged file without reading it."""

    path: Path
    changed: int
    size: int


class Assets:
    """The static folder, read once and again where a file has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, tuple[tuple[Stamp, ...], Asset]] = {}

    def get(self, name: str) -> Asset | None:
        stamps = tuple(self._stamp(path) for path in self._files(name))
        if not stamps and name not in BUNDLES:
            return None
        kept = self.kept.get(name)
        if kept is None or kept[0] != stamps:
            body = b"\n".join(stamp.path.read_bytes() for stamp in stamps)
            kept = self.kept[name] = (stamps, Asset(name, body))
        return kept[1]

    def _files(self, name: str) -> list[Path]:
        if name in BUNDLES:
            return [path for pattern in BUNDLES[name] for path in sorted(self.folder.glob(pattern))]
        place = safe_join(str(self.folder), name)
        return [Path(place)] if place and isfile(place) else []

    @staticmethod
    def _stamp(path: Path) -> Stamp:
        status = path.stat()
        return Stamp(path, status.st_mtime_ns, status.st_size)


def install(app: Flask, folder: Path) -> None:
    app.extensions["lekalo.assets"] = Assets(folder)
    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.jinja_env.globals["asset"] = address


def address(name: str) -> str:
    """The address of a static file or bundle; it changes when the content does."""
    if name.startswith(VENDORED):
        return url_for("static", filename=name)
    found = _assets().get(name)
    return url_for("static", filename=name, v=found.version if found else None)


def serve(filename: str) -> AnyResponse:
    """A static file, kept for ever by the reader when the address names this very content."""
    asset = _assets().get(filename) or abort(404)
    packed = asset.packed if request.accept_encodings["gzip"] > 0 else None
    response = Response(asset.body if packed is None else packed, mimetype=asset.mimetype)
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    if asset.packed is not None:
        response.vary.add("Accept-Encoding")
    lasting = filename.startswith(VENDORED) or request.args.get("v") == asset.version
    response.headers["Cache-Control"] = FOR_EVER if lasting else "public, max-age=60"
    response.set_etag(asset.version + ("-gz" if packed is not None else ""))
    return response.make_conditional(request)


def _assets() -> Assets:
    return current_app.extensions["lekalo.assets"]
