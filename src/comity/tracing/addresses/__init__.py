"""Addresses of crypto-assets: whether they hold, on which networks, and what is wrong with the others."""
