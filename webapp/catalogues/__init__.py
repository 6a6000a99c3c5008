"""The document store: published versions of families."""
