"""The doors of receivers: TAXII 2.1, and what MISP's clients call; each call carries a key."""
