"""Blobs: sealed files by the Merkle root of their ciphertext, and pieces on their way in."""
