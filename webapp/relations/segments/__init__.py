"""Segments: rules about customers, the facts that they may ask for, and who is in them."""
