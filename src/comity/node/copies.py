"""Sealed packages as files: the copy that is kept, or one whose header opens to somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.evidence.ports import BlobReader, BlobStore, BlobWriter
from comity.evidence.sealing import PORTION, SEALED_PORTION
from comity.kernel import agefile, agekeys
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.agekeys import Identity, parse_recipient
from comity.kernel.digests import sha256
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId, parse_party
from comity.node.ports import EvidenceFiles, Transaction
from comity.node.workplace import Workplace

BARE_KEY = "age1"


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
            recipients: For whom; none keeps the header as it is. Keys of the suite it was sealed under get a
                new header before the same payload. For others it is a marked copy under a file key of its
                own, so that the package is not opened by the weaker of two suites.

        Basis: PROTOCOL 19, 21
        """
        reader, writer = self.blobs.open(name), self.files.writer(out)
        try:
            if recipients:
                front = _front(reader)
                found = agefile.parse_header(front)
                file_key = agefile.unwrap(found, self.place.openers(authority))
                if agekeys.suite_of(recipients) == _suite(found):
                    writer.write(agefile.header(file_key, recipients, self.place.entropy))
                    _pass_on(reader, writer, at=found.size)
                else:
                    self._seal_again(reader, writer, front=front, recipients=recipients, opens=file_key)
            else:
                _pass_on(reader, writer, at=0)
            writer.commit(name)
        finally:
            writer.abort()
            reader.close()

    def with_identity(self, authority: AuthorityId, name: str, *, out: str, identity_out: str) -> None:
        """Write a copy for stock tools, sealed to a new X25519 identity that is written beside it."""
        made = Identity.generate(self.place.entropy)
        key = self.files.writer(identity_out)
        try:
            key.write(made.text.encode("ascii") + b"\n")
            key.commit("")
        finally:
            key.abort()
        self.copy(authority, name, out=out, recipients=[made.public])

    def _seal_again(
        self,
        reader: BlobReader,
        writer: BlobWriter,
        *,
        front: bytes,
        recipients: Sequence[bytes],
        opens: bytes,
    ) -> None:
        """Write the same plaintext under a new file key; nothing is committed before its last chunk held."""
        start = agefile.parse_header(front).size
        at = start + agefile.NONCE_SIZE
        opener = agefile.Decryptor(file_key=opens, nonce=agefile.require_nonce(front[start:]))
        file_key = self.place.entropy.bytes(agefile.FILE_KEY_SIZE)
        nonce = self.place.entropy.bytes(agefile.NONCE_SIZE)
        sealer = agefile.Encryptor(file_key=file_key, nonce=nonce)
        writer.write(agefile.header(file_key, recipients, self.place.entropy, stock_copy=True) + nonce)
        sealed, plain = memoryview(bytearray(SEALED_PORTION)), memoryview(bytearray(PORTION))
        while count := reader.read_into(sealed, at=at):
            at += count
            size = opener.decrypt_into(sealed[:count], plain)
            writer.write(sealed[: sealer.encrypt_into(plain[:size], sealed, last=at == reader.size)])
        opener.finish()


def header_digest(reader: BlobReader) -> str:
    """Return the SHA-256 of the header of a sealed file: its name in the log before more of it is read."""
    front = _front(reader)
    return sha256(front[: agefile.parse_header(front).size]).hex()


def _front(reader: BlobReader) -> bytes:
    front = bytearray(min(reader.size, MOST_HEADER + agefile.NONCE_SIZE))
    return bytes(front[: reader.read_into(memoryview(front), at=0)])


def _suite(found: agefile.Header) -> str:
    hybrid = any(stanza.kind == agekeys.HYBRID_STANZA for stanza in found.stanzas)
    return agekeys.HYBRID if hybrid else agekeys.CLASSICAL


def _pass_on(reader: BlobReader, writer: BlobWriter, *, at: int) -> None:
    buffer = memoryview(bytearray(PORTION))
    while count := reader.read_into(buffer, at=at):
        writer.write(buffer[:count])
        at += count


def recipient_keys(place: Workplace, tx: Transaction, text: str) -> tuple[bytes, ...]:
    """Return the keys that a recipient stands for: an age key, a Party code, or an authority of a peer.

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
