"""Step 10: who holds a sealed file is found by the file."""

from comity.storage.sql.migrations.steps import Step

HOLDERS = Step(
    number=10,
    name="packages by their sealed file",
    statements=("CREATE INDEX package_piece ON package (piece_root, authority, bag_root)",),
)
