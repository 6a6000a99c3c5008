"""The catalogue desk: drafts of families, each part on a page of its own."""

from webapp.staff.catalogue import (  # noqa: F401  their routes and words
    cases,
    families,
    family,
    files,
    groups,
    limits,
    option,
    options,
    overview,
    people,
    pictures,
    preview,
    prices,
    proof,
    publish,
    rehearsal,
    rules,
    shown_acts,
    texts,
)
