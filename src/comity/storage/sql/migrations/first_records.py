"""Step 1, logs, evidence, jobs, settings and the journal."""

STATEMENTS = (
    """
    CREATE TABLE log (
        number {whole} NOT NULL,
        authority {text} NOT NULL,
        origin {text} NOT NULL,
        size {whole} NOT NULL,
        PRIMARY KEY (number)
    )
    """,
    "CREATE UNIQUE INDEX log_origin ON log (origin)",
    """
    CREATE TABLE log_leaf (
        log {whole} NOT NULL,
        position {whole} NOT NULL,
        tag {text} NOT NULL,
        nonce {bytes} NOT NULL,
        digest {bytes} NOT NULL,
        at {whole} NOT NULL,
        hash {bytes} NOT NULL,
        digest_start {whole} NOT NULL,
        PRIMARY KEY (log, position)
    ){keyed}
    """,
    "CREATE INDEX log_leaf_digest ON log_leaf (log, digest_start)",
    """
    CREATE TABLE log_node (
        log {whole} NOT NULL,
        place {whole} NOT NULL,
        hash {bytes} NOT NULL,
        PRIMARY KEY (log, place)
    ){keyed}
    """,
    """
    CREATE TABLE log_checkpoint (
        origin {text} NOT NULL,
        size {whole} NOT NULL,
        note {bytes} NOT NULL,
        PRIMARY KEY (origin, size)
    )
    """,
    """
    CREATE TABLE log_witnessed (
        origin {text} NOT NULL,
        size {whole} NOT NULL,
        root {bytes} NOT NULL,
        note {bytes} NOT NULL,
        at {whole} NOT NULL,
        PRIMARY KEY (origin)
    )
    """,
    """
    CREATE TABLE log_alarm (
        number {whole} NOT NULL,
        notes {bytes} NOT NULL,
        kind {text} NOT NULL,
        origin {text} NOT NULL,
        held {bytes} NOT NULL,
        offered {bytes} NOT NULL,
        proven {whole} NOT NULL,
        at {whole} NOT NULL,
        PRIMARY KEY (number)
    )
    """,
    "CREATE UNIQUE INDEX log_alarm_once ON log_alarm (notes)",
    """
    CREATE TABLE package (
        authority {text} NOT NULL,
        piece_root {text} NOT NULL,
        bag_root {text} NOT NULL,
        payload_length {whole} NOT NULL,
        leaves {bytes} NOT NULL,
        header_length {whole} NOT NULL,
        case_id {text},
        delivery {text},
        own {whole} NOT NULL,
        exhibits {bytes} NOT NULL,
        stored_at {whole} NOT NULL,
        PRIMARY KEY (bag_root, authority)
    )
    """,
    "CREATE INDEX package_case ON package (authority, case_id, stored_at)",
    "CREATE INDEX package_delivery ON package (delivery, authority)",
    """
    CREATE TABLE custody (
        authority {text} NOT NULL,
        bag_root {text} NOT NULL,
        number {whole} NOT NULL,
        line {bytes} NOT NULL,
        PRIMARY KEY (authority, bag_root, number)
    )
    """,
    """
    CREATE TABLE job (
        name {text} NOT NULL,
        authority {text} NOT NULL,
        kind {text} NOT NULL,
        payload {bytes} NOT NULL,
        due {whole} NOT NULL,
        attempts {whole} NOT NULL,
        leased_until {whole} NOT NULL,
        done {whole} NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    "CREATE INDEX job_due ON job (done, kind, due)",
    """
    CREATE TABLE setting (
        name {text} NOT NULL,
        value {bytes} NOT NULL,
        PRIMARY KEY (name)
    ){keyed}
    """,
    """
    CREATE TABLE journal (
        number {whole} NOT NULL,
        at {whole} NOT NULL,
        authority {text} NOT NULL,
        officer {text} NOT NULL,
        subject {text} NOT NULL,
        action {text} NOT NULL,
        about {text} NOT NULL,
        purpose {text} NOT NULL,
        log_index {whole} NOT NULL,
        nonce {bytes} NOT NULL,
        statement {bytes} NOT NULL,
        PRIMARY KEY (number)
    )
    """,
    "CREATE INDEX journal_authority ON journal (authority, number)",
)
