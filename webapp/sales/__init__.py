"""Builds, orders and all that follows from them."""
