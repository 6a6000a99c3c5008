"""In which language a visitor reads, and how to change it."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, redirect, request
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from webapp import settings

bp = Blueprint("languages", __name__)

LANGUAGES = {"ru": "Русский", "en": "English"}
COOKIE = "language"
A_YEAR = 365 * 24 * 3600

# A catalogue of translations for each audience; `site` holds what they share.
CATALOGUES = ("site", "shop", "account", "staff")


def install(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "en"  # the language that messages are written in
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(f"../translations/{name}" for name in CATALOGUES)
    Babel(app, locale_selector=wanted)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, here=here)


def language() -> str:
    """The language of what is being written now, "ru" or "en"."""
    return get_locale().language


def wanted() -> str:
    """The visitor's language: as chosen, else as the browser asks, else the shop's own."""
    if not request:
        return settings.current().language
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or settings.current().language


@bp.get("/language/<code>")
def choose(code: str) -> Response:
    """Remembers a language and goes back to the page that was shown."""
    if code not in LANGUAGES:
        abort(404)
    response = redirect(local(_clicked_on() or request.args.get("next", "")), 303)
    remember(response, code)
    return response


def remember(response: Response, code: str) -> None:
    """Lets the visitor read in this language from the next page on."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def has_chosen() -> bool:
    """Whether the visitor has chosen a language in this browser, as against what it asks for by itself."""
    return request.cookies.get(COOKIE, "") in LANGUAGES


def _clicked_on() -> str:
    """The page of ours that the visitor was on: its address may have moved on since it was drawn."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    return parts._replace(scheme="", netloc="", fragment="").geturl() if parts.netloc == request.host else ""


def here() -> str:
    """The address of this page on this site, to come back to."""
    if request.method != "GET":
        return "/"
    return request.full_path if request.query_string else request.path


def local(address: str) -> str:
    """An address of this site, or home: a link must not send visitors elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    foreign = parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//")
    if foreign or "\\" in address or any(ord(sign) < 32 for sign in address):
        return "/"
    return address
