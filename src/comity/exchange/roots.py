"""Party root: the offline keys of a State, what peers pin, and how it is replaced.

A root is never edited. Version n+1 carries the signatures of its own quorum and of the quorum of
version n, so that who holds only the new keys cannot put them in place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from comity.exchange.errors import untrusted
from comity.exchange.wire import read_payload, statement
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import Fingerprint, PartyCode, is_practice, parse_party
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import Envelope, Signer, is_sound_point, key_id

CLASS = "root"
MOST_KEYS = 8


class _RootWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    party: str
    realm: Realm
    version: int
    issued_at: int
    threshold: int
    keys: list[str]
    entry_threshold: int
    entry_keys: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One version of a Party root.

    Attributes:
        version: 1, 2, 3 … without gaps.
        threshold: How many of ``keys`` sign a root; ``keys`` are raw Ed25519 public keys, kept offline.
        entry_threshold: How many of ``entry_keys`` sign a Party entry; those keys are online.
    """

    party: PartyCode
    realm: Realm
    version: int
    issued_at: Instant
    threshold: int
    keys: tuple[bytes, ...]
    entry_threshold: int
    entry_keys: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.version < 1:
            raise MalformedError("root.version", f"a root version is at least 1, found {self.version}")
        if self.realm is Realm.PRACTICE and not is_practice(self.party):
            raise MalformedError(
                "root.realm", f"{self.party} is no practice Party", hint="practice Parties are XAA to XZZ"
            )
        if self.realm is Realm.LIVE and is_practice(self.party):
            raise MalformedError("root.realm", f"the practice code {self.party} cannot act in the live realm")
        _require_quorum(self.keys, self.threshold, "keys")
        _require_quorum(self.entry_keys, self.entry_threshold, "entry_keys")
        if set(self.keys) & set(self.entry_keys):
            raise MalformedError(
                "root.keys", "a key is either a root key or an entry key", where="/entry_keys"
            )


def root_statement(root: Root) -> Envelope:
    """Return the unsigned statement of a root; sign it with :func:`sign`."""
    return statement(
        CLASS,
        root.realm,
        _RootWire(
            party=root.party,
            realm=root.realm,
            version=root.version,
            issued_at=root.issued_at,
            threshold=root.threshold,
            keys=[b64(key) for key in root.keys],
            entry_threshold=root.entry_threshold,
            entry_keys=[b64(key) for key in root.entry_keys],
        ),
    )


def sign(envelope: Envelope, signers: Iterable[Signer]) -> Envelope:
    """Return the envelope with one more signature by each signer."""
    for signer in signers:
        envelope = envelope.signed_by(signer)
    return envelope


def parse_root(envelope: Envelope, *, where: str = "") -> Root:
    """Return what a root says, without judging its signatures.

    Raises:
        MalformedError: another class, a shape or number that a root cannot have.
    """
    _, _, realm = parse_payload_type(envelope.payload_type, where=where)
    wire = read_payload(envelope, CLASS, realm, _RootWire, where=where)
    if wire.realm is not realm:
        raise MalformedError("root.realm", "payload type and payload name different realms", where=where)
    return Root(
        party=parse_party(wire.party, where=where),
        realm=realm,
        version=wire.version,
        issued_at=require_instant(wire.issued_at, where=where),
        threshold=wire.threshold,
        keys=tuple(unb64(key, size=32, where=where) for key in wire.keys),
        entry_threshold=wire.entry_threshold,
        entry_keys=tuple(unb64(key, size=32, where=where) for key in wire.entry_keys),
    )


def fingerprint(first: Envelope) -> Fingerprint:
    """Return the fingerprint of a Party: the id of version 1 of its root."""
    return Fingerprint(first.id)


def require_chain(envelopes: Sequence[Envelope]) -> tuple[Root, ...]:
    """Return all versions of a root whose chain of quorums holds from version 1 on.

    1. There is a version 1, and versions follow without a gap.
    2. Party and realm never change, time never runs backwards.
    3. Each version has valid signatures by ``threshold`` of its own keys.
    4. Each version but the first has them by ``threshold`` keys of the version before, too.

    Raises:
        MalformedError: a version is not a root.
        UntrustedError: with a code that begins with ``root.``.

    Basis: The Update Framework specification, section 5.3
    """
    if not envelopes:
        raise untrusted("root.missing", "a Party without a root cannot be trusted")
    roots: list[Root] = []
    for number, envelope in enumerate(envelopes, start=1):
        root, where = parse_root(envelope, where=f"root {number}"), f"root {number}"
        if root.version != number:
            raise untrusted("root.gap", f"expected root version {number}, found {root.version}", where=where)
        require_quorum(envelope, root.keys, root.threshold, code="root.quorum", where=where)
        if roots:
            before = roots[-1]
            if (root.party, root.realm) != (before.party, before.realm):
                raise untrusted("root.party", "Party and realm of a root never change", where=where)
            if root.issued_at < before.issued_at:
                raise untrusted("root.time", "a root was issued before the one it follows", where=where)
            require_quorum(envelope, before.keys, before.threshold, code="root.old_quorum", where=where)
        roots.append(root)
    return tuple(roots)


def require_quorum(
    envelope: Envelope, keys: Sequence[bytes], threshold: int, *, code: str, where: str = ""
) -> None:
    """Raise UntrustedError with ``code`` unless ``threshold`` distinct keys signed the envelope."""
    named = {signature.key_id for signature in envelope.signatures}
    found = sum(1 for key in set(keys) if key_id(key) in named and envelope.is_signed_by(key))
    if found < threshold:
        raise untrusted(
            code,
            f"{found} of the {threshold} signatures needed are there and valid",
            hint="a change of root without the old quorum is a new first contact: compare the words again",
            where=where,
        )


def _require_quorum(keys: Sequence[bytes], threshold: int, where: str) -> None:
    if not 1 <= len(keys) <= MOST_KEYS or len(set(keys)) != len(keys):
        raise MalformedError("root.keys", f"a quorum has 1 to {MOST_KEYS} distinct keys", where=f"/{where}")
    if not 1 <= threshold <= len(keys):
        raise MalformedError("root.threshold", f"{threshold} of {len(keys)} is no quorum", where=f"/{where}")
    if not all(is_sound_point(key) for key in keys):
        raise MalformedError("root.keys", "a key is not a sound Ed25519 point", where=f"/{where}")
