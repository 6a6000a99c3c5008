"""Segments at the desk: rules about customers, who is in them and why, and how their sizes change."""

from webapp.staff.segments import editing, members, pages  # noqa: F401  their routes
