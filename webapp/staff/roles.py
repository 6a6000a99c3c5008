"""Which role may ask for which page of the desk: said at each route, checked before any of them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app

from webapp.customers.staff_role import Role

View = TypeVar("View", bound=Callable[..., Any])
NAMED = "allowed_roles"


def allowed(*roles: Role) -> Callable[[View], View]:
    """Says which roles a route is for, besides owners. A route that does not say it is open to nobody."""

    def mark(view: View) -> View:
        setattr(view, NAMED, frozenset(roles) | {Role.OWNER})
        return view

    return mark


def allowed_at(endpoint: str) -> frozenset[Role]:
    """The roles that may ask for a page; none for one that is not there, or does not say."""
    return getattr(current_app.view_functions.get(endpoint), NAMED, frozenset())
