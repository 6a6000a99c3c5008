"""The web application put together from its rooms: the one module that imports all of them."""

from contextlib import suppress
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    account,
    assets,
    compression,
    database,
    errors,
    formats,
    fragments,
    guards,
    health,
    languages,
    logs,
    mail,
    monitoring,
    shop,
    staff,
    webhooks,
)
from webapp.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent


def assembled(settings: Settings | None) -> Flask:
    """The web application with the given settings, or those of the environment."""
    try:
        settings = settings or Settings.from_environment()
    except SettingsError as error:
        raise SystemExit(f"lekalo: {error}") from None
    app = Flask(
        "webapp",
        template_folder=str(ROOT / "templates"),
        static_folder=None,  # assets.py serves it, with lasting addresses
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(settings.for_flask())
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": CompiledTemplates(str(_compiled_templates(settings))),
    }
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    logs.install(app, settings.log)  # first in, last out: it takes the time
    compression.install(app)  # first in, last out: it packs what the others have finished
    guards.install(app)
    database.install(app, settings.database_url, connections=2 * settings.threads)
    languages.install(app)
    formats.install(app)
    assets.install(app, ROOT / "static")
    fragments.install(app)
    mail.install(app)
    errors.install(app)
    app.cli = Commands()
    for room in (health, monitoring, languages, shop, account, staff, webhooks):
        app.register_blueprint(room.bp)
    return app


def _compiled_templates(settings: Settings) -> Path:
    """Where templates stay compiled, so that the next process need not do it again before its first page."""
    place = settings.instance / "templates"
    with suppress(OSError):
        place.mkdir(exist_ok=True)
    return place


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in files; on a disk that is full or read-only each process compiles its own."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


class Commands(AppGroup):
    """The commands, read when one is asked for: a web process has no use for them and what they need."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from webapp.commands import COMMANDS

        return COMMANDS.get(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        from webapp.commands import COMMANDS

        return sorted(COMMANDS)
