"""Step 2: leases, by which the processes of one node share its work."""

from comity.storage.sql.migrations.steps import Step

LEASES = Step(
    number=2,
    name="leases of lanes",
    statements=(
        """
        CREATE TABLE lease (
            name {text} NOT NULL,
            holder {text} NOT NULL,
            ends_at {whole} NOT NULL,
            PRIMARY KEY (name)
        ){keyed}
        """,
        "CREATE INDEX lease_holder ON lease (holder)",
    ),
)
