"""Tracing at size: tables of transactions out of core, and compiled passes over millions of moves."""
