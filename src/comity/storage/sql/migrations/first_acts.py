"""Step 1, acts and cases."""

STATEMENTS = (
    """
    CREATE TABLE schema_step (
        number {whole} NOT NULL,
        name {text} NOT NULL,
        PRIMARY KEY (number)
    ){keyed}
    """,
    """
    CREATE TABLE act (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        act_id {text} NOT NULL,
        kind {text} NOT NULL,
        author {text} NOT NULL,
        author_root {text} NOT NULL,
        addressee {text} NOT NULL,
        addressee_root {text} NOT NULL,
        seq {whole} NOT NULL,
        prev_own {text},
        signed {bytes} NOT NULL,
        at {whole} NOT NULL,
        stored_at {whole} NOT NULL,
        own {whole} NOT NULL,
        covers {whole} NOT NULL,
        PRIMARY KEY (act_id, authority)
    )
    """,
    "CREATE INDEX act_by_author ON act (authority, case_id, author, author_root, seq)",
    """
    CREATE TABLE act_receipt (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        act_id {text} NOT NULL,
        act_seq {whole} NOT NULL,
        signer {text} NOT NULL,
        signer_root {text} NOT NULL,
        at {whole} NOT NULL,
        your_last_seq {whole} NOT NULL,
        own_last_seq {whole} NOT NULL,
        pending {text},
        result {text} NOT NULL,
        code {text} NOT NULL,
        receipt {bytes} NOT NULL,
        PRIMARY KEY (authority, case_id, act_id, signer, signer_root)
    )
    """,
    "CREATE INDEX act_receipt_seq ON act_receipt (authority, case_id, signer, signer_root, result, act_seq)",
    """
    CREATE TABLE act_part (
        authority {text} NOT NULL,
        act_id {text} NOT NULL,
        name {text} NOT NULL,
        media {text} NOT NULL,
        digest {text} NOT NULL,
        salt {bytes},
        data {bytes},
        PRIMARY KEY (act_id, authority, name)
    )
    """,
    """
    CREATE TABLE draft (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        act_id {text} NOT NULL,
        kind {text} NOT NULL,
        seq {whole} NOT NULL,
        payload_type {text} NOT NULL,
        payload {bytes} NOT NULL,
        drafted_by {text} NOT NULL,
        drafted_at {whole} NOT NULL,
        PRIMARY KEY (authority, case_id)
    )
    """,
    """
    CREATE TABLE draft_part (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        number {whole} NOT NULL,
        act_id {text} NOT NULL,
        name {text} NOT NULL,
        media {text} NOT NULL,
        digest {text} NOT NULL,
        salt {bytes},
        data {bytes},
        PRIMARY KEY (authority, case_id, number)
    )
    """,
    """
    CREATE TABLE draft_approval (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        number {whole} NOT NULL,
        statement {bytes} NOT NULL,
        PRIMARY KEY (authority, case_id, number)
    )
    """,
    """
    CREATE TABLE decision (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        act_id {text} NOT NULL,
        finding {text} NOT NULL,
        severity {text} NOT NULL,
        officer {text} NOT NULL,
        role {text} NOT NULL,
        inner_reason {text} NOT NULL,
        inner_salt {bytes} NOT NULL,
        outer_reason {text} NOT NULL,
        rules {text} NOT NULL,
        at {whole} NOT NULL,
        PRIMARY KEY (act_id, authority, finding, officer)
    )
    """,
    """
    CREATE TABLE gate (
        authority {text} NOT NULL,
        case_id {text} NOT NULL,
        act_id {text} NOT NULL,
        kind {text} NOT NULL,
        rules {text} NOT NULL,
        findings {text} NOT NULL,
        approvers {text} NOT NULL,
        at {whole} NOT NULL,
        PRIMARY KEY (act_id, authority)
    )
    """,
    """
    CREATE TABLE dossier (
        authority {text} NOT NULL,
        dossier {text} NOT NULL,
        case_id {text} NOT NULL,
        at {whole} NOT NULL,
        PRIMARY KEY (authority, dossier, case_id)
    ){keyed}
    """,
)
