"""Demand at the desk: what was picked, what was wanted and refused, where shoppers stop."""

from webapp.staff.demand import files, pages, rows  # noqa: F401  their routes
