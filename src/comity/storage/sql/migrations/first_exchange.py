"""Step 1, outbox, inbox, directory and deliveries."""

STATEMENTS = (
    """
    CREATE TABLE outbox (
        message_id {text} NOT NULL,
        authority {text} NOT NULL,
        peer {text} NOT NULL,
        addressee {text} NOT NULL,
        sealed {bytes} NOT NULL,
        digest {bytes} NOT NULL,
        position {whole} NOT NULL,
        queued_at {whole} NOT NULL,
        attempts {whole} NOT NULL,
        next_at {whole} NOT NULL,
        state {text} NOT NULL,
        code {text} NOT NULL,
        settled_at {whole},
        PRIMARY KEY (message_id)
    )
    """,
    "CREATE INDEX outbox_channel ON outbox (peer, authority, addressee, position)",
    "CREATE INDEX outbox_waiting ON outbox (state, peer, authority, addressee, position)",
    """
    CREATE TABLE inbox_receipt (
        authority {text} NOT NULL,
        message_id {text} NOT NULL,
        peer {text} NOT NULL,
        receipt {bytes} NOT NULL,
        PRIMARY KEY (authority, message_id)
    )
    """,
    """
    CREATE TABLE inbox_nonce (
        peer {text} NOT NULL,
        nonce {bytes} NOT NULL,
        until_at {whole} NOT NULL,
        PRIMARY KEY (peer, nonce)
    ){keyed}
    """,
    "CREATE INDEX inbox_nonce_until ON inbox_nonce (until_at)",
    """
    CREATE TABLE inbox_held (
        message_id {text} NOT NULL,
        authority {text} NOT NULL,
        peer {text} NOT NULL,
        sender {text} NOT NULL,
        sealed {bytes} NOT NULL,
        missing {text} NOT NULL,
        held_at {whole} NOT NULL,
        until_at {whole} NOT NULL,
        PRIMARY KEY (authority, message_id)
    )
    """,
    "CREATE INDEX inbox_held_peer ON inbox_held (peer, authority, held_at)",
    """
    CREATE TABLE peer_usage (
        peer {text} NOT NULL,
        on_day {whole} NOT NULL,
        what {text} NOT NULL,
        amount {whole} NOT NULL,
        PRIMARY KEY (peer, on_day, what)
    ){keyed}
    """,
    """
    CREATE TABLE party_root (
        fingerprint {text} NOT NULL,
        version {whole} NOT NULL,
        envelope {bytes} NOT NULL,
        PRIMARY KEY (fingerprint, version)
    )
    """,
    """
    CREATE TABLE party_entry (
        fingerprint {text} NOT NULL,
        version {whole} NOT NULL,
        envelope {bytes} NOT NULL,
        PRIMARY KEY (fingerprint, version)
    )
    """,
    """
    CREATE TABLE pin (
        fingerprint {text} NOT NULL,
        party {text} NOT NULL,
        realm {text} NOT NULL,
        pinned_at {whole} NOT NULL,
        officers {text} NOT NULL,
        channel {text} NOT NULL,
        ours {whole} NOT NULL,
        PRIMARY KEY (fingerprint)
    )
    """,
    """
    CREATE TABLE alarm (
        number {whole} NOT NULL,
        code {text} NOT NULL,
        authority {text} NOT NULL,
        peer {text} NOT NULL,
        at {whole} NOT NULL,
        detail {bytes} NOT NULL,
        PRIMARY KEY (number)
    )
    """,
    "CREATE UNIQUE INDEX alarm_once ON alarm (code, authority, peer, detail)",
    """
    CREATE TABLE channel (
        authority {text} NOT NULL,
        peer {text} NOT NULL,
        addressee {text} NOT NULL,
        entry_sent {text} NOT NULL,
        log_seen {whole} NOT NULL,
        last_contact_at {whole} NOT NULL,
        failing_since {whole},
        alarmed_at {whole},
        incarnation {whole} NOT NULL,
        PRIMARY KEY (authority, peer, addressee)
    )
    """,
    """
    CREATE TABLE delivery (
        act_id {text} NOT NULL,
        authority {text} NOT NULL,
        peer {text} NOT NULL,
        counterpart {text} NOT NULL,
        direction {text} NOT NULL,
        payload_length {whole} NOT NULL,
        piece_root {text} NOT NULL,
        pieces {whole} NOT NULL,
        announced_at {whole} NOT NULL,
        name {text} NOT NULL,
        attempts {whole} NOT NULL,
        next_at {whole} NOT NULL,
        done_at {whole},
        PRIMARY KEY (act_id, authority, direction)
    )
    """,
    "CREATE INDEX delivery_open ON delivery (direction, done_at, authority, announced_at)",
)
