"""The card of a customer: all that a colleague needs to find and serve them."""
