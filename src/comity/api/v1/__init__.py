"""The interface for programs, version 1: the same desks as every other face, and no rules of its own."""
