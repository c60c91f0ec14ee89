"""Step 5: domestic facts beside the cases."""

from comity.storage.sql.migrations.steps import Step

FACTS = Step(
    number=5,
    name="domestic facts",
    statements=(
        """
    CREATE TABLE domestic_fact (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        number {whole} NOT NULL,
        line {bytes} NOT NULL,
        PRIMARY KEY (authority, case_id, number)
    ){keyed}
    """,
    ),
)
