"""The tables as the code sees them; ``migrations`` makes them, and a test compares the two.

Columns are BLOB, TEXT and BIGINT only, so that both engines agree. Truth values are 0 and 1, times are
integer microseconds, and a list of short texts is JSON text that no query ever looks into.
"""

from sqlalchemy import Index

from comity.storage.sql.columns import octets as _bytes
from comity.storage.sql.columns import table as _table
from comity.storage.sql.columns import text as _text
from comity.storage.sql.columns import whole as _whole

SCHEMA_STEP = _table("schema_step", _whole("number"), _text("name"), key="number")

# --- acts and cases ----------------------------------------------------------------------------

ACT = _table(
    "act",
    _text("authority"),
    _text("case_id"),
    _text("act_id"),
    _text("kind"),
    _text("author"),
    _text("author_root"),
    _text("addressee"),
    _text("addressee_root"),
    _whole("seq"),
    _text("prev_own", null=True),
    _bytes("signed"),
    _whole("at"),
    _whole("stored_at"),
    _whole("own"),
    _whole("covers"),
    Index("act_by_author", "authority", "case_id", "author", "author_root", "seq"),
    key="act_id authority",
)
ACT_RECEIPT = _table(
    "act_receipt",
    _text("authority"),
    _text("case_id"),
    _text("act_id"),
    _whole("act_seq"),
    _text("signer"),
    _text("signer_root"),
    _whole("at"),
    _whole("your_last_seq"),
    _whole("own_last_seq"),
    _text("pending", null=True),
    _text("result"),
    _text("code"),
    _bytes("receipt"),
    Index("act_receipt_seq", "authority", "case_id", "signer", "signer_root", "result", "act_seq"),
    key="authority case_id act_id signer signer_root",
)
ACT_PART = _table(
    "act_part",
    _text("authority"),
    _text("act_id"),
    _text("name"),
    _text("media"),
    _text("digest"),
    _bytes("salt", null=True),
    _bytes("data", null=True),
    key="act_id authority name",
)
DRAFT = _table(
    "draft",
    _text("authority"),
    _text("case_id"),
    _text("act_id"),
    _text("kind"),
    _whole("seq"),
    _text("payload_type"),
    _bytes("payload"),
    _text("drafted_by"),
    _whole("drafted_at"),
    Index("draft_act", "authority", "act_id"),
    key="authority case_id",
)
DRAFT_PART = _table(
    "draft_part",
    _text("authority"),
    _text("case_id"),
    _whole("number"),
    _text("act_id"),
    _text("name"),
    _text("media"),
    _text("digest"),
    _bytes("salt", null=True),
    _bytes("data", null=True),
    key="authority case_id number",
)
DRAFT_APPROVAL = _table(
    "draft_approval",
    _text("authority"),
    _text("case_id"),
    _whole("number"),
    _bytes("statement"),
    key="authority case_id number",
)
DECISION = _table(
    "decision",
    _text("authority"),
    _text("case_id"),
    _text("act_id"),
    _text("finding"),
    _text("severity"),
    _text("officer"),
    _text("role"),
    _text("inner_reason"),
    _bytes("inner_salt"),
    _text("outer_reason"),
    _text("rules"),
    _whole("at"),
    key="act_id authority finding officer",
)
GATE = _table(
    "gate",
    _text("authority"),
    _text("case_id"),
    _text("act_id"),
    _text("kind"),
    _text("rules"),
    _text("findings"),
    _text("approvers"),
    _whole("at"),
    key="act_id authority",
)
DOSSIER = _table(
    "dossier",
    _text("authority"),
    _text("dossier"),
    _text("case_id"),
    _whole("at"),
    key="authority dossier case_id",
)

# --- exchange ----------------------------------------------------------------------------------

OUTBOX = _table(
    "outbox",
    _text("message_id"),
    _text("authority"),
    _text("peer"),
    _text("addressee"),
    _bytes("sealed"),
    _bytes("digest"),
    _whole("position"),
    _whole("queued_at"),
    _whole("attempts"),
    _whole("next_at"),
    _text("state"),
    _text("code"),
    _whole("settled_at", null=True),
    Index("outbox_channel", "peer", "authority", "addressee", "position"),
    Index("outbox_waiting", "state", "peer", "authority", "addressee", "position"),
    key="message_id",
)
INBOX_RECEIPT = _table(
    "inbox_receipt",
    _text("authority"),
    _text("message_id"),
    _text("peer"),
    _bytes("receipt"),
    key="authority message_id",
)
INBOX_NONCE = _table(
    "inbox_nonce",
    _text("peer"),
    _bytes("nonce"),
    _whole("until_at"),
    Index("inbox_nonce_until", "until_at"),
    key="peer nonce",
)
INBOX_HELD = _table(
    "inbox_held",
    _text("message_id"),
    _text("authority"),
    _text("peer"),
    _text("sender"),
    _bytes("sealed"),
    _text("missing"),
    _whole("held_at"),
    _whole("until_at"),
    Index("inbox_held_peer", "peer", "authority", "held_at"),
    key="authority message_id",
)
PEER_USAGE = _table(
    "peer_usage",
    _text("peer"),
    _whole("on_day"),
    _text("what"),
    _whole("amount"),
    key="peer on_day what",
)
PARTY_ROOT = _table(
    "party_root", _text("fingerprint"), _whole("version"), _bytes("envelope"), key="fingerprint version"
)
PARTY_ENTRY = _table(
    "party_entry", _text("fingerprint"), _whole("version"), _bytes("envelope"), key="fingerprint version"
)
PIN = _table(
    "pin",
    _text("fingerprint"),
    _text("party"),
    _text("realm"),
    _whole("pinned_at"),
    _text("officers"),
    _text("channel"),
    _whole("ours"),
    key="fingerprint",
)
ALARM = _table(
    "alarm",
    _whole("number"),
    _text("code"),
    _text("authority"),
    _text("peer"),
    _whole("at"),
    _bytes("detail"),
    Index("alarm_once", "code", "authority", "peer", "detail", unique=True),
    key="number",
)
CHANNEL = _table(
    "channel",
    _text("authority"),
    _text("peer"),
    _text("addressee"),
    _text("entry_sent"),
    _whole("log_seen"),
    _whole("last_contact_at"),
    _whole("failing_since", null=True),
    _whole("alarmed_at", null=True),
    _whole("incarnation"),
    _text("notice_seen"),
    _text("notice_heard"),
    key="authority peer addressee",
)
DELIVERY = _table(
    "delivery",
    _text("act_id"),
    _text("authority"),
    _text("peer"),
    _text("counterpart"),
    _text("direction"),
    _whole("payload_length"),
    _text("piece_root"),
    _whole("pieces"),
    _whole("announced_at"),
    _text("name"),
    _whole("attempts"),
    _whole("next_at"),
    _whole("done_at", null=True),
    Index("delivery_open", "direction", "done_at", "authority", "announced_at"),
    key="act_id authority direction",
)

# --- logs --------------------------------------------------------------------------------------

LOG = _table(
    "log",
    _whole("number"),
    _text("authority"),
    _text("origin"),
    _whole("size"),
    Index("log_origin", "origin", unique=True),
    key="number",
)
LOG_LEAF = _table(
    "log_leaf",
    _whole("log"),
    _whole("position"),
    _text("tag"),
    _bytes("nonce"),
    _bytes("digest"),
    _whole("at"),
    _bytes("hash"),
    _whole("digest_start"),
    Index("log_leaf_digest", "log", "digest_start"),
    key="log position",
)
LOG_NODE = _table("log_node", _whole("log"), _whole("place"), _bytes("hash"), key="log place")
LOG_CHECKPOINT = _table("log_checkpoint", _text("origin"), _whole("size"), _bytes("note"), key="origin size")
LOG_WITNESSED = _table(
    "log_witnessed",
    _text("origin"),
    _whole("size"),
    _bytes("root"),
    _bytes("note"),
    _whole("at"),
    key="origin",
)
LOG_ALARM = _table(
    "log_alarm",
    _whole("number"),
    _bytes("notes"),
    _text("kind"),
    _text("origin"),
    _bytes("held"),
    _bytes("offered"),
    _whole("proven"),
    _whole("at"),
    Index("log_alarm_once", "notes", unique=True),
    key="number",
)

# --- evidence, jobs, node ----------------------------------------------------------------------

PACKAGE = _table(
    "package",
    _text("authority"),
    _text("piece_root"),
    _text("bag_root"),
    _whole("payload_length"),
    _bytes("leaves"),
    _whole("header_length"),
    _text("case_id", null=True),
    _text("delivery", null=True),
    _whole("own"),
    _bytes("exhibits"),
    _whole("stored_at"),
    Index("package_case", "authority", "case_id", "stored_at"),
    Index("package_piece", "piece_root", "authority", "bag_root"),
    Index("package_delivery", "delivery", "authority"),
    key="bag_root authority",
)
CUSTODY = _table(
    "custody",
    _text("authority"),
    _text("bag_root"),
    _whole("number"),
    _bytes("line"),
    key="authority bag_root number",
)
TOUCH = _table(
    "touch",
    _text("authority"),
    _text("bag_root"),
    _whole("number"),
    _bytes("statement"),
    key="authority bag_root number",
)
DOMESTIC_FACT = _table(
    "domestic_fact",
    _text("authority"),
    _text("case_id"),
    _whole("number"),
    _bytes("line"),
    key="authority case_id number",
)
JOB = _table(
    "job",
    _text("name"),
    _text("authority"),
    _text("kind"),
    _bytes("payload"),
    _whole("due"),
    _whole("attempts"),
    _whole("leased_until"),
    _whole("done"),
    Index("job_due", "done", "kind", "due"),
    key="name",
)
LEASE = _table(
    "lease",
    _text("name"),
    _text("holder"),
    _whole("ends_at"),
    Index("lease_holder", "holder"),
    key="name",
)
SETTING = _table("setting", _text("name"), _bytes("value"), key="name")
JOURNAL = _table(
    "journal",
    _whole("number"),
    _whole("at"),
    _text("authority"),
    _text("officer"),
    _text("subject"),
    _text("action"),
    _text("about"),
    _text("purpose"),
    _whole("log_index"),
    _bytes("nonce"),
    _bytes("statement"),
    Index("journal_authority", "authority", "number"),
    key="number",
)
