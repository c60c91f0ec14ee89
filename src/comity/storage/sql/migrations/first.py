"""Step 1: every table of the first release."""

from comity.storage.sql.migrations import first_acts, first_exchange, first_records
from comity.storage.sql.migrations.steps import Step

FIRST = Step(
    number=1,
    name="first schema",
    statements=(*first_acts.STATEMENTS, *first_exchange.STATEMENTS, *first_records.STATEMENTS),
)
