"""Step 4: how each time in the register was come to, and where its alarms lead."""

from comity.storage.sql.migrations.steps import Step

CLOCKS = Step(
    number=4,
    name="arithmetic of deadlines",
    statements=(
        "ALTER TABLE register_duty ADD COLUMN alarms_at {whole} NOT NULL DEFAULT -1",
        "ALTER TABLE register_duty ADD COLUMN steps {text} NOT NULL DEFAULT '[]'",
    ),
)
