"""Every table of a store, those of rooms that few commands enter among them."""

from comity.storage.sql import (
    columns,
    guarding_tables,
    law_tables,
    protection_tables,
    redress_tables,
    register_tables,
    sharing_tables,
    tables,
)

MODULES = (
    tables,
    register_tables,
    guarding_tables,
    law_tables,
    protection_tables,
    redress_tables,
    sharing_tables,
)
"""Whose tables join the others when they are loaded."""
METADATA = columns.METADATA
