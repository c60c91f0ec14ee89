"""Step 9: reviews of national law, profiles that Parties signed, and which of them a channel has shown."""

from comity.storage.sql.migrations.steps import Step

LAW = Step(
    number=9,
    name="reviews and profiles of national law",
    statements=(
        """
        CREATE TABLE law_review (
            number {whole} NOT NULL,
            country {text} NOT NULL,
            article {whole} NOT NULL,
            line {bytes} NOT NULL,
            PRIMARY KEY (number)
        ){keyed}
        """,
        "CREATE INDEX law_review_country ON law_review (country, article, number)",
        """
        CREATE TABLE law_profile (
            root {text} NOT NULL,
            version {whole} NOT NULL,
            statement {bytes} NOT NULL,
            taken_at {whole} NOT NULL,
            PRIMARY KEY (root, version)
        ){keyed}
        """,
        "ALTER TABLE channel ADD COLUMN notice_seen {text} NOT NULL DEFAULT ''",
        "ALTER TABLE channel ADD COLUMN notice_heard {text} NOT NULL DEFAULT ''",
    ),
)
