"""The inbox of the desk: threads with customers and guests, answers, notes among colleagues, canned answers."""

from webapp.staff.talk import canned, inbox, opening, threads  # noqa: F401  their routes
