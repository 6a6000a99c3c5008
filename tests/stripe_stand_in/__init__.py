"""A strict stand-in for Stripe, ours alone: what it takes from Stripe's published rules stands in docs/payments.md."""
