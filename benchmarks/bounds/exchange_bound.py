"""Bound for the exchange: the same signatures, age files, leaves, TLS and grouped commits, and nothing else.

It uses the cryptography library, ssl, SQLite and fixed-size records: no JSON, no HTTP, no directory, no
cases. For each message the author seals an age file and appends a leaf; one commit for all. One call signed
once goes over one TLS connection. The receiver checks the call, opens each file, checks the two signatures in
it (act and approval), appends a leaf, proves it, signs a receipt; it signs one head; one commit. The author
checks each receipt, its leaf and the head, co-signs; one commit. The receiver co-signs the author's head.

    exchange_bound.py serve FOLDER PORT            answers rounds until its input ends
"""

import hashlib
import hmac
import os
import socket
import ssl
import struct
import sys
import threading
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pysqlite3 import dbapi2

LEAF, NODE = b"\x00", b"\x01"
LAST = bytes(11) + b"\x01"


@cache
def signer(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


@cache
def public(name: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(signer(name).public_key().public_bytes_raw())


def derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


MLKEM = MLKEM768PrivateKey.from_seed_bytes(hashlib.sha512(b"age").digest())
X25519 = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"age").digest())
AGE = MLKEM768X25519PrivateKey(MLKEM, X25519)
AGE_PUBLIC = MLKEM768X25519PublicKey(MLKEM.public_key(), X25519.public_key())
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
INFO = b"age-encryption.org/mlkem768x25519"
WRAPPED = 1120 + 32
"""Bytes of the share of both algorithms and of the wrapped file key."""


def seal(plain: bytes) -> bytes:
    """Return share and wrapped file key, header MAC, nonce and payload, in 1152+32+16+n bytes."""
    file_key, nonce = os.urandom(16), os.urandom(16)
    wrapped = SUITE.encrypt(file_key, AGE_PUBLIC, INFO)
    mac = hmac.digest(derive(file_key, b"", b"header"), wrapped, "sha256")
    payload = ChaCha20Poly1305(derive(file_key, nonce, b"payload")).encrypt(LAST, plain, None)
    return wrapped + mac + nonce + payload


def open_sealed(sealed: bytes) -> bytes:
    wrapped, rest = sealed[:WRAPPED], sealed[WRAPPED:]
    mac, nonce, payload = rest[:32], rest[32:48], rest[48:]
    file_key = SUITE.decrypt(wrapped, AGE, INFO)
    if not hmac.compare_digest(hmac.digest(derive(file_key, b"", b"header"), wrapped, "sha256"), mac):
        raise ValueError("header")
    return ChaCha20Poly1305(derive(file_key, nonce, b"payload")).decrypt(LAST, payload, None)


class Side:
    """A database and a tree; one commit for each group."""

    def __init__(self, file: Path) -> None:
        self.db = dbapi2.connect(str(file), isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute(
            "CREATE TABLE m (id BLOB PRIMARY KEY, act BLOB, sealed BLOB, receipt BLOB) WITHOUT ROWID"
        )
        self.db.execute("CREATE TABLE e (i INTEGER PRIMARY KEY, leaf BLOB)")
        self.db.execute("CREATE TABLE n (k INTEGER, i INTEGER, h BLOB, PRIMARY KEY (k, i)) WITHOUT ROWID")
        self.db.execute("CREATE TABLE h (size INTEGER PRIMARY KEY, note BLOB)")
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def append(self, entries: list[bytes]) -> int:
        """Append leaves inside the open transaction and return the index of the first."""
        first, rows = self.size, []
        for entry in entries:
            result, level, index = hashlib.sha256(LEAF + entry).digest(), 0, self.size
            rows.append((0, index, result))
            self.nodes[0, index] = result
            while index & 1:
                result = hashlib.sha256(NODE + self.nodes[level, index - 1] + result).digest()
                level, index = level + 1, index >> 1
                rows.append((level, index, result))
                self.nodes[level, index] = result
            self.size += 1
        self.db.executemany("INSERT INTO e VALUES (?, ?)", enumerate(entries, start=first))
        self.db.executemany("INSERT INTO n VALUES (?, ?, ?)", rows)
        return first

    def root(self, start: int, stop: int) -> bytes:
        """Return the root over leaves ``[start, stop)``, whole subtrees from the stored nodes."""
        count = stop - start
        if count & (count - 1) == 0 and start % count == 0:
            return self.nodes[count.bit_length() - 1, start // count]
        half = 1 << (count - 1).bit_length() - 1
        return hashlib.sha256(NODE + self.root(start, start + half) + self.root(start + half, stop)).digest()

    def path(self, index: int, start: int, stop: int) -> list[bytes]:
        """Return the inclusion path of a leaf."""
        if stop - start == 1:
            return []
        half = 1 << (stop - start - 1).bit_length() - 1
        if index < start + half:
            return [*self.path(index, start, start + half), self.root(start + half, stop)]
        return [*self.path(index, start + half, stop), self.root(start, start + half)]


def included(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that the path leads to."""
    at, last, result = index, size - 1, leaf
    for step in path:
        if at & 1 or at == last:
            result = hashlib.sha256(NODE + step + result).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            result = hashlib.sha256(NODE + result + step).digest()
        at, last = at >> 1, last >> 1
    return result


def send(line: ssl.SSLSocket, pieces: list[bytes]) -> None:
    body = b"".join(struct.pack(">I", len(piece)) + piece for piece in pieces)
    line.sendall(struct.pack(">I", len(body)) + body)


def receive(line: ssl.SSLSocket) -> list[bytes]:
    body = _exactly(line, struct.unpack(">I", _exactly(line, 4))[0])
    pieces, at = [], 0
    while at < len(body):
        size = struct.unpack_from(">I", body, at)[0]
        pieces.append(body[at + 4 : at + 4 + size])
        at += 4 + size
    return pieces


def _exactly(line: ssl.SSLSocket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = line.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def answer(side: Side, pieces: list[bytes]) -> list[bytes]:
    """Do the receiver's half of one call."""
    signature, head, head_signature, *messages = pieces
    public("transport a").verify(signature, hashlib.sha256(b"".join([head, *messages])).digest())
    public("log a").verify(head_signature, head)
    entries, rows = [], []
    for sealed in messages:
        plain = open_sealed(sealed)
        act = plain[128:]
        public("act a").verify(plain[:64], act)
        public("officer a").verify(plain[64:128], act[:200])
        name = hashlib.sha256(act).digest()
        entries.append(b"act.received" + os.urandom(32) + hashlib.sha256(plain).digest())
        rows.append((name, plain))
    side.db.execute("BEGIN IMMEDIATE")
    first = side.append(entries)
    root = side.root(0, side.size)
    head = struct.pack(">Q", side.size) + root
    note = signer("log b").sign(head)
    results, kept = [], []
    for place, ((name, plain), entry) in enumerate(zip(rows, entries, strict=True), start=first):
        said = name + head + struct.pack(">Q", place) + entry[:-32]
        said += b"".join(side.path(place, 0, side.size))
        receipt = signer("receipt b").sign(said) + said
        results.append(receipt)
        kept.append((name, plain, b"", receipt))
    side.db.executemany("INSERT INTO m VALUES (?, ?, ?, ?)", kept)
    side.db.execute("INSERT INTO h VALUES (?, ?)", (side.size, note))
    side.db.execute("COMMIT")
    return [head, note, signer("log b").sign(pieces[1]), *results]


def exchange(side: Side, line: ssl.SSLSocket, plains: list[bytes]) -> None:
    """Send messages and take their receipts: the author's half."""
    digests = [hashlib.sha256(plain).digest() for plain in plains]
    names = [hashlib.sha256(plain[128:]).digest() for plain in plains]
    sealed = [seal(plain) for plain in plains]
    side.db.execute("BEGIN IMMEDIATE")
    side.append([b"act.issued" + os.urandom(32) + digest for digest in digests])
    rows = [(name, plain, file, b"") for name, plain, file in zip(names, plains, sealed, strict=True)]
    side.db.executemany("INSERT INTO m VALUES (?, ?, ?, ?)", rows)
    side.db.execute("COMMIT")
    head = struct.pack(">Q", side.size) + side.root(0, side.size)
    call = hashlib.sha256(b"".join([head, *sealed])).digest()
    send(line, [signer("transport a").sign(call), head, signer("log a").sign(head), *sealed])
    theirs, note, cosigned, *receipts = receive(line)
    public("log b").verify(note, theirs)
    public("log b").verify(cosigned, head)
    signer("log a").sign(theirs)
    settled = []
    for name, digest, receipt in zip(names, digests, receipts, strict=True):
        said = receipt[64:]
        public("receipt b").verify(receipt[:64], said)
        size, root = struct.unpack(">Q", said[32:40])[0], said[40:72]
        index, tagged = struct.unpack(">Q", said[72:80])[0], said[80:124]
        path = [said[at : at + 32] for at in range(124, len(said), 32)]
        leaf = hashlib.sha256(LEAF + tagged + digest).digest()
        if said[:32] != name or included(leaf, index, size, path) != root:
            raise ValueError("receipt")
        settled.append((receipt, name))
    side.db.execute("BEGIN IMMEDIATE")
    side.db.executemany("UPDATE m SET receipt = ?, sealed = x'' WHERE id = ?", settled)
    side.db.execute("INSERT INTO h VALUES (?, ?)", (struct.unpack(">Q", theirs[:8])[0], note))
    side.db.execute("COMMIT")


def plain_of(act: bytes) -> bytes:
    """Return two signatures and an act: what stands in for a parcel; made before the clock runs."""
    return signer("act a").sign(act) + signer("officer a").sign(act[:200]) + act


def serve(folder: Path, certificate: Path, key: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    side = Side(folder / "bound-b.db")
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=_accept, args=(listener, context, side), daemon=True).start()
    sys.stdin.read()


def _accept(listener: socket.socket, context: ssl.SSLContext, side: Side) -> None:
    raw, _ = listener.accept()
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with context.wrap_socket(raw, server_side=True) as line:
        try:
            while True:
                send(line, answer(side, receive(line)))
        except EOFError:
            return


if __name__ == "__main__":
    serve(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
