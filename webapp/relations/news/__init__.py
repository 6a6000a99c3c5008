"""News: topics to follow, items, and the letters that tell of them."""
