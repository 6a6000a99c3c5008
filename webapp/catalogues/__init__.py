"""The document store: published versions of families."""

from webapp import naming  # noqa: F401  before any table is declared
