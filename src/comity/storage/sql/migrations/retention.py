"""Step 13: until when what is shared may be given out."""

from comity.storage.sql.migrations.steps import Step

RETENTION = Step(
    number=13,
    name="how long shared objects are given out",
    statements=(
        f"ALTER TABLE shared_object ADD COLUMN keep_until {{whole}} NOT NULL DEFAULT {1 << 62}",
        "CREATE INDEX shared_object_kept ON shared_object (authority, shelf, keep_until)",
    ),
)
"""What was shared before has no end of its own until it is published again or renewed."""
