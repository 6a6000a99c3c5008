"""Runs the migrations, on SQLite and PostgreSQL alike, one process at a time."""

from alembic import context
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from webapp import tables  # noqa: F401  every table is declared
from webapp.database import engine_for
from webapp.settings import Settings

ONE_AT_A_TIME = 4_310_572  # any number that all our processes agree on


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


url = context.config.attributes.get("url") or Settings.from_environment().database_url
# A batch rebuilds tables; with foreign keys on, dropping the old one would delete its children.
engine = engine_for(url, foreign_keys=False, hurried=False)
with engine.execution_options(write=True).begin() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        # Who waits for a table holds up everybody behind it: give way, and let it be tried again.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    run(connection)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration would break {len(broken)} foreign keys: {broken[:5]}")
engine.dispose()
