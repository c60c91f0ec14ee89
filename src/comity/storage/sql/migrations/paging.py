"""Step 15: pages of shared objects are read by the marks that a receiver may see."""

from comity.storage.sql.migrations.steps import Step

PAGING = Step(
    number=15,
    name="pages by marks",
    statements=(
        "CREATE INDEX shared_object_open ON shared_object (authority, shelf, newest, tlp, number)",
        "CREATE INDEX shared_object_own ON shared_object (authority, shelf, newest, owner, tlp, number)",
    ),
)
