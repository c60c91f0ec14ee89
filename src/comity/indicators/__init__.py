"""Indicators of scams and ransomware: dated statements with marks and use limits, and how they are shared."""
