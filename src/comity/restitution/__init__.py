"""Money back: what was recovered of an asset, what came off, who is owed what, and what each received."""
