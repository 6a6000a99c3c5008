"""All tables: a module with a table is named here, so that migrations see it."""

from webapp import attempts, outbox  # noqa: F401
from webapp.catalogues import draft, publication, publishing_limit, task, version  # noqa: F401
from webapp.customers import (  # noqa: F401
    consent,
    customer,
    customer_session,
    erasure,
    past_consent,
    rights_request,
    sign_in_request,
    staff_act,
    staff_invitation,
    staff_member,
    staff_recovery_code,
    staff_session,
    touchpoint,
)
from webapp.sales import (  # noqa: F401
    billing_address,
    build,
    build_version,
    calendar,
    capacity,
    cart_line,
    comment,
    current_build,
    delivery,
    dispute,
    invoice,
    offer,
    order,
    order_line,
    order_reduction,
    order_revision,
    order_step,
    order_tax,
    payment,
    payment_intent,
    promise_reminder,
    proposal,
    quote,
    refund,
    rehearsed,
    stripe_event,
    watch,
)
from webapp.sales.demand import answer, journey, part_set, progress, refusal  # noqa: F401
