"""Which databases a test runs on: SQLite by default, PostgreSQL too where persistence is what it is about."""

import pytest

on_both_databases = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
