"""What we do for customers: what they want to hear of, and what they are told. No web in here."""

from webapp import naming  # noqa: F401  before any table is declared
