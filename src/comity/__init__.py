"""Comity makes the United Nations Convention against Cybercrime work in practice."""

__version__ = "0.1.0"
