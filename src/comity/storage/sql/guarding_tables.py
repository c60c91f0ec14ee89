"""The tables of reports, looks and takedowns as the code sees them; ranges of addresses are public."""

from sqlalchemy import Index

from comity.storage.sql.columns import octets, table, text, whole

KEPT = table(
    "guard_kept",
    text("authority"),
    text("kind"),
    text("item_key"),
    whole("number"),
    octets("sealed"),
    Index("guard_kept_number", "authority", "kind", "number", unique=True),
    key="authority kind item_key",
)
MARK = table(
    "guard_mark",
    text("authority"),
    text("mark"),
    text("kind"),
    text("item_key"),
    Index("guard_mark_item", "authority", "kind", "item_key"),
    key="authority mark kind item_key",
)
RANGE = table(
    "address_range",
    text("source"),
    whole("family"),
    text("first"),
    text("last"),
    text("party"),
    text("status"),
    key="source family first",
)
