"""Step 11: reports, looks and takedowns of the protection room, sealed; and public ranges of addresses."""

from comity.storage.sql.migrations.steps import Step

GUARDING = Step(
    number=11,
    name="reports, looks and takedowns",
    statements=(
        """
    CREATE TABLE guard_kept (
        authority {text} NOT NULL,
        kind {text} NOT NULL,
        item_key {text} NOT NULL,
        number {whole} NOT NULL,
        sealed {bytes} NOT NULL,
        PRIMARY KEY (authority, kind, item_key)
    ){keyed}
    """,
        "CREATE UNIQUE INDEX guard_kept_number ON guard_kept (authority, kind, number)",
        """
    CREATE TABLE guard_mark (
        authority {text} NOT NULL,
        mark {text} NOT NULL,
        kind {text} NOT NULL,
        item_key {text} NOT NULL,
        PRIMARY KEY (authority, mark, kind, item_key)
    ){keyed}
    """,
        "CREATE INDEX guard_mark_item ON guard_mark (authority, kind, item_key)",
        """
    CREATE TABLE address_range (
        source {text} NOT NULL,
        family {whole} NOT NULL,
        first {text} NOT NULL,
        last {text} NOT NULL,
        party {text} NOT NULL,
        status {text} NOT NULL,
        PRIMARY KEY (source, family, first)
    ){keyed}
    """,
    ),
)
