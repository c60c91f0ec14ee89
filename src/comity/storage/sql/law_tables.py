"""The tables of the law desk: reviews of finds, and profiles that Parties signed."""

from sqlalchemy import Index

from comity.storage.sql.columns import octets, table, text, whole

LAW_REVIEW = table(
    "law_review",
    whole("number"),
    text("country"),
    whole("article"),
    octets("line"),
    Index("law_review_country", "country", "article", "number"),
    key="number",
)
LAW_PROFILE = table(
    "law_profile",
    text("root"),
    whole("version"),
    octets("statement"),
    whole("taken_at"),
    key="root version",
)
