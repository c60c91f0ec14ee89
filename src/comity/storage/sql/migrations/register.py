"""Step 3: the register of cases, and drafts by the beginning of their id."""

from comity.storage.sql.migrations.steps import Step

REGISTER = Step(
    number=3,
    name="register of cases",
    statements=(
        "CREATE INDEX draft_act ON draft (authority, act_id)",
        """
        CREATE TABLE register (
            authority {text} NOT NULL,
            version {text} NOT NULL,
            PRIMARY KEY (authority)
        ){keyed}
        """,
        """
        CREATE TABLE register_mark (
            authority {text} NOT NULL,
            case_id {text} NOT NULL,
            number {whole} NOT NULL,
            waiting {whole} NOT NULL,
            PRIMARY KEY (authority, case_id)
        ){keyed}
        """,
        "CREATE INDEX register_mark_waiting ON register_mark (authority, waiting, case_id)",
        """
        CREATE TABLE register_case (
            authority {text} NOT NULL,
            case_id {text} NOT NULL,
            fold_version {text} NOT NULL,
            acts {whole} NOT NULL,
            receipts {whole} NOT NULL,
            opened_at {whole} NOT NULL,
            participants {text} NOT NULL,
            closed {whole} NOT NULL,
            frozen {whole} NOT NULL,
            requests {text} NOT NULL,
            draft {text},
            PRIMARY KEY (authority, case_id)
        )
        """,
        "CREATE INDEX register_case_opened ON register_case (authority, opened_at, case_id)",
        """
        CREATE TABLE register_duty (
            authority {text} NOT NULL,
            case_id {text} NOT NULL,
            number {whole} NOT NULL,
            theirs {whole} NOT NULL,
            due_at {whole} NOT NULL,
            after_at {whole} NOT NULL,
            until_at {whole} NOT NULL,
            code {text} NOT NULL,
            about {text} NOT NULL,
            owner {text} NOT NULL,
            basis {text} NOT NULL,
            PRIMARY KEY (authority, case_id, number)
        ){keyed}
        """,
        """
        CREATE INDEX register_duty_due ON register_duty
            (authority, theirs, due_at, case_id, number, after_at, until_at)
        """,
    ),
)
