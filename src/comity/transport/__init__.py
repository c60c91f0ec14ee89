"""Outbound: calls over HTTPS, and the same bytes through a folder that is carried."""
