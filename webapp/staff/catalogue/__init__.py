"""The catalogue desk: drafts of families, each part on a page of its own."""

from webapp.staff.catalogue import families, overview  # noqa: F401  their routes
