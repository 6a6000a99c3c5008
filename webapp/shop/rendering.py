"""Macros of our templates, called from Python where a page's unchanging parts are prepared."""

from collections.abc import Callable

from flask import current_app


def macro(template: str, name: str) -> Callable[..., str]:
    """A macro of a template; it speaks the language of the request that calls it."""
    return getattr(current_app.jinja_env.get_template(template).module, name)
