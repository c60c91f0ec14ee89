"""Examination of exhibits: a confined worker process that takes containers apart, and its host."""
