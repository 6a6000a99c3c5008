"""Builds, orders and all that follows from them."""

from webapp import naming  # noqa: F401  before any table is declared
