"""Measurements against bounds: ratios from one run, interleaved, CPU beside wall."""
