"""Step 7: lists of fingerprints, and the cases of those who asked for help; every value is sealed."""

from comity.storage.sql.migrations.steps import Step

PROTECTION = Step(
    number=7,
    name="protection",
    statements=(
        """
    CREATE TABLE hash_list (
        authority {text} NOT NULL,
        name {text} NOT NULL,
        sealed {bytes} NOT NULL,
        PRIMARY KEY (authority, name)
    ){keyed}
    """,
        """
    CREATE TABLE hash_entry (
        authority {text} NOT NULL,
        list_name {text} NOT NULL,
        entry_key {text} NOT NULL,
        number {whole} NOT NULL,
        changed_at {whole} NOT NULL,
        sealed {bytes} NOT NULL,
        PRIMARY KEY (authority, list_name, entry_key)
    ){keyed}
    """,
        "CREATE UNIQUE INDEX hash_entry_number ON hash_entry (authority, number)",
        """
    CREATE TABLE plea (
        authority {text} NOT NULL,
        number {text} NOT NULL,
        sealed {bytes} NOT NULL,
        PRIMARY KEY (authority, number)
    ){keyed}
    """,
    ),
)
