"""What a customer's service level gives them, for all pages: asked once an answer, and guests cost no statement."""

from flask import g

from webapp.database import reading_rows
from webapp.relations.levels import privilege
from webapp.relations.levels.privilege import NONE, Privileges
from webapp.shop import bp
from webapp.shop.visiting import customer


@bp.app_template_global()
def privileges() -> Privileges:
    """Of whoever is signed in on this device."""
    who = customer()
    if who is None:
        return NONE
    if "privileges" not in g:
        g.privileges = privilege.of(reading_rows(), who.customer_id)
    return g.privileges
