"""All tables: a module with a table is named here, so that migrations see it."""

from webapp import attempts, outbox  # noqa: F401
from webapp.catalogues import version  # noqa: F401
from webapp.customers import staff_act, staff_member, touchpoint  # noqa: F401
from webapp.sales import build, current_build, delivery, order, order_line, order_step, payment  # noqa: F401
