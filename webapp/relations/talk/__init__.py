"""Talk: threads, what is said in them on every way, and how soon it is answered."""
