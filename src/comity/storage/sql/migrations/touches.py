"""Step 6: events of packages after their sealing, each a signed statement."""

from comity.storage.sql.migrations.steps import Step

TOUCHES = Step(
    number=6,
    name="custody after sealing",
    statements=(
        """
    CREATE TABLE touch (
        authority {text} NOT NULL,
        bag_root {text} NOT NULL,
        number {whole} NOT NULL,
        statement {bytes} NOT NULL,
        PRIMARY KEY (authority, bag_root, number)
    ){keyed}
    """,
    ),
)
