"""Sealed packages as files: the copy that is kept, or one whose header opens to somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.evidence.ports import BlobStore
from comity.kernel import agefile
from comity.kernel.agefile import parse_recipient
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId, parse_party
from comity.node.ports import EvidenceFiles, Transaction
from comity.node.workplace import Workplace

BARE_KEY = "age1"
_PORTION = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copier:
    """Writes packages out; whoever calls it has passed the gate."""

    place: Workplace
    blobs: BlobStore = field(repr=False)
    files: EvidenceFiles = field(repr=False)

    def copy(self, authority: AuthorityId, name: str, *, out: str, recipients: Sequence[bytes] = ()) -> None:
        """Write a stored package to a new file.

        Args:
            authority: Whose package it is.
            name: Name of its blob.
            out: The file.
            recipients: X25519 keys for a new header; none keeps the header as it is. The payload is the same.

        Basis: PROTOCOL 19
        """
        reader, writer = self.blobs.open(name), self.files.writer(out)
        buffer = memoryview(bytearray(_PORTION))
        at = 0
        try:
            if recipients:
                count = reader.read_into(buffer[:MOST_HEADER], at=0)
                found = agefile.parse_header(bytes(buffer[:count]))
                fresh = agefile.rewrapped_header(
                    found,
                    identities=self.place.openers(authority),
                    recipients=recipients,
                    entropy=self.place.entropy,
                )
                writer.write(fresh)
                at = found.size
            while count := reader.read_into(buffer, at=at):
                writer.write(buffer[:count])
                at += count
            writer.commit(name)
        finally:
            writer.abort()
            reader.close()

    def with_identity(self, authority: AuthorityId, name: str, *, out: str, identity_out: str) -> None:
        """Write a copy for stock tools, sealed to a new identity that is written beside it."""
        made = agefile.Identity.generate(self.place.entropy)
        key = self.files.writer(identity_out)
        try:
            key.write(made.text.encode("ascii") + b"\n")
            key.commit("")
        finally:
            key.abort()
        self.copy(authority, name, out=out, recipients=[made.public])


def recipient_keys(place: Workplace, tx: Transaction, text: str) -> tuple[bytes, ...]:
    """Return the keys that a recipient stands for: an ``age1…`` key, a Party code, or an authority of a peer.

    Raises:
        MalformedError: not an age key, not a Party code.
        NotFoundError: ``peer.absent``.
    """
    if text.startswith(BARE_KEY):
        return (parse_recipient(text),)
    wanted = parse_party(text.partition("/")[0], where="--to")
    now = place.clock.now()
    for pin in tx.exchange.pins():
        if pin.party != wanted:
            continue
        party = place.directory.party(tx.exchange, pin.fingerprint)
        entry = party.in_force(now)
        named = [office.id for office in (entry.authorities if entry else ()) if text in (wanted, office.id)]
        if named:
            return party.age_recipients(named[0], at=now)
    raise NotFoundError(
        "peer.absent", f"{text[:70]} is neither an age key nor a peer of this node", where="--to"
    )
