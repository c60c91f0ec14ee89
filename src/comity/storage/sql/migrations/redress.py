"""Step 12: ledgers of restitution, and victims; what is said of a victim is sealed under a key of its own."""

from comity.storage.sql.migrations.steps import Step

REDRESS = Step(
    number=12,
    name="restitution and victims",
    statements=(
        """
    CREATE TABLE restitution_line (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        number {whole} NOT NULL,
        line {bytes} NOT NULL,
        PRIMARY KEY (authority, case_id, number)
    ){keyed}
    """,
        """
    CREATE TABLE victim (
        authority {text} NOT NULL,
        number {text} NOT NULL,
        wrapped {bytes} NOT NULL,
        sealed {bytes} NOT NULL,
        PRIMARY KEY (authority, number)
    ){keyed}
    """,
    ),
)
