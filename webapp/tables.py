"""All tables: a module with a table is named here, so that migrations see it."""

from webapp import attempts, outbox  # noqa: F401
from webapp.catalogues import version  # noqa: F401
from webapp.customers import staff_member  # noqa: F401
