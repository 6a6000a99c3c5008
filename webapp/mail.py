"""The letters that the shop writes: a function for each, with a subject, a text and an HTML template."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template
from flask_babel import force_locale

from webapp import settings
from webapp.outbox import Letter


def install(app: Flask) -> None:
    app.jinja_env.globals["link"] = link


def trial(to: str, language: str) -> Letter:
    """Shows whoever sets up the shop that letters arrive."""
    return rendered("trial", to, language)


def rendered(name: str, to: str, language: str, *, secret: bool = False, **context: Any) -> Letter:
    """A letter from its three templates in its reader's language; to be asked before a transaction.

    `secret`: it holds a key to somebody's account. The desk does not show it, and it is forgotten once it is sent.
    """
    given: dict[str, Any] = {"shop": settings.current()} | context
    with force_locale(language):
        subject = " ".join(render_template(f"mail/{name}.subject.txt", **given).split())
        text = render_template(f"mail/{name}.txt", **given)
        html = render_template(f"mail/{name}.html", **given, subject=subject)
    return Letter(to, language, subject, text.strip() + "\n", html, secret)


def link(endpoint: str, **values: Any) -> str:
    """The full address of a page as readers of a letter need it; never taken from a request's Host."""
    site = urlsplit(settings.current().site_url)
    places = current_app.url_map.bind(site.netloc, script_name=site.path or "/", url_scheme=site.scheme)
    return places.build(endpoint, values, force_external=True)
