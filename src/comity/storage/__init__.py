"""Adapters that keep state: in memory, in SQL databases, and as blobs."""
