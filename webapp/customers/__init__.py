"""Who people are."""

from webapp import naming  # noqa: F401  before any table is declared
