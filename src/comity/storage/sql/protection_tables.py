"""The tables of the protection room as the code sees them; every value in them is sealed."""

from sqlalchemy import Index

from comity.storage.sql.columns import octets, table, text, whole

HASH_LIST = table("hash_list", text("authority"), text("name"), octets("sealed"), key="authority name")
HASH_ENTRY = table(
    "hash_entry",
    text("authority"),
    text("list_name"),
    text("entry_key"),
    whole("number"),
    whole("changed_at"),
    octets("sealed"),
    Index("hash_entry_number", "authority", "number", unique=True),
    key="authority list_name entry_key",
)
PLEA = table("plea", text("authority"), text("number"), octets("sealed"), key="authority number")
RECALL = table(
    "recall",
    text("authority"),
    text("list_name"),
    text("receiver"),
    text("mark"),
    whole("since"),
    key="authority list_name receiver mark",
)
