"""The steps from an empty database to today's tables, and back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(url: str, to: str = "heads") -> None:
    command.upgrade(_config(url), to)


def downgrade(url: str, to: str = "base") -> None:
    command.downgrade(_config(url), to)


def check(url: str) -> None:
    """Raises where the tables differ from what the code declares."""
    command.check(_config(url))


def new(url: str, message: str) -> None:
    """Writes the next step; steps are numbered, so that they are read in their order."""
    number = f"{len(list((MIGRATIONS / 'versions').glob('*.py'))) + 1:04}"
    command.revision(_config(url), message, autogenerate=True, rev_id=number)


def script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(""))


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url  # as it is: an ini value would trip over a "%" in a password
    return config
