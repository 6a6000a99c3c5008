"""Two accounts that are one person: found, made one, and parted again."""
