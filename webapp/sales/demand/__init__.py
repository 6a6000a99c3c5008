"""Demand: what was picked, wanted and refused, counted from touchpoints, builds and orders by the worker."""
