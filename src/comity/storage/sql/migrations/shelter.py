"""Step 14: which receivers of a list have not been told yet what was taken back."""

from comity.storage.sql.migrations.steps import Step

SHELTER = Step(
    number=14,
    name="shelter",
    statements=(
        """
    CREATE TABLE recall (
        authority {text} NOT NULL,
        list_name {text} NOT NULL,
        receiver {text} NOT NULL,
        mark {text} NOT NULL,
        since {whole} NOT NULL,
        PRIMARY KEY (authority, list_name, receiver, mark)
    ){keyed}
    """,
    ),
)
