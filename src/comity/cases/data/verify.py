#!/usr/bin/env python3
"""Checks a Comity court file: Python 3.8 or newer and its standard library, nothing else.

    python3 -I -S verify.py [--trust FILE] [--certificates PEM] [--integrity-only] [--json] COURT.tar

The steps are numbered as in docs/spec/court-file.md; the first fault ends the check. Exit 0: AUTHENTIC, or
PRACTICE with the practice roots given, or anything that holds with --integrity-only. Exit 7: everything
else. Exit 5: there is no such file. Exit 2: usage. FILE is {"v": 1, "roots": [fingerprints]}: get
them, and this verifier, whose SHA-256 is published, from a source that you trust, not from the file.
PEM holds certificates of time-stamp authorities that you trust: with it, and only then, openssl is asked
whether the time stamps in the file are theirs.
"""
# fmt: off
# ruff: noqa: N818

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from typing import Any, BinaryIO, Iterator  # noqa: UP035

STEPS = ("archive bag seal roots entries sealer acts signatures approvals receipts proofs stamps times order "
         "release parts deliveries custody trust").split()
KIB, MIB, MOST_MEMBERS, MOST_ACTS, MOST_INT = 1024, 1024 * 1024, 100_000, 10_000, 2**53 - 1
LATEST, GRACE = 253_402_300_799_999_999, 300_000_000  # the end of the year 9999; five minutes (microseconds)
LABELS = {"live": "Court file", "practice": "PRACTICE: a drill between practice Parties, not evidence"}
ROLES = ("duty-officer", "officer", "head")  # kinds of acts that one, or two with a head, must approve:
ONE = set("""preservation.request police.request request.accept request.clarify request.answer
    request.withdraw case.consult preservation.effect preservation.extend preservation.release act.recall
    case.close consult.answer conditions.decline consent.ask assurance.ask assurance.decline status.ask
    status.tell costs.propose costs.decline execution.warn execution.proceed exculpation.answer
    exculpation.notify recall.answer correction.answer breach.notify breach.answer consultation.draft
    draft.answer act.attest act.convey attest.confirm attest.dispute team.decline original.confirm""".split())
TWO = set("""data.request assistance.request cooperation.request information.offer request.refuse
    request.postpone request.forward information.send execution.report order.record transmission.decide
    evidence.deliver evidence.hand part.erase conditions.offer conditions.accept consent.give consent.decline
    assurance.give costs.agree data.correct team.agree team.sign team.carry team.share team.leave
    measure.lift""".split())
ALONE = set("""assistance.request order.record transmission.decide evidence.deliver evidence.hand
    execution.report""".split())  # what one person may approve in an emergency, where it is marked
DELIVER, SECOND = "evidence.deliver", 999_999  # a time in whole seconds counts from the end of its second
SIGNED_DATA, TST_INFO, SHA_256 = (bytes.fromhex(oid) for oid in (
    "2a864886f70d010702", "2a864886f70d0109100104", "608648016503040201"))  # RFC 5652, RFC 3161, FIPS 180-4
RSA, ECDSA = bytes.fromhex("2a864886f70d0101"), bytes.fromhex("2a8648ce3d0403")  # by SHA-256, -384 and -512:
METHODS = {SHA_256[:8] + bytes([n]): (RSA + b"\1", RSA + bytes([n + 10]), ECDSA + bytes([n + 1]))
           for n in (1, 2, 3)}  # how a signature over a digest may be named
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)  # noqa: UP017
SUSPECT = "suspect: a key was not in force, or was revoked, when it signed"
class Fault(Exception):
    """The first thing that does not hold: step, path and reason."""
class Bad(Exception):
    """Bytes that are not what they should be; the step that reads them says which bytes."""
def need(holds: Any, path: str, reason: str) -> None:
    """Raise the fault unless the condition holds."""
    if not holds:
        raise Fault(path, reason)
def sound(holds: Any) -> None:
    """Raise Bad unless the condition holds."""
    if not holds:
        raise Bad
@contextlib.contextmanager
def reading(path: str, reason: str) -> Iterator[None]:
    """Name the bytes that turn out bad inside."""
    try:
        yield
    except Bad:
        raise Fault(path, reason) from None
# --- Ed25519: canonical A and R, S < L, no small order, cofactorless equation (RFC 8032) -------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_M1 = pow(2, (P - 1) // 4, P)
ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SMALL_ORDER = (0, 1, P - 1, ORDER_8, P - ORDER_8)  # y of the eight points whose order divides 8
def is_point(data: bytes) -> bool:
    """Tell whether 32 bytes are canonical and not of small order; being on the curve shows on use."""
    y = int.from_bytes(data, "little") & (2**255 - 1)
    return len(data) == 32 and y < P and y not in SMALL_ORDER
def decompress(data: bytes) -> Any:
    """Return the point of 32 bytes in extended coordinates; None if there is none by the rule."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * ROOT_M1 % P if (x * x - square) % P else x
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P) if is_point(data) and not (x * x - square) % P else None
def add(p: Any, q: Any) -> Any:
    """Return the sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is valid by the one rule of the protocol."""
    key, s = decompress(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or decompress(signature[:32]) is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], 1, P - key[3])
    table, point = (None, BASE, minus, add(BASE, minus)), (0, 1, 1, 0)
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        point = add(point, point)
        term = table[(s >> bit & 1) + 2 * (k >> bit & 1)]
        point = point if term is None else add(point, term)
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]
# --- bytes to values: I-JSON (RFC 7493), base64, shapes, DSSE envelopes ------------------------------
MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
def _pairs(pairs: Any) -> Any:
    sound(len(dict(pairs)) == len(pairs))
    return dict(pairs)
def _whole(text: str) -> int:
    sound(len(text) <= 17 and text != "-0" and abs(int(text)) <= MOST_INT)
    return int(text)
def parse_json(data: bytes, most_depth: int) -> Any:
    """Return the value of strict I-JSON: no name twice, no floats, no lone surrogates, no U+0000."""
    depth = 0
    for match in MARKS.finditer(data):
        mark = data[match.start():match.start() + 1]
        depth += (mark in (b"[", b"{")) - (mark in (b"]", b"}"))
        sound(depth <= most_depth)
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs, parse_float=_whole,
                           parse_constant=_whole, parse_int=_whole)
    except (ValueError, RecursionError):
        raise Bad from None
    todo = [value] if b"\\u" in data else []  # only escapes can spell what is refused below
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            sound("\0" not in item and not any("\ud800" <= ch <= "\udfff" for ch in item))
        elif isinstance(item, (list, dict)):
            todo.extend(item)
            todo.extend(item.values() if isinstance(item, dict) else ())
    return value
def unb64(text: Any, size: int | None = None) -> bytes:
    """Return the bytes of canonical standard base64."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError, AttributeError):
        raise Bad from None
    sound(base64.b64encode(data).decode() == text and size in (None, len(data)))
    return data
def fits(value: Any, shape: Any) -> bool:
    """Tell whether a value has a shape; names that the shape does not know are passed over."""
    if shape in (int, str, dict, list, bool):
        return type(value) is shape
    if isinstance(shape, list):
        return type(value) is list and all(fits(item, shape[0]) for item in value)
    if isinstance(shape, tuple):
        return any(fits(value, choice) for choice in shape)
    if isinstance(shape, dict):
        return type(value) is dict and all(has(value, name, shape[name]) for name in shape)
    return bool(shape(value)) if callable(shape) else type(value) is type(shape) and value == shape
def has(value: Any, name: str, shape: Any) -> bool:
    """Tell whether an object has a member of a shape; one whose name ends in ? may be absent, or null."""
    if name[-1] == "?" and value.get(name[:-1]) is None:
        return True
    return name.rstrip("?") in value and fits(value[name.rstrip("?")], shape)
def spelt(pattern: str, most: int = 1000) -> Any:
    """Return a shape: text that the pattern matches as a whole."""
    return lambda value: type(value) is str and len(value) <= most and re.fullmatch(pattern, value)
def between(least: int, most: int) -> Any:
    """Return a shape: a whole number within bounds."""
    return lambda value: type(value) is int and least <= value <= most
HEX, AUTHORITY = spelt(r"[0-9a-f]{64}"), spelt(r"[A-Z]{3}/[a-z0-9]+(?:-[a-z0-9]+)*", 64)
OFFICER = spelt(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", 64)
TIME, COUNT, POSITIVE = between(0, LATEST), between(1, 1_000_000), between(1, MOST_INT)
ADDRESS = {"authority": AUTHORITY, "root": HEX}
class Envelope:
    """A DSSE envelope: type, payload bytes as signed, signatures; its id is SHA-256 of the signed bytes."""
    def __init__(self, value: Any) -> None:
        sound(fits(value, {"payloadType": str, "payload": str, "signatures": [{"keyid": str, "sig": str}]}))
        sound(len(value) == 3 and len(value["signatures"]) <= 16)
        sound(all(len(signature) == 2 for signature in value["signatures"]))
        self.type, self.realm = value["payloadType"], value["payloadType"].rpartition("=")[2]
        self.payload = unb64(value["payload"])
        self.signatures = [(s["keyid"], unb64(s["sig"], 64)) for s in value["signatures"]]
        kind = self.type.encode("utf-8")
        self.pae = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)
        self.id = sha256(self.pae)
    def read(self, what: str, realm: str, most: int = 256 * KIB, depth: int = 16) -> Any:
        """Return the payload of a statement of one class and realm."""
        sound(realm in LABELS and self.type == f"application/vnd.comity.{what}.v1+json;realm={realm}")
        sound(len(self.payload) <= most)
        return parse_json(self.payload, depth)
    def signed_by(self, keys: Any) -> tuple[str, bytes]:
        """Return key id and first signature that holds under one of the keys; ("", b"") for none."""
        named = {sha256(key): key for key in keys}
        for name, signature in self.signatures:
            if name in named and is_signature(named[name], self.pae, signature):
                return name, signature
        return "", b""
    def has_quorum(self, keys: Any, threshold: int) -> bool:
        """Tell whether enough distinct keys signed."""
        return sum(1 for key in set(keys) if self.signed_by([key])[0]) >= threshold
def sha256(data: bytes) -> str:
    """Return the digest in hexadecimal; of a public key, it is the name of the key."""
    return hashlib.sha256(data).hexdigest()
# --- step 1: the archive, every bit of it ------------------------------------------------------------
FIXED = {"README.txt": MIB, "SEAL": 64 * KIB, "bag-info.txt": 64 * KIB, "bagit.txt": KIB,
         "data/tool.json": 256 * KIB, "data/withheld.json": 16 * MIB, "manifest-sha256.txt": 32 * MIB,
         "tagmanifest-sha256.txt": KIB, "verify.py": MIB}
OTHERS = tuple((re.compile("data/" + pattern.replace("ID", "[0-9a-f]{64}")), most) for pattern, most in (
    (r"acts/ID\.(?:json|pae)", 512 * KIB), (r"acts/ID\.sig", 64), (r"keys/ID\.pem", KIB),
    (r"parts/ID/[a-z][a-z0-9-]{0,31}", 8 * MIB), (r"parts/ID/[a-z][a-z0-9-]{0,31}\.salt", 16),
    (r"(?:receipts|proofs)/ID\.json", MIB), (r"identity/[A-Z]{3}/(?:roots|entries)\.json", 16 * MIB),
    (r"deliveries/ID/(?:(?:tag)?manifest-sha256|bagit|bag-info)\.txt", 32 * MIB),
    (r"deliveries/ID/(?:exhibits|custody)\.jsonl", 128 * MIB),
    (r"deliveries/ID/data/[0-9]{9}\.bin", MOST_INT), (r"custody/ID\.json", 16 * MIB),
    (r"release\.json", 16 * MIB), (r"stamps/ID\.tsr", 64 * KIB)))
RECORDS = re.compile(rb"(?:[0-9]{2,3} path=([^\n\0]+)\n)?(?:[0-9]{2} size=([0-9]{10,16})\n)?\0*")
class Case:
    """The court file as it is read, and what each step leaves for the next."""
    def __init__(self, source: BinaryIO, certificates: str | None = None) -> None:
        self.source, self.total, self.certificates = source, source.seek(0, 2), certificates
        self.members: dict[str, tuple[int, int, str]] = {}  # path: offset, size, SHA-256
        self.realm, self.id, self.seal = "", "", None  # type: str, str, Any
        self.parties: dict[str, Party] = {}  # by fingerprint
        self.acts: dict[str, Act] = {}  # by id
        self.receipts, self.suspects, self.exhibits, self.withheld = {}, [], [], []  # type: Any, Any, Any, Any
        self.heads: dict[str, list[Act]] = {}  # by digest of the text of a head: the acts that stand under it
        self.packages, self.stamps, self.custody, self.listed = [], [], [], []  # type: Any, Any, Any, Any
        self.hidden, self.made_from, self.released, self.discloses = {}, [], None, False  # type: Any, Any, Any, Any
    def at(self, offset: int, count: int) -> bytes:
        """Return bytes of the file, fewer at its end."""
        self.source.seek(offset)
        return self.source.read(count)
    def digest(self, path: str) -> str:
        """Return the SHA-256 of a member; empty where there is none."""
        return self.members[path][2] if path in self.members else ""
    def read(self, path: str) -> bytes:
        """Return a member that is not an exhibit, and hold it against the digest of step 1."""
        data = self.at(*self.members[path][:2])
        need(sha256(data) == self.digest(path), path, "the file changed while it was read")
        return data
    def under(self, folder: str) -> list[str]:
        """Return the members of a folder, in order."""
        return [path for path in self.members if path.startswith(folder)]
def header(name: str, size: int, kind: bytes) -> bytes:
    """Return the one header block of a ustar member: owner 0, mode 0644, time 0."""
    block = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
    block += b"%011o\0" % size + b"00000000000\0" + b" " * 8 + kind + bytes(100)
    block += b"ustar\00000" + bytes(64) + b"0000000\0" * 2 + bytes(167)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]
def frame(path: str, size: int) -> bytes:
    """Return all that stands before a member; pax only for a path or size that ustar cannot hold."""
    records = b""
    for key, value, needed in (("path", path, len(path) > 100), ("size", str(size), size >= 8**11)):
        body = f" {key}={value}\n".encode()
        length = next(n for n in range(len(body), len(body) + 9) if len(str(n)) + len(body) == n)
        records += b"%d%b" % (length, body) if needed else b""
    block = header("pax" if len(path) > 100 else path, size if size < 8**11 else 0, b"0")
    return header("pax", len(records), b"x") + records.ljust(512, b"\0") + block if records else block
def step_1_archive(case: Case) -> None:
    """Every header, every padding byte and the end are rebuilt and compared; every member is hashed."""
    offset, last = 0, ""
    while True:
        block, here = case.at(offset, 512), f"byte {offset}"
        if len(block) == 512 and not any(block):
            break
        if block[156:157] == b"x":
            block = case.at(offset, 1536)
        need(len(block) in (512, 1536), here, "the archive is cut short")
        records = RECORDS.fullmatch(block[512:1024])
        name, long_size = records.groups() if records else (None, None)
        path = (name or block[-512:-412].rstrip(b"\0")).decode("latin-1")
        octal = re.fullmatch(rb"([0-7]{11})\0", block[-388:-376])
        size = int(long_size) if long_size else int(octal.group(1), 8) if octal else 0
        most = FIXED.get(path) or next((most for pattern, most in OTHERS if pattern.fullmatch(path)), -1)
        need(most >= 0, here, "a name that no court file holds")
        need(block == frame(path, size), path, "its header is not the canonical one")
        need(path > last, path, "names are not in order, or one stands twice")
        need(size <= most and len(case.members) < MOST_MEMBERS, path, "more than a court file may hold")
        offset, last = offset + len(block), path
        need(offset + size <= case.total, path, "the archive is cut short")
        state, start = hashlib.sha256(), offset
        while offset < start + size:
            chunk = case.at(offset, min(MIB, start + size - offset))
            need(chunk, path, "the archive is cut short")
            state.update(chunk)
            offset += len(chunk)
        padding = bytes(-size % 512)
        need(case.at(offset, len(padding)) == padding, path, "the padding is not zeros, or cut short")
        case.members[path] = (start, size, state.hexdigest())
        offset += len(padding)
    need(case.at(offset, 1025) == bytes(1024), here, "the end is not exactly two blocks of zeros")
    for path in FIXED:
        need(path in case.members, path, "a file that every court file has is missing")
# --- steps 2 and 3: the outer bag and its seal -------------------------------------------------------
MANIFEST, BAGIT = "manifest-sha256.txt", sha256(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
TAGS, TAGGED = ["README.txt", "bag-info.txt", "bagit.txt", MANIFEST, "verify.py"], "tagmanifest-sha256.txt"
SEAL = {"v": 1, "case": HEX, "tagmanifest": HEX, "at": TIME, "sealed_by": ADDRESS}
LINE = re.compile(rb"([0-9a-f]{64})  ([!-~]{1,200})")
def read_manifest(case: Case, manifest: str, folder: str) -> dict[str, str]:
    """Return the digests that a manifest tells, by path in this file."""
    listed = {}
    for found in case.read(manifest).split(b"\n")[:-1]:
        match = LINE.fullmatch(found)
        if not match:
            raise Fault(manifest, "not a list of digests and names")
        listed[folder + match.group(2).decode()] = match.group(1).decode()
    return listed
def check_list(case: Case, manifest: str, folder: str, paths: list[str]) -> None:
    """A manifest is exactly the sorted list of digests and names; on a difference, say whose it is."""
    lines = [f"{case.digest(path)}  {path[len(folder):]}\n".encode() for path in paths]
    if sha256(b"".join(lines)) == case.digest(manifest):
        return
    listed, here = read_manifest(case, manifest, folder), set(paths)
    for path in sorted({*listed, *here}):
        need(path in listed, path, "it is here, but not in its manifest")
        need(path in here, path, "it is in a manifest, but not here")
        need(listed[path] == case.digest(path), path, "its bytes are not those of the manifest")
    raise Fault(manifest, "not the sorted list of the files that are there")
def step_2_bag(case: Case) -> None:
    """The outer manifests name exactly the members, with their digests (RFC 8493)."""
    need(case.digest("bagit.txt") == BAGIT, "bagit.txt", "not the declaration of a bag")
    check_list(case, MANIFEST, "", case.under("data/"))
    check_list(case, TAGGED, "", TAGS)
def step_3_seal(case: Case) -> None:
    """SEAL names realm, case and label, and the digest of the outer tag manifest."""
    with reading("SEAL", "not a seal"):
        envelope = Envelope(parse_json(case.read("SEAL"), 4))
        seal = envelope.read("courtseal", envelope.realm)
        sound(fits(seal, {**SEAL, "realm": envelope.realm, "label": LABELS[envelope.realm]}))
        sound(is_of(seal["sealed_by"]["authority"], envelope.realm))
    need(seal["tagmanifest"] == case.digest(TAGGED), "SEAL", "it seals another tag manifest")
    case.realm, case.id, case.seal = envelope.realm, seal["case"], (seal, envelope)
def is_of(name: str, realm: str) -> bool:
    """Tell whether a Party or authority is of the realm: practice codes begin with X."""
    return (name[0] == "X") == (realm == "practice")
# --- steps 4 to 6: Parties, their keys over time, and who sealed -------------------------------------
PARTY = spelt("[A-Z]{3}")
ROOT = {"v": 1, "party": PARTY, "realm": str, "version": POSITIVE, "issued_at": TIME,
        "threshold": int, "keys": [str], "entry_threshold": int, "entry_keys": [str]}
USAGES = {"act": 32, "receipt": 32, "log": 32, "transport": 32, "age": 32, "age-hybrid": 1216}
WINDOW = {"public": str, "not_before": TIME, "not_after": TIME}
SINGLE = "single_approval_in_emergency"
ENTRY = {
    "v": 1, "party": PARTY, "realm": str, "root": HEX, "root_version": int, "version": int, "issued_at": TIME,
    "expires_at": TIME, "suite": str, "algorithms": [str], SINGLE: bool,
    "revoked": [{"key": HEX, "at": TIME, "invalid_since": TIME}], "authorities": [{
        "id": AUTHORITY, "names": lambda v: type(v) is dict and fits([*v.values()], [str]), "roles": [str],
        "endpoint": (None, lambda v: type(v) is str and v.startswith("https://")), "callback": dict,
        "languages": [str], "certificate": (None, lambda v: type(v) is str and len(v) <= 16 * KIB),
        "keys": [{"usage": str, "public": str, "not_before": int, "not_after": int}],
        "officers": [dict(WINDOW, name=OFFICER, roles=[str])]}]}
class Party:
    """A Party root with all its versions, and all versions of its entry."""
    def __init__(self, code: str, envelopes: list[Envelope], realm: str) -> None:
        self.code, self.envelopes, self.root = code, envelopes, envelopes[0].id
        self.roots = [read_root(envelope, realm) for envelope in envelopes]
        self.entries: list[Any] = []
        self.revoked: dict[str, int] = {}
    def keys(self, authority: str, usage: str) -> list[bytes]:
        """Return every key that was ever published for a usage of an authority, or for an officer of it."""
        return [row[0] for entry in self.entries for row in entry["table"].get((authority, usage), ())]
    def is_valid(self, slot: tuple[str, str], name: str, at: int, role: str = "") -> bool:
        """Tell whether a key of an authority, or of an officer in a role, was in force at a time."""
        issued = [entry for entry in self.entries if entry["issued_at"] <= at + GRACE]
        if not issued or at >= issued[-1]["expires_at"] or self.revoked.get(name, LATEST + 1) <= at:
            return False
        if role:  # an officer is who the newest entry that names the officer says
            issued = [entry for entry in issued if slot[1] in entry["officers"]][-1:]
            issued = [entry for entry in issued if (slot, role) in entry["officers"][slot[1]]]
        rows = [row for entry in issued for row in entry["table"].get(slot, ()) if sha256(row[0]) == name]
        return bool(rows) and rows[-1][1] <= at < rows[-1][2]
def read_list(case: Case, path: str) -> list[Envelope]:
    """Return the envelopes in a JSON array, at least one."""
    value = parse_json(case.read(path), 5)
    sound(type(value) is list and 1 <= len(value) <= 10_000)
    return [Envelope(item) for item in value]
def read_root(envelope: Envelope, realm: str) -> Any:
    """Return what a root says."""
    root = envelope.read("root", realm)
    sound(fits(root, ROOT) and root["realm"] == realm and is_of(root["party"], realm))
    for names, threshold in (("keys", "threshold"), ("entry_keys", "entry_threshold")):
        keys = root[names] = [unb64(key, 32) for key in root[names]]
        sound(1 <= root[threshold] <= len(set(keys)) == len(keys) <= 8 and all(map(is_point, keys)))
    sound(not set(root["keys"]) & set(root["entry_keys"]))
    return root
def step_4_roots(case: Case) -> None:
    """Each version of a root is signed by its own quorum and by that of the version before."""
    for path in case.under("data/identity/"):
        if not path.endswith("/roots.json"):
            continue
        with reading(path, "not the versions of a Party root"):
            party = Party(path[14:17], read_list(case, path), case.realm)
        before = None
        for number, (root, envelope) in enumerate(zip(party.roots, party.envelopes), 1):
            right = root["version"] == number and root["party"] == party.code
            right = right and (not before or root["issued_at"] >= before["issued_at"])
            need(right, path, "a version is missing, of another Party, or older than the one before")
            for by in (root, before or root):
                need(envelope.has_quorum(by["keys"], by["threshold"]), path, "a version without its quorums")
            before = root
        case.parties[party.root] = party
def read_entry(envelope: Envelope, realm: str) -> Any:
    """Return what an entry says, with a table: (authority, usage or officer) to keys and their windows."""
    entry = envelope.read("entry", realm)
    sound(fits(entry, ENTRY) and entry["realm"] == realm and entry["issued_at"] < entry["expires_at"])
    sound(entry["version"] >= 1 and entry["root_version"] >= 1 and entry["algorithms"])
    offices, owners, table = entry["authorities"], {}, {}  # type: Any, Any, Any
    sound(1 <= len(offices) <= 64 and len({office["id"] for office in offices}) == len(offices))
    entry["table"], entry["officers"] = table, {}
    for office in offices:
        unb64(office["certificate"] or "")
        keys = [key for key in office["keys"] if key["usage"] in USAGES]
        people = [dict(officer, usage="officer " + officer["name"]) for officer in office["officers"]]
        sound(office["id"][:3] == entry["party"] and len(keys) <= 64)
        sound(len({person["usage"] for person in people} - set(entry["officers"])) == len(people) <= 256)
        for item in keys + people:
            public, slot = unb64(item["public"], USAGES.get(item["usage"], 32)), (office["id"], item["usage"])
            sound(fits(item, WINDOW) and item["not_before"] < item["not_after"])
            sound(is_point(public) or item["usage"] in ("age", "age-hybrid"))
            sound(owners.setdefault(public, slot) == slot)
            table.setdefault(slot, []).append((public, item["not_before"], item["not_after"]))
            entry["officers"].setdefault(item["usage"], [(slot, role) for role in item.get("roles", ())])
    return entry
def step_5_entries(case: Case) -> None:
    """Each version of an entry is signed by the entry keys of the root version that it names."""
    codes = {party.code: party for party in case.parties.values()}
    for path in case.under("data/identity/"):
        both = path[14:17] in codes and path[:18] + "entries.json" in case.members
        need(both, path, "a Party has both roots and entries")
        if not path.endswith("/entries.json"):
            continue
        party, order = codes[path[14:17]], (0, 0, 0)
        with reading(path, "not the versions of a Party entry"):
            envelopes = read_list(case, path)
            party.entries = [read_entry(envelope, case.realm) for envelope in envelopes]
        for entry, envelope in zip(party.entries, envelopes):
            named = entry["root_version"] <= len(party.roots) and entry["root"] == party.root
            need(named and entry["party"] == party.code, path, "an entry of another root")
            need(entry["algorithms"] == ["ed25519"], path, "it needs an algorithm that is not known here")
            newer = (entry["version"] - 1, entry["root_version"], entry["issued_at"])
            need(all(a >= b for a, b in zip(newer, order)), path, "not newer than the one before")
            root, order = party.roots[entry["root_version"] - 1], (newer[0] + 1, *newer[1:])
            signed = envelope.has_quorum(root["entry_keys"], root["entry_threshold"])
            need(signed, path, "not signed by the quorum of entry keys")
            for one in entry["revoked"]:
                party.revoked[one["key"]] = min(one["invalid_since"], party.revoked.get(one["key"], LATEST))
def step_6_sealer(case: Case) -> None:
    """SEAL is signed by an act key of the authority that it names; bag-info.txt says the same."""
    (seal, envelope), (authority, root) = case.seal, address(case.seal[0]["sealed_by"])
    name = envelope.signed_by(case.parties[root].keys(authority, "act"))[0] if root in case.parties else ""
    need(name, "SEAL", "not signed by the authority that it names")
    if not case.parties[root].is_valid((authority, "act"), name, seal["at"]):
        case.suspects.append(("SEAL", SUSPECT))
    with reading("data/tool.json", "not what tells which software made the file"):
        tool = parse_json(case.read("data/tool.json"), 8)
        sound(fits(tool, {"v": 1, "version": spelt("[ -~]+", 100), "bugs": [str]}))
    info, paths = case.read("bag-info.txt"), case.under("data/")
    case.discloses = b"\nComity-Way: disclosure\n" in info
    lines = [f"Bag-Software-Agent: {tool['version']}", *["Comity-Way: disclosure"] * case.discloses,
             f"External-Identifier: {case.id}", f"Internal-Sender-Description: {seal['label']}",
             f"Payload-Oxum: {sum(case.members[path][1] for path in paths)}.{len(paths)}",
             f"Source-Organization: {authority}", ""]
    need(info == "\n".join(lines).encode(), "bag-info.txt", "not what the seal and the files say")
# --- steps 7 to 9: acts, signatures, approvals -------------------------------------------------------
PART = {"name": spelt(r"[a-z][a-z0-9-]{0,31}"), "digest": HEX,
        "media": spelt(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,126}")}
ACT = {
    "v": 1, "kind": spelt(r"[a-z][a-z0-9-]{0,31}(?:\.[a-z][a-z0-9-]{0,31}){1,3}"), "case": (None, HEX),
    "from": ADDRESS, "to": [ADDRESS], "incarnation": COUNT, "seq": COUNT, "prev_own": (None, HEX),
    "seen": [HEX], "at": TIME, "crit": [spelt(r"[a-z][a-z0-9_.-]{0,63}")], "body": dict, "parts": [PART],
    "nonce": (None, str), "participants": (None, [ADDRESS]),
    "single": (None, "nobody-reached", "no-time", "alone-on-duty")}
APPROVAL = {"v": 1, "act": HEX, "decision": "approve", "rules": HEX, "reasons": HEX, "officer": OFFICER,
            "authority": AUTHORITY, "role": str, "at": TIME}
RECEIPT = {
    "v": 1, "act": HEX, "from": ADDRESS, "to": ADDRESS, "at": TIME, "case": (None, HEX), "code": str,
    "log": {"origin": str, "size": int, "root": HEX}, "result": ("stored", "refused"),
    "leaf": {"index": int, "tag": str, "nonce": str, "proof": [HEX]}, "pending": (None, HEX),
    "incarnation": POSITIVE, "your_last_seq": between(0, MOST_INT), "own_last_seq": between(0, MOST_INT)}
class Act:
    """One act: envelope, payload, approvals, who signed it; ``at`` is T once step 13 has seen the proofs."""
    def __init__(self, data: bytes, realm: str) -> None:
        value = parse_json(data, 8)
        sound(fits(value, {"act": dict, "approvals": [dict]}) and len(value) == 2)
        self.envelope, self.signers, self.proofs = Envelope(value["act"]), [], []  # type: Any, Any, Any
        self.approvals = [(item, read_approval(item)) for item in map(Envelope, value["approvals"])]
        given = self.envelope.read("act", realm)
        sound(type(given) is dict)
        self.payload = payload = {"nonce": None, "participants": None, "single": None, **given}
        sound(fits(payload, ACT) and len(payload["to"]) == 1)
        self.id, self.kind, self.seq = self.envelope.id, payload["kind"], payload["seq"]
        self.author, self.to, self.at = address(payload["from"]), address(payload["to"][0]), payload["at"]
        self.file, self.case = f"data/acts/{self.id}.json", payload["case"] or self.id
        parts, seen, crit = [part["name"] for part in payload["parts"]], payload["seen"], payload["crit"]
        if payload["case"] is None:
            unb64(payload["nonce"], 16)
            sound([address(item) for item in payload["participants"] or ()] == [self.author, self.to])
            sound(self.seq == 1 and not seen)
        else:
            sound(payload["nonce"] is payload["participants"] is None and (seen or payload["prev_own"]))
        sound((payload["prev_own"] is None) == (self.seq == 1) and seen == sorted(set(seen))[:16])
        sound(len(set(crit)) == len(crit) <= 16 and len(set(parts)) == len(parts) <= 32)
        sound(self.author[0] != self.to[0] and is_of(self.author[0], realm) and is_of(self.to[0], realm))
def address(value: Any) -> tuple[str, str]:
    """Return authority and root."""
    return value["authority"], value["root"]
def read_approval(envelope: Envelope) -> Any:
    """Return what an approval says; its realm is compared in step 10."""
    value = envelope.read("approval", envelope.realm, 4 * KIB, 2)
    sound(fits(value, APPROVAL))
    return value
def step_7_acts(case: Case) -> None:
    """Each act is named by its id; all belong to one case and its participants."""
    for path in case.under("data/acts/"):
        stem = path.rpartition(".")[0]
        whole = all(stem + end in case.members for end in (".json", ".pae", ".sig"))
        need(whole and len(case.acts) < MOST_ACTS, path, "without its .json, .pae or .sig, or too many")
        if not path.endswith(".json"):
            continue
        with reading(path, "not a signed act"):
            act = Act(case.read(path), case.realm)
        right = act.file == path and act.case == case.id
        need(right, path, "its name is not the digest of its signed bytes, or it is of another case")
        need(case.digest(stem + ".pae") == act.id, stem + ".pae", "not the bytes that were signed")
        case.acts[act.id] = act
    need(case.id in case.acts, "data/acts", "the act that opens the case is missing")
    participants = (case.acts[case.id].author, case.acts[case.id].to)
    for act in case.acts.values():
        for authority, root in (act.author, act.to):  # who has no node is an addressee and signs nothing
            known = root in case.parties and case.parties[root].code == authority[:3]
            known = known or (root != act.author[1] and root == outside(case.realm, authority))
            need(known and (authority, root) in participants, act.file, "from or to somebody not of the case")
def outside(realm: str, authority: str) -> str:
    """Return what stands for the root of a Party that is reached outside any node."""
    return sha256(f"comity/outside/{realm}/{authority[:3]}".encode())
def step_8_signatures(case: Case) -> None:
    """Each act is signed by an act key of its author."""
    used = {}
    for act in case.acts.values():
        party, slot, path = case.parties[act.author[1]], (act.author[0], "act"), act.file[:-4] + "sig"
        name, signature = act.envelope.signed_by(party.keys(*slot))
        need(name, act.file, "not signed by an act key of its author")
        need(case.digest(path) == sha256(signature), path, "not the signature of the act")
        key = next(key for key in party.keys(*slot) if sha256(key) == name)
        body = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + key)
        used[f"data/keys/{name}.pem"] = b"-----BEGIN PUBLIC KEY-----\n%b\n-----END PUBLIC KEY-----\n" % body
        act.signers.append((slot, name, ""))
    for path in sorted({*case.under("data/keys/"), *used}):
        right = path in used and case.digest(path) == sha256(used[path])
        need(right, path, "the keys are not those that signed the acts")
def check_approvals(case: Case, party: Party, path: str, about: str, approvals: Any) -> list[Any]:
    """Each approval names the statement and is signed by an officer in a role; return who they are."""
    persons = []
    for envelope, approval in approvals:
        slot, role = (approval["authority"], "officer " + approval["officer"]), approval["role"]
        right = approval["act"] == about and envelope.realm == case.realm and role in ROLES
        right = right and any((slot, role) in entry["officers"].get(slot[1], ()) for entry in party.entries)
        need(right, path, "an approval of something else, or in a role that the officer has not")
        name = envelope.signed_by(party.keys(*slot))[0]
        need(name, path, "an approval that is not signed by its officer")
        persons.append((slot, name, role))
    names, keys = {slot[1] for slot, _, _ in persons}, {name for _, name, _ in persons}
    distinct = len(names) == len(keys) == len(persons)
    need(distinct and len(persons) <= 8, path, "one person approves twice, or too many do")
    return persons
def step_9_approvals(case: Case) -> None:
    """Each act has the approvals that its row of the table demands, by distinct persons."""
    for act in case.acts.values():
        persons = check_approvals(case, case.parties[act.author[1]], act.file, act.id, act.approvals)
        alone = act.payload["single"] is not None and act.kind in ALONE
        enough = len(persons) >= (act.kind in ONE) + (1 if alone else 2) * (act.kind in TWO)
        enough = enough and (alone or act.kind not in TWO or any(role == "head" for _, _, role in persons))
        need(enough, act.file, "it lacks the approvals that its kind demands")
        act.signers += persons
# --- steps 10 to 14: receipts, leaves in logs, time stamps, what was in force when, order -------------
def holds_leaf(leaf: Any, digest: str, index: int, size: int, path: list[str], root: str) -> bool:
    """Tell whether a blinded leaf stands in the tree with that root (RFC 9162 section 2.1.3)."""
    entry = leaf["tag"].encode() + unb64(leaf["nonce"], 32) + bytes.fromhex(digest)
    def climb(index: int, size: int, steps: list[str]) -> bytes:
        if size == 1:
            return hashlib.sha256(b"\0" + entry).digest()
        half, beside = 1 << (size - 1).bit_length() - 1, bytes.fromhex(steps.pop() if steps else "")
        left = climb(index, half, steps) if index < half else beside
        right = beside if index < half else climb(index - half, size - half, steps)
        return hashlib.sha256(b"\1" + left + right).digest()
    if not 0 <= index < size <= MOST_INT or not re.fullmatch(r"[a-z][a-z.]{0,31}", leaf["tag"]):
        return False
    steps = list(path)
    return climb(index, size, steps).hex() == root and not steps
def step_10_receipts(case: Case) -> None:
    """Each receipt is signed by the addressee, and its leaf stands in the log that it names."""
    for path in case.under("data/receipts/"):
        need(path[14:78] in case.acts, path, "a receipt for an act that is not here")
        act = case.acts[path[14:78]]
        with reading(path, "not a receipt"):
            envelope = Envelope(parse_json(case.read(path), 4))
            receipt = envelope.read("receipt", case.realm)
            sound(fits(receipt, RECEIPT))
            leaf, log, stored = receipt["leaf"], receipt["log"], receipt["result"] == "stored"
            sound(stored != bool(receipt["code"]))
            sound(leaf["tag"] == ("act.received" if stored else "act.refused"))
            digest = case.digest(act.file) if stored else act.id
            held = holds_leaf(leaf, digest, leaf["index"], log["size"], leaf["proof"], log["root"])
        ends = (receipt["act"], address(receipt["from"]), address(receipt["to"]))
        here = receipt["case"] == case.id or (not stored and receipt["case"] is None)
        need(here and ends == (act.id, act.to, act.author), path, "of another act, or not by its addressee")
        need(held, path, "its leaf is not in the log")
        party, slot = case.parties.get(act.to[1]), (act.to[0], "receipt")
        name = envelope.signed_by(party.keys(*slot))[0] if party else ""
        if not party or not name:
            raise Fault(path, "not signed by a receipt key of the addressee")
        if party.is_valid(slot, name, receipt["at"]):
            act.proofs.append(receipt["at"])
        else:
            case.suspects.append((path, SUSPECT))
        case.receipts[act.id] = receipt
PROOF = {"leaf": {"tag": str, "nonce": str, "digest": HEX}, "checkpoint": str,
         "proof": {"index": int, "size": int, "path": [HEX]}}
NOTE = re.compile(r"([!-~]{1,200}\n(?:0|[1-9][0-9]{0,15})\n[A-Za-z0-9+/]{43}=\n)\n"
                  r"((?:\u2014 [!-~]{1,200} [A-Za-z0-9+/=]{1,200}\n){1,16})")
def check_proof(case: Case, item: Any, act: Act) -> None:
    """One leaf of one log: its digest, its place, the head signed by the log, perhaps co-signed."""
    match, leaf, place = NOTE.fullmatch(item["checkpoint"]), item["leaf"], item["proof"]
    sound(match and leaf["digest"] == case.digest(act.file))
    text, block = match.groups() if match else ("", "")
    origin, size, head = text.split("\n")[:3]
    for own, peer in ((act.author, act.to), (act.to, act.author)):
        name = f"comity/{case.realm}/{own[0]}/peer/{peer[1][:16]}"
        if re.fullmatch(name + r"(?:/(?:[2-9]|[1-9][0-9]{1,5}))?", origin):
            by = [check_line(case, line, origin, own, peer, text, act) for line in block.split("\n")[:-1]]
            sound(own in by and place["size"] == int(size))
            root = unb64(head, 32).hex()
            sound(holds_leaf(leaf, leaf["digest"], place["index"], place["size"], place["path"], root))
            case.heads.setdefault(sha256(text.encode()), []).append(act)
            return
    raise Bad
def check_line(case: Case, line: str, origin: str, own: Any, peer: Any, text: str, act: Act) -> Any:
    """One line under a head: the keeper's, or, with a time, the other participant's; return whose it is."""
    _, claimed, coded = line.split(" ")
    blob, kind = unb64(coded), 1 if claimed == origin else 4
    end, slot = (own, (own[0], "log")) if kind == 1 else (peer, (peer[0], "log"))
    sound(claimed in (origin, f"comity/{case.realm}/{peer[0]}/witness"))
    second, signature = int.from_bytes(blob[4:12], "big"), blob[4:] if kind == 1 else blob[12:]
    message, at = text if kind == 1 else f"cosignature/v1\ntime {second}\n{text}", second * 10**6 + SECOND
    party = case.parties.get(end[1])
    for public in dict.fromkeys(party.keys(*slot) if party else ()):
        mark = hashlib.sha256(claimed.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
        if mark == blob[:4] and is_signature(public, message.encode(), signature):
            proves = kind == 4 and end != act.author  # who wrote an act does not prove when
            if party and proves and party.is_valid(slot, sha256(public), at):
                act.proofs.append(at)
            return end
    raise Bad
def step_11_proofs(case: Case) -> None:
    """Each leaf commits to an act of this file, and stands under a head that its log signed."""
    for path in case.under("data/proofs/"):
        need(path[12:76] in case.acts, path, "a proof for an act that is not here")
        with reading(path, "not a leaf in a log whose head is signed"):
            value = parse_json(case.read(path), 8)
            sound(fits(value, {"v": 1, "leaves": [PROOF]}) and 1 <= len(value["leaves"]) <= 16)
            once = {(item["checkpoint"], item["proof"]["index"]) for item in value["leaves"]}
            sound(len(once) == len(value["leaves"]))
            for item in value["leaves"]:
                check_proof(case, item, case.acts[path[12:76]])
def values(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return tag, content and all bytes of each value that DER bytes are made of."""
    found, at = [], 0
    while at < len(data):
        sound(len(data) >= at + 2)
        size, start = data[at + 1], at + 2
        if size > 127:
            start += size - 128
            sound(at + 2 < start <= min(at + 6, len(data)) and data[at + 2])
            size = int.from_bytes(data[at + 2:start], "big")
            sound(size > 127)
        sound(len(data) >= start + size)
        found.append((data[at], data[start:start + size], data[at:start + size]))
        at = start + size
    return found
def der(data: bytes, *tags: int) -> list[bytes]:
    """Return the contents of the values that DER bytes are made of; the first have these tags."""
    found = values(data)
    sound([tag for tag, _, _ in found[:len(tags)]] == list(tags))
    return [content for _, content, _ in found]
def only(data: bytes, *tags: int) -> list[bytes]:
    """Return the contents of the values that DER bytes are made of: they have these tags, and are no more."""
    sound(len(values(data)) == len(tags))
    return der(data, *tags)
def whole_der(data: bytes, depth: int = 32) -> None:
    """Raise Bad unless all that sequences, sets and tagged values hold, at any depth, has the form of DER."""
    sound(depth >= 0)
    for tag, content, _ in values(data):
        sound(tag & 31 < 31 and tag >> 6 in (0, 2) and (tag != 5 or not content))
        sound(tag > 127 or (tag & 32 > 0) == (tag & 31 in (16, 17)))
        if tag & 32:
            whole_der(content, depth - 1)
def algorithm(content: bytes) -> bytes:
    """Return the number of an algorithm, whose parameters are absent or NULL."""
    sound(values(content)[1:] in ([], [(0x05, b"", b"\5\0")]))
    return der(content, 0x06)[0]
def is_exact(answer: bytes, certificates: str) -> bool:
    """Tell whether an answer is in the one form of time-stamps.md, which leaves nothing to choose."""
    try:
        whole_der(answer)
        status, token = only(only(answer, 0x30)[0], 0x30, 0x30)
        texts = only(status, 0x02, 0x30)[1] if len(values(status)) > 1 else b""
        "".join(map(bytes.decode, der(texts, *[0x0C] * len(values(texts)))))  # or they are no texts
        (signed,) = only(only(token, 0x06, 0xA0)[1], 0x30)
        middle = [0xA0] if len(values(signed)) > 4 else []
        version, digests, content, *carried, signers = only(signed, 0x02, 0x31, 0x30, *middle, 0x31)
        whole_der(only(only(content, 0x06, 0xA0)[1], 0x04)[0])
        of, name, digest, _, method, _ = only(only(signers, 0x30)[0], 0x02, 0x30, 0x30, 0xA0, 0x30, 0x04)
        known = [one for _, _, one in values(b"".join(carried))] or pem(certificates)
        sound(any(name == issuer_and_number(one) for one in known) and version == b"\3" and of == b"\1")
        sound(algorithm(only(digests, 0x30)[0]) == algorithm(digest))
        return algorithm(method) in METHODS[algorithm(digest)]
    except (Bad, KeyError, ValueError):
        return False
def issuer_and_number(certificate: bytes) -> bytes:
    """Return how a signer is named who has this certificate."""
    said = values(der(only(certificate, 0x30)[0], 0x30)[0])
    sound([tag for tag, _, _ in said[:4]] == [0xA0, 0x02, 0x30, 0x30])
    return said[3][2] + said[1][2]
def pem(path: str) -> list[bytes]:
    """Return the certificates of a PEM file, in DER."""
    with open(path, "rb") as file:
        return [base64.b64decode(x) for x in re.findall(b"BEGIN CERTIFICATE-----([^-]*)", file.read(MIB))]
def stamped_at(token: bytes, digest: str) -> int:
    """Return the time that an RFC 3161 answer states for a digest, as the end of its second."""
    status, content = der(only(token, 0x30)[0], 0x30, 0x30)[:2]
    signed, inner = der(content, 0x06, 0xA0)[:2]
    sound(der(status, 0x02)[0] == b"\0" and signed == SIGNED_DATA)  # granted
    kind, wrapped = der(der(der(inner, 0x30)[0], 0x02, 0x31, 0x30)[2], 0x06, 0xA0)[:2]
    stated = der(der(der(wrapped, 0x04)[0], 0x30)[0], 0x02, 0x06, 0x30, 0x02, 0x18)
    method, imprint = der(stated[2], 0x30, 0x04)[:2]
    sound((kind, stated[0], der(method, 0x06)[0], imprint.hex()) == (TST_INFO, b"\1", SHA_256, digest))
    match = re.fullmatch(rb"([0-9]{14})(?:\.[0-9]{1,9})?Z", stated[4])
    try:
        moment = datetime.datetime.strptime(match.group(1).decode() + "Z" if match else "", "%Y%m%d%H%M%S%z")
    except ValueError:
        raise Bad from None
    sound(moment >= EPOCH)
    return (moment - EPOCH) // datetime.timedelta(microseconds=1) + SECOND
def is_stamp(certificates: str, token: bytes, digest: str, at: int) -> bool:
    """Ask openssl whether an exact token was made under certificates that the reader trusts, valid then."""
    if not is_exact(token, certificates):
        return False
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "token.tsr")
        with open(name, "wb") as file:
            file.write(token)
        asked = ["openssl", "ts", "-verify", "-digest", digest, "-in", name, "-CAfile", certificates,
                 "-untrusted", certificates, "-attime", str(at // 10**6)]
        try:
            return subprocess.run(asked, capture_output=True, check=False).returncode == 0
        except OSError:
            raise Fault("--certificates", "openssl, which judges time stamps, cannot be run") from None
def step_12_stamps(case: Case) -> None:
    """Each time stamp is over a head or a bag of this file; it proves a time to who trusts its maker."""
    over = {told(act, "bag_root"): [] for act in case.acts.values() if act.kind == DELIVER}  # type: Any
    over.update(case.heads)
    for path in case.under("data/stamps/"):
        digest = path[12:76]
        with reading(path, "not a time stamp over what its name says"):
            at = stamped_at(case.read(path), digest)
        need(digest in over, path, "a time stamp over nothing that is here")
        holds = case.certificates is not None and is_stamp(case.certificates, case.read(path), digest, at)
        case.stamps.append({"digest": digest, "at": at, "holds": holds})
        for act in over[digest] if holds else ():
            act.proofs.append(at)
def is_sure(party: Party, slot: tuple[str, str], name: str, at: int, proven: bool, role: str = "") -> bool:
    """Tell whether a key was in force at T; a time that nobody else proves does not help a revoked key."""
    return party.is_valid(slot, name, at, role) and (proven or name not in party.revoked)
def step_13_times(case: Case) -> None:
    """T of an act is its earliest independent proof; who signed and approved it had the keys then."""
    for act in case.acts.values():
        party, proven = case.parties[act.author[1]], bool(act.proofs)
        act.at = min(act.proofs) if proven else act.at
        if not all(is_sure(party, slot, name, act.at, proven, role) for slot, name, role in act.signers):
            case.suspects.append((act.file, SUSPECT))
        right = act.payload["single"] is None or may_be_single(case, act)
        need(right, act.file, "marked as approved by one, as it may not be")
def may_be_single(case: Case, act: Act) -> bool:
    """Tell whether one person may approve alone: in an emergency, if the entry in force allows it."""
    entries = [entry for entry in case.parties[act.author[1]].entries if entry["issued_at"] <= act.at + GRACE]
    named = act if act.kind == "assistance.request" else case.acts.get(told(act, "request"))
    asked = named.payload["body"].get("request") if named and named.kind == "assistance.request" else None
    calm = type(asked) is not dict or asked.get("mechanism") != "41(3)(e)"
    allowed = bool(entries) and act.at < entries[-1]["expires_at"] and entries[-1][SINGLE]
    return act.kind in ALONE and len(act.approvals) < 2 and allowed and not calm
def step_14_order(case: Case) -> None:
    """Each author's acts are complete and in order; what they saw is here; receipted means seen."""
    threads: dict[Any, dict[int, Act]] = {}
    for act in case.acts.values():
        first = threads.setdefault(act.author, {}).setdefault(act.seq, act)
        need(first is act, act.file, "two acts of one author with one number: a fork")
    for act in case.acts.values():
        before, own = threads[act.author].get(act.seq - 1), act.payload
        after = before and before.id == own["prev_own"]
        need(act.seq == 1 or after, act.file, "the author's act before it is missing, or is another")
        need(all(seen in case.acts for seen in own["seen"]), act.file, "it has seen an act that is not here")
    covers: dict[str, int] = {}  # the highest number of the other author's acts that an act descends from
    for author, thread in threads.items():
        highest = 0
        for _, act in sorted(thread.items()):
            others = [case.acts[seen] for seen in act.payload["seen"] if case.acts[seen].author != author]
            covers[act.id] = highest = max([highest] + [other.seq for other in others])
    for act_id, receipt in case.receipts.items():
        received = case.acts[act_id]
        for act in threads.get(received.to, {}).values():
            late = act.seq > receipt["own_last_seq"] and act.id != receipt["pending"]
            seen = receipt["result"] == "refused" or covers[act.id] >= received.seq
            need(seen or not late, act.file, "it overlooks what its author receipted")
# --- step 15: what is withheld, and who let the file leave -------------------------------------------
TEXT = spelt(r"(?s).+", 200)
HELD = {"at": TIME, "ground": TEXT, "decided_by": TEXT, "decision?": HEX}
WITHHELD = {**HELD, "act": HEX, "part": (None, str), "exhibit?": between(1, MOST_MEMBERS)}
PACKAGE = {**HELD, "bag": HEX, "exhibits": between(0, MOST_MEMBERS)}
LISTED = "data/withheld.json"
STATEMENT = {"v": 1, "subjects": [HEX], "purpose": str, "at": TIME}
APPROVED = {"of": HEX, "part": (None, str), "exhibit?": int, "ground": TEXT, "decided_by": TEXT}
def read_listed(case: Case) -> None:
    """Read the list of what is withheld; of a disclosure also that of packages that no act delivered."""
    with reading(LISTED, "not the list of what is withheld"):
        value = parse_json(case.read(LISTED), 8)
        sound(fits(value, {"v": 1, "withheld": [WITHHELD], "packages?": [PACKAGE]}))
        case.withheld = [(item["act"], item["part"], item.get("exhibit")) for item in value["withheld"]]
        ordered = sorted(set(case.withheld), key=lambda item: (item[0], item[1] or "", item[2] or 0))
        sound(case.withheld == ordered and (value.get("packages") is not None) == case.discloses)
        case.packages = [item["bag"] for item in value.get("packages") or ()]
        sound(case.packages == sorted(set(case.packages)))
        case.listed = [*value["withheld"], *(value.get("packages") or ())]
    for about, part, exhibit in case.withheld:  # in order: a bag as a whole comes before its exhibits
        need(not part or not exhibit, LISTED, "it withholds an exhibit of a part")
        if part is None and case.hidden.setdefault(about, [] if exhibit else None) is not None:
            case.hidden[about].append(exhibit)
def check_decision(case: Case, path: str, value: Any, way: str, until: int) -> Any:
    """A release statement with the approvals of two officers, a head among them; return what it says."""
    with reading(path, "not a decision that officers approved"):
        sound(fits(value, {"statement": dict, "approvals": [dict]}))
        envelope = Envelope(value["statement"])
        said = envelope.read("release", case.realm, 16 * MIB)
        sound(not envelope.signatures)  # its approvals sign it
        sound(fits(said, {**STATEMENT, "way": way, "case": case.id}) and said["at"] <= until)
        sound(way != "disclosure" or fits(said, {"withheld": [APPROVED]}))
        approvals = [(item, read_approval(item)) for item in map(Envelope, value["approvals"])]
    party = case.parties[case.seal[0]["sealed_by"]["root"]]
    persons = check_approvals(case, party, path, envelope.id, approvals)
    enough = len(persons) >= 2 and any(role == "head" for _, _, role in persons)
    need(enough, path, "it lacks the approvals of two officers, a head among them")
    need(all(approval["at"] <= until for _, approval in approvals), path, "it was approved afterwards")
    for (slot, name, role), (_, approval) in zip(persons, approvals):
        if not party.is_valid(slot, name, approval["at"], role):
            case.suspects.append((path, SUSPECT))
    return {**said, "id": envelope.id}
def step_15_release(case: Case) -> None:
    """Two officers let the file leave: its acts, and of a disclosure exactly the list of what is withheld."""
    read_listed(case)
    path, way = "data/release.json", "disclosure" if case.discloses else "export"
    if path in case.members:
        with reading(path, "not a decision that officers approved"):
            value = parse_json(case.read(path), 8)
            sound(fits(value, {"v": 1}))
        said = check_decision(case, path, value, way, case.seal[0]["at"])
        case.released, subjects = said["id"], set(said["subjects"])
        right = set(case.acts) == subjects if case.discloses else set(case.acts) <= subjects
        need(right, path, "the decision is not about these acts")
        if case.discloses:
            approved = [(item["of"], *on_list(item), said["at"]) for item in said["withheld"]]
            here = [(item.get("act") or item["bag"], *on_list(item), item["at"]) for item in case.listed]
            same = len(here) == len(approved) and set(here) == set(approved)
            need(same, LISTED, "not the list that was approved")
    else:
        need(not case.discloses and case.realm != "live", path, "nobody decided that this file may leave")
    for item in case.listed:
        need(item.get("decision") == case.released, LISTED, "something is withheld by another decision")
def on_list(item: Any) -> Any:
    """Return what is withheld of something, why, and who decided it."""
    return item.get("part"), item.get("exhibit"), item["ground"], item["decided_by"]
# --- steps 16 to 18: parts, evidence, what became of it ----------------------------------------------
INNER_TAGS = ["bag-info.txt", "bagit.txt", "custody.jsonl", "exhibits.jsonl", MANIFEST]
HANDLINGS = ("ordinary", "intimate", "privileged")
EXHIBIT = {"type": "exhibit", "name": str, "name_b64": str, "folder": str, "folder_b64": str,
           "handling": HANDLINGS}
EVENT = {"v": 1, "event": str, "at": TIME, "officer": OFFICER, "authority": AUTHORITY}
TOUCH = {**EVENT, "bag": HEX, "prev": HEX, "role": str, "reason": str, "place": str, "tool": str,
         "tool_version": str, "child?": HEX, "decision?": HEX}
def step_16_parts(case: Case) -> None:
    """Each part that an act names is here with its salt, or listed as withheld; there is nothing else."""
    left, named, others = set(case.withheld), set(), set(case.packages)
    for act in case.acts.values():
        for part in act.payload["parts"]:
            path, salt = (f"data/parts/{act.id}/{part['name']}{end}" for end in ("", ".salt"))
            if (act.id, part["name"], None) not in left:
                named |= {path, salt}
                need(path in case.members, path, "neither withheld nor here")
                need(case.members.get(salt, (0, 0))[1] == 16, salt, "not the salt of a part")
                right = sha256(case.read(salt) + case.read(path)) == part["digest"]
                need(right, path, "not the part, or not with the salt, that the act names")
        left -= {(act.id, part["name"], None) for part in act.payload["parts"]}
        if act.kind == DELIVER:  # a bag as a whole, or exhibits of one that is here (step 17)
            left -= {(act.id, None, None), *((act.id, None, number) for number in hidden(case, act.id) or ())}
            apart = told(act, "bag_root") not in others
            need(apart, LISTED, "it lists a delivered bag among those that no act delivered")
    need(not left, LISTED, "it withholds what no act names")
    for path in case.under("data/parts/"):
        need(path in named, path, "a part that no act names, or that is withheld")
def hidden(case: Case, act_id: str) -> Any:
    """Return the numbers of the withheld exhibits of a delivered bag; None where all of it is withheld."""
    return case.hidden.get(act_id, [])
def step_17_deliveries(case: Case) -> None:
    """Each delivered bag is whole, is the one that was signed, and may be in a court file."""
    inside: dict[str, list[str]] = {}
    for path in case.under("data/deliveries/"):
        inside.setdefault(path[16:80], []).append(path)
    for act_id, paths in inside.items():
        act = case.acts.get(act_id)
        asked = act and act.kind == DELIVER and hidden(case, act_id) is not None
        need(asked, paths[0], "evidence that no act delivers, or that is withheld")
        check_bag(case, case.acts[act_id], f"data/deliveries/{act_id}/", paths)
    for act in case.acts.values():
        here = act.kind != DELIVER or act.id in inside or hidden(case, act.id) is None
        need(here, act.file, "its evidence is neither here nor withheld")
def check_bag(case: Case, act: Act, folder: str, paths: list[str]) -> None:
    """One inner bag: manifests, bag root, exhibits, custody (docs/spec/package.md)."""
    body, files = act.payload["body"], [path for path in paths if path.startswith(folder + "data/")]
    manifest, tagged, before = folder + MANIFEST, folder + TAGGED, "0" * 64
    exhibits, custody = folder + "exhibits.jsonl", folder + "custody.jsonl"
    for path in [*(folder + name for name in INNER_TAGS), tagged]:
        need(path in case.members, path, "missing")
    need(case.digest(folder + "bagit.txt") == BAGIT, folder + "bagit.txt", "not the declaration of a bag")
    check_list(case, tagged, folder, [folder + name for name in INNER_TAGS])
    need(body.get("bag_root") == case.digest(tagged), tagged, "not the bag that the act of delivery signed")
    if hidden(case, act.id):  # the manifest is under the bag root, and tells their digests
        listed = read_manifest(case, manifest, folder)
        for path in (f"{folder}data/{number:09d}.bin" for number in hidden(case, act.id)):
            need(path not in case.members, path, "an exhibit that is listed as withheld")
            need(path in listed, LISTED, "it withholds an exhibit that the bag has not")
            case.members[path] = (0, -1, listed[path])
        files = sorted(case.under(folder + "data/"))
    check_list(case, manifest, folder, files)
    need(body.get("handling") in HANDLINGS, exhibits, "its handling keeps it out of every court file")
    with reading(exhibits, "not the list of the exhibits that are here, or not for a court file"):
        check_exhibits(case, act, folder, files)
    with reading(custody, "the chain of custody is broken"):
        over = {"manifest": case.digest(manifest), "exhibits": case.digest(exhibits)}
        *lines, rest = case.read(custody).split(b"\n")
        sound(lines and not rest)
        for line in lines:
            event = parse_json(line, 16)
            sound(fits(event, {**EVENT, **over, "realm": case.realm, "case": case.id, "prev": before}))
            before = sha256(line)
def check_exhibits(case: Case, act: Act, folder: str, files: list[str]) -> None:
    """One line for the package, then one for each file in order, with its size, digest and handling."""
    first, *rest = case.read(folder + "exhibits.jsonl").split(b"\n")
    sound(rest and not rest.pop())
    label = {"type": "package", "v": 1, "case": case.id, "realm": case.realm, "authority": act.author[0]}
    package = parse_json(first, 16)
    sound(fits(package, {**label, "handling": HANDLINGS, "derived?": {"parents": [{"bag": HEX}]}}))
    sound(len(rest) == len(files) > 0)
    ours = act.author == address(case.seal[0]["sealed_by"])  # who sealed has the parents of its own bags
    parents = package["derived"]["parents"] if ours and package.get("derived") else ()
    case.made_from += [(folder + "exhibits.jsonl", parent["bag"]) for parent in parents]
    for number, (line, path) in enumerate(zip(rest, files), 1):
        item, (_, size, digest), stored = parse_json(line, 16), case.members[path], f"data/{number:09d}.bin"
        item = {"folder": "", "folder_b64": "", **item} if fits(item, {}) else item
        right = {**EXHIBIT, "number": number, "stored": stored, "sha256": digest}
        sound(fits(item, {**right, "size": size if size >= 0 else between(0, MOST_INT)}))
        sound(path == folder + stored and unb64(item["folder_b64"]) + unb64(item["name_b64"]))
        name = item["folder"] + "/" + item["name"] if item["folder"] else item["name"]
        if size >= 0:
            case.exhibits.append({"path": path, "name": name, "sha256": digest, "bytes": size})
def step_18_custody(case: Case) -> None:
    """Events after the sealing are one chain for each package, signed by the office that sealed this file."""
    bags = {told(act, "bag_root"): act for act in case.acts.values() if act.kind == DELIVER}
    known = {*bags, *case.packages}
    for path in case.under("data/custody/"):
        bag = path[13:77]
        need(bag in known, path, "custody of a package that is not of this file")
        with reading(path, "not a chain of signed events"):
            value = parse_json(case.read(path), 8)
            sound(fits(value, {"v": 1, "events": list, "decision?": dict}) and value["events"])
            events = [check_touch(case, path, bag, Envelope(item)) for item in value["events"]]
        before = bag
        for event, digest in events:
            need(event["prev"] == before, path, "the chain of events is broken")
            before = digest
        ends = [event for event, _ in events if event["event"] == "destroyed"]
        need(len(ends) <= 1 and bool(ends) == ("decision" in value), path, "a destruction has one decision")
        for end in ends:
            said = check_decision(case, path, value["decision"], "destruction", end["at"])
            right = bag in said["subjects"] and said["id"] == end.get("decision")
            need(right, path, "the decision is not about this destruction")
            gone = bag not in bags or hidden(case, bags[bag].id) is None
            need(gone, path, "it was destroyed, and is here")
        case.made_from += [(path, event["child"]) for event, _ in events if event.get("child")]
        case.custody.append({"bag": bag, "events": len(events), "last": events[-1][0]["event"]})
    for path, other in case.made_from if case.discloses else ():
        need(other in known, path, "it names a package that is neither disclosed nor listed")
def check_touch(case: Case, path: str, bag: str, envelope: Envelope) -> tuple[Any, str]:
    """One event of a package: signed by the sealing office; return it with its digest."""
    event = envelope.read("custody", case.realm)
    authority, root = address(case.seal[0]["sealed_by"])
    about = {"realm": case.realm, "case": case.id, "bag": bag, "authority": authority}
    sound(fits(event, {**TOUCH, **about}))
    party, slot = case.parties[root], (authority, "act")
    name = envelope.signed_by(party.keys(*slot))[0]
    need(name, path, "an event that is not signed by the office that sealed this file")
    if not party.is_valid(slot, name, event["at"]):  # the time is its own word, for which it vouches by SEAL
        case.suspects.append((path, SUSPECT))
    return event, sha256(envelope.payload)
# --- step 19 and the verdict -------------------------------------------------------------------------
def step_19_trust(case: Case, trust: bytes | None) -> None:
    """All Party roots are among those that the reader trusts, and nothing is suspect."""
    need(trust is not None, "--trust", "no trusted roots were given")
    with reading("--trust", "not a file of trusted roots"):
        value = parse_json(trust or b"", 8)
        sound(fits(value, {"v": 1, "roots": [HEX]}))
    for party in case.parties.values():
        need(party.root in value["roots"], f"data/identity/{party.code}/roots.json", "not a trusted root")
    for path, reason in case.suspects:
        raise Fault(path, reason)
CHECKS = (step_1_archive, step_2_bag, step_3_seal, step_4_roots, step_5_entries, step_6_sealer, step_7_acts,
          step_8_signatures, step_9_approvals, step_10_receipts, step_11_proofs, step_12_stamps,
          step_13_times, step_14_order, step_15_release, step_16_parts, step_17_deliveries, step_18_custody)
def verify(source: BinaryIO, trust: bytes | None = None, integrity_only: bool = False,
           certificates: str | None = None) -> dict[str, Any]:
    """Return the report on a court file; it never raises on what the file holds."""
    case, verdict, fault, passed = Case(source, certificates), None, None, 0
    try:
        for check in CHECKS:
            check(case)
            passed += 1
        verdict = "PRACTICE" if case.realm == "practice" else "INTACT"
        step_19_trust(case, trust)
        passed, verdict = passed + 1, "AUTHENTIC" if verdict == "INTACT" else verdict
    except Fault as found:
        fault = {"step": passed + 1, "path": found.args[0], "reason": found.args[1]}
    good = verdict is not None and (fault is None or integrity_only)
    case = case if verdict else Case(source)  # nothing is said about a file that does not hold
    return {
        "verdict": verdict, "exit": 0 if good else 7, "fault": None if good else fault,
        "steps": [{"number": n, "name": name, "holds": n <= passed} for n, name in enumerate(STEPS, 1)],
        "case": case.id or None, "roots": sorted(case.parties), "exhibits": case.exhibits,
        "withheld": [{"act": act, "part": part, "exhibit": number} for act, part, number in case.withheld],
        "packages": case.packages, "custody": case.custody, "stamps": case.stamps, "released": case.released,
        "suspects": [{"path": path, "reason": reason} for path, reason in case.suspects],
        "attested": [{"act": act.id, "kind": told(act, "kind"), "channel": told(act, "channel")}
                     for act in case.acts.values() if act.kind == "act.attest"],
    }
def told(act: Act, name: str) -> str:
    """Return a member of what an act says; empty where it is no text."""
    value = act.payload["body"].get(name)
    return value if isinstance(value, str) else ""
def in_words(report: dict[str, Any]) -> str:
    """Return the report as lines of text."""
    lines = [f"{x['number']:2d}  {x['name']:10s}  {'holds' if x['holds'] else '-'}" for x in report["steps"]]
    lines += [f"exhibit  {x['sha256']}  {x['bytes']} bytes  {ascii(x['name'])}" for x in report["exhibits"]]
    for one in report["attested"]:
        lines.append("attested by one side only: {act}  {kind!a}  {channel!a}".format(**one))
    for one in report["stamps"]:
        moment = EPOCH + datetime.timedelta(microseconds=one["at"])
        word = "holds" if one["holds"] else "not judged, or not by an authority that you named"
        lines.append(f"time stamp  {one['digest']}  {moment:%Y-%m-%dT%H:%M:%SZ}  {word}")
    lines += ["custody  {bag}  {events} events, the last: {last!a}".format(**x) for x in report["custody"]]
    lines += ["package that no act delivered: " + bag for bag in report["packages"]]
    for one in report["withheld"]:
        lines.append("withheld: " + "/".join(str(x) for x in (one["act"], one["part"], one["exhibit"]) if x))
    lines += [f"decision: {report['released'] or 'none'}", f"verdict: {report['verdict'] or 'NOT INTACT'}"]
    return "\n".join(lines + ["step {step}, {path}: {reason}".format(**f) for f in [report["fault"]] if f])
def main() -> int:
    """Run the check; return the exit code."""
    parser = argparse.ArgumentParser(description="Checks a Comity court file.")
    parser.add_argument("--trust", metavar="FILE", help='JSON: {"v": 1, "roots": [fingerprints]}')
    parser.add_argument("--certificates", metavar="PEM", help="of time-stamp authorities that you trust")
    parser.add_argument("--integrity-only", action="store_true", help="exit 0 when the bytes hold")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("court_file", metavar="COURT.tar")
    given = parser.parse_args()
    try:
        with open(given.court_file, "rb") as file, open(given.trust or given.court_file, "rb") as roots, \
                open(given.certificates or given.court_file, "rb"):
            trust = roots.read() if given.trust else None
            report = verify(file, trust, given.integrity_only, given.certificates)
    except OSError as problem:
        print(f"cannot be read: {problem}", file=sys.stderr)
        return 5 if isinstance(problem, FileNotFoundError) else 7
    print(json.dumps(report) if given.json else in_words(report))
    return int(report["exit"])
if __name__ == "__main__":
    sys.exit(main())
