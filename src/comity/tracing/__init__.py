"""Crypto-assets: addresses, transactions, what is held together, where value went, who is known for what."""
