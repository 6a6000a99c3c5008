"""What we do for customers: what they want to hear of, and what they are told. No web in here."""
