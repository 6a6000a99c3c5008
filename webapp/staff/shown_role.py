"""Roles as the desk names them."""

from flask_babel import gettext as _

from webapp.customers.staff_role import Role
from webapp.staff import bp


@bp.app_template_filter("role_title")
def role_title(role: Role) -> str:
    return {
        Role.EDITOR: _("Catalogue"),
        Role.RELATIONSHIP: _("Customers and orders"),
        Role.PRODUCTION: _("Production"),
        Role.OWNER: _("Owner"),
    }[role]


@bp.app_template_filter("role_meaning")
def role_meaning(role: Role) -> str:
    """What somebody with this role does here."""
    return {
        Role.EDITOR: _("Changes models, options, rules, prices and pictures, and publishes them."),
        Role.RELATIONSHIP: _("Looks after orders, payments, refunds and letters."),
        Role.PRODUCTION: _("Makes what was ordered, and keeps the workshop's calendar."),
        Role.OWNER: _("May do everything, invites colleagues and reads the whole record."),
    }[role]
