"""The tables of the register: lists of cases, derived and thrown away at will."""

from sqlalchemy import Index

from comity.storage.sql.columns import table, text, whole

REGISTER = table("register", text("authority"), text("version"), key="authority")
REGISTER_MARK = table(
    "register_mark",
    text("authority"),
    text("case_id"),
    whole("number"),
    whole("waiting"),
    Index("register_mark_waiting", "authority", "waiting", "case_id"),
    key="authority case_id",
)
REGISTER_CASE = table(
    "register_case",
    text("authority"),
    text("case_id"),
    text("fold_version"),
    whole("acts"),
    whole("receipts"),
    whole("opened_at"),
    text("participants"),
    whole("closed"),
    whole("frozen"),
    text("requests"),
    text("draft", null=True),
    Index("register_case_opened", "authority", "opened_at", "case_id"),
    key="authority case_id",
)
REGISTER_DUTY = table(
    "register_duty",
    text("authority"),
    text("case_id"),
    whole("number"),
    whole("theirs"),
    whole("due_at"),
    whole("after_at"),
    whole("until_at"),
    text("code"),
    text("about"),
    text("owner"),
    text("basis"),
    whole("alarms_at"),
    text("steps"),
    Index("register_duty_due", "authority", "theirs", "due_at", "case_id", "number", "after_at", "until_at"),
    key="authority case_id number",
)
