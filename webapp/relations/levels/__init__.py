"""Service levels: the ladder, who stands where on it and why, and what that gives."""
