"""Law from files and for searches: readers of published forms, and the index of words."""
