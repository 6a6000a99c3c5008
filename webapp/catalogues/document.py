"""Documents of families by their hash, wherever they are kept: as published versions or as revisions of a draft."""

from sqlmodel import Session, col, select

from catalog.model import Family
from webapp.catalogues import version
from webapp.catalogues.draft import DraftRevision
from webapp.catalogues.version import PublishedVersion


def of(session: Session, code: str, sha256: str) -> Family | None:
    """The family of a hash, None where nobody kept such a document."""
    for table in (PublishedVersion, DraftRevision):
        text = session.exec(
            select(table.document)
            .where(table.family_code == code, table.sha256 == sha256)
            .order_by(col(table.id))
            .limit(1)
        ).first()
        if text is not None:
            return version.read(text)
    return None
