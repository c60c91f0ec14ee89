"""The tables of indicators and of what is shared of them."""

from sqlalchemy import Index

from comity.storage.sql.columns import octets, table, text, whole

SHARED_OBJECT = table(
    "shared_object",
    text("authority"),
    text("shelf"),
    whole("number"),
    text("object_id"),
    text("version"),
    text("kind"),
    whole("added_at"),
    whole("newest"),
    whole("tlp"),
    text("owner"),
    octets("body"),
    whole("keep_until"),
    Index("shared_object_version", "authority", "shelf", "object_id", "version", unique=True),
    Index("shared_object_newest", "authority", "shelf", "newest", "number"),
    Index("shared_object_kind", "authority", "shelf", "kind", "newest", "number"),
    Index("shared_object_added", "authority", "shelf", "added_at"),
    Index("shared_object_open", "authority", "shelf", "newest", "tlp", "number"),
    Index("shared_object_own", "authority", "shelf", "newest", "owner", "tlp", "number"),
    Index("shared_object_kept", "authority", "shelf", "keep_until"),
    key="authority shelf number",
)
SHARED_VALUE = table(
    "shared_value",
    text("authority"),
    text("shelf"),
    whole("number"),
    whole("place"),
    text("kind"),
    text("value"),
    Index("shared_value_kind", "authority", "shelf", "kind", "value"),
    Index("shared_value_text", "authority", "shelf", "value"),
    key="authority shelf number place",
)
RECEIVER = table(
    "receiver",
    text("authority"),
    text("name"),
    octets("digest"),
    whole("most_tlp"),
    whole("writes"),
    whole("made_at"),
    whole("revoked_at", null=True),
    Index("receiver_digest", "digest"),
    key="authority name",
)
