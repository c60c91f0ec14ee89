"""Step 8: indicators and what is shared of them, and the keys of receivers."""

from comity.storage.sql.migrations.steps import Step

SHARING = Step(
    number=8,
    name="indicators and their sharing",
    statements=(
        """
        CREATE TABLE shared_object (
            authority {text} NOT NULL,
            shelf {text} NOT NULL,
            number {whole} NOT NULL,
            object_id {text} NOT NULL,
            version {text} NOT NULL,
            kind {text} NOT NULL,
            added_at {whole} NOT NULL,
            newest {whole} NOT NULL,
            tlp {whole} NOT NULL,
            owner {text} NOT NULL,
            body {bytes} NOT NULL,
            PRIMARY KEY (authority, shelf, number)
        )
        """,
        "CREATE UNIQUE INDEX shared_object_version ON shared_object (authority, shelf, object_id, version)",
        "CREATE INDEX shared_object_newest ON shared_object (authority, shelf, newest, number)",
        "CREATE INDEX shared_object_kind ON shared_object (authority, shelf, kind, newest, number)",
        "CREATE INDEX shared_object_added ON shared_object (authority, shelf, added_at)",
        """
        CREATE TABLE shared_value (
            authority {text} NOT NULL,
            shelf {text} NOT NULL,
            number {whole} NOT NULL,
            place {whole} NOT NULL,
            kind {text} NOT NULL,
            value {text} NOT NULL,
            PRIMARY KEY (authority, shelf, number, place)
        ){keyed}
        """,
        "CREATE INDEX shared_value_kind ON shared_value (authority, shelf, kind, value)",
        "CREATE INDEX shared_value_text ON shared_value (authority, shelf, value)",
        """
        CREATE TABLE receiver (
            authority {text} NOT NULL,
            name {text} NOT NULL,
            digest {bytes} NOT NULL,
            most_tlp {whole} NOT NULL,
            writes {whole} NOT NULL,
            made_at {whole} NOT NULL,
            revoked_at {whole},
            PRIMARY KEY (authority, name)
        ){keyed}
        """,
        "CREATE INDEX receiver_digest ON receiver (digest)",
    ),
)
"""Value texts are cut to what an index of both engines takes; the objects hold them whole."""
