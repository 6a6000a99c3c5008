"""Whether the process is up, and whether it can serve."""

import re
from functools import cache

from flask import Blueprint, Response, jsonify
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from webapp.catalogues.version import PublishedVersion
from webapp.database import here
from webapp.settings import ROOT

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    missing = what_is_missing()
    return jsonify(status="waiting" if missing else "ok", missing=missing), 503 if missing else 200


def what_is_missing() -> list[str]:
    """What keeps this process from serving, in words for whoever runs it."""
    try:
        with here().engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            if not found or set(found) & outgrown_revisions():
                return ["the database is not migrated"]
            if connection.execute(select(col(PublishedVersion.id)).limit(1)).first() is None:
                return ["no family is published"]
    except SQLAlchemyError as error:
        table_is_missing = "alembic_version" in str(error)
        return ["the database is not migrated" if table_is_missing else "the database does not answer"]
    return []


@cache
def outgrown_revisions() -> frozenset[str]:
    """All steps that others are built on. A step we do not know is a newer program's, which may be on its way in.

    Read from the steps themselves: to import Alembic for it would delay each start.
    """
    texts = [step.read_text() for step in (ROOT / "migrations" / "versions").glob("*.py")]
    found = (re.search(r'^down_revision = "(\w+)"', text, re.MULTILINE) for text in texts)
    return frozenset(each[1] for each in found if each)
