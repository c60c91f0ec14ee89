"""Logs that only grow: blinded leaves, RFC 9162 trees, C2SP checkpoints, proofs and witnesses."""
