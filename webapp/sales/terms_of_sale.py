"""The terms of sale: which edition of the text is in force."""

EDITION = "2026-11"
