"""The tables of restitution and of the victims' desk as the code sees them."""

from comity.storage.sql.columns import octets, table, text, whole

RESTITUTION_LINE = table(
    "restitution_line",
    text("authority"),
    text("case_id"),
    whole("number"),
    octets("line"),
    key="authority case_id number",
)
VICTIM = table(
    "victim", text("authority"), text("number"), octets("wrapped"), octets("sealed"), key="authority number"
)
