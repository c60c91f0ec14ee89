"""Exhibits and the package they travel in: sealing, custody, handling, limits and opening. No IO here.

Normative text: ``docs/spec/package.md``.
"""
