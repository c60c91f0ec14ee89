"""Steps 12 to 14 of checking a court file: parts, delivered bags, leaves in the logs."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from comity.cases.courtdocket import (
    BAGIT_TEXT,
    Docket,
    HeldAct,
    ShownExhibit,
    check_list,
    convert,
    reading,
    sound,
)
from comity.cases.courtkeys import published
from comity.cases.courttar import MANIFEST, TAG_MANIFEST, CourtFaultError, require
from comity.cases.ports import SALT_SIZE, Address
from comity.exchange.entries import Usage
from comity.kernel.clock import require_instant
from comity.kernel.digests import parse_digest, sha256, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import parse_authority, parse_officer
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import is_signature
from comity.ledger.checkpoint import log_key, witness_key
from comity.ledger.leaves import Leaf
from comity.ledger.notes import SignatureKind, VerifierKey
from comity.ledger.origins import witness_name
from comity.ledger.proofs import InclusionProof

INNER_TAGS = ("bag-info.txt", "bagit.txt", "custody.jsonl", "exhibits.jsonl", MANIFEST)
HANDLINGS = frozenset({"ordinary", "intimate", "privileged"})
"""What may stand in a court file: child-abuse and classified material never does. Basis: PROTOCOL rule 25"""

MOST_LEAVES = 16
DELIVER = "evidence.deliver"
_MOST_TEXT = 200
_MOST_LINE = 128 << 20
_NOTE = re.compile(
    r"([!-~]{1,200}\n(?:0|[1-9][0-9]{0,15})\n[A-Za-z0-9+/]{43}=\n)\n"
    r"((?:\N{EM DASH} [!-~]{1,200} [A-Za-z0-9+/=]{1,200}\n){1,16})"
)
_LIFE = r"(?:/(?:[2-9]|[1-9][0-9]{1,5}))?"


class _Withheld(msgspec.Struct, frozen=True):
    act: str
    part: str | None
    ground: str
    decided_by: str
    at: int


class _WithheldList(msgspec.Struct, frozen=True):
    v: int
    withheld: list[_Withheld]


class _Package(msgspec.Struct, frozen=True):
    type: str
    v: int
    realm: str
    case: str
    authority: str
    handling: str


class _Exhibit(msgspec.Struct, frozen=True):
    type: str
    number: int
    stored: str
    size: int
    sha256: str
    name: str
    name_b64: str
    handling: str
    folder: str = ""
    folder_b64: str = ""


class _Event(msgspec.Struct, frozen=True):
    v: int
    event: str
    at: int
    officer: str
    authority: str
    realm: str
    case: str
    manifest: str
    exhibits: str
    prev: str


class _Leaf(msgspec.Struct, frozen=True):
    tag: str
    nonce: str
    digest: str


class _Place(msgspec.Struct, frozen=True):
    index: int
    size: int
    path: list[str]


class _Proof(msgspec.Struct, frozen=True):
    leaf: _Leaf
    proof: _Place
    checkpoint: str


class _Proofs(msgspec.Struct, frozen=True):
    v: int
    leaves: list[_Proof]


def check_parts(docket: Docket) -> None:
    """Step 12: each part that an act names is here with its salt, or withheld; there is nothing else.

    Basis: PROTOCOL rules 3 and 22
    """
    listed = "data/withheld.json"
    with reading(listed, "not the list of what is withheld"):
        found = convert(docket.value(listed, most_depth=8), _WithheldList)
        sound(found.v == 1)
        docket.withheld = [_withheld(item) for item in found.withheld]
        sound(docket.withheld == sorted(set(docket.withheld), key=lambda item: (item[0], item[1] or "")))
    left, named = set(docket.withheld), set()
    for held in docket.acts.values():
        act = held.signed.act
        for part in act.parts:
            path = f"data/parts/{act.id}/{part.name}"
            if (act.id, part.name) in left:
                continue
            named |= {path, f"{path}.salt"}
            right = _is_part(docket, path, part.digest)
            require(right, path, "neither withheld nor here, with its salt, as the act names it")
        left -= {(act.id, part.name) for part in act.parts}
        left -= {(act.id, None)} if act.kind == DELIVER else set()
    require(not left, listed, "it withholds what no act names")
    for path in docket.under("data/parts/"):
        require(path in named, path, "a part that no act names, or that is withheld")


def check_deliveries(docket: Docket) -> None:
    """Step 13: each delivered bag is whole, is the one that was signed, and may be in a court file.

    Basis: PROTOCOL rules 21, 22 and 25
    """
    inside: dict[str, list[str]] = {}
    gone = {act_id for act_id, part in docket.withheld if part is None}
    for path in docket.under("data/deliveries/"):
        inside.setdefault(path[16:80], []).append(path)
    for act_id, paths in inside.items():
        held = docket.acts.get(act_id)
        if held is None or held.signed.act.kind != DELIVER or act_id in gone:
            raise CourtFaultError(paths[0], "evidence that no act delivers, or that is withheld")
        _check_bag(docket, held, f"data/deliveries/{act_id}/", paths)
    for held in docket.acts.values():
        act = held.signed.act
        here = act.kind != DELIVER or act.id in inside or act.id in gone
        require(here, held.file, "its evidence is neither here nor withheld")


def check_proofs(docket: Docket) -> None:
    """Step 14: each leaf commits to an act of this file, and stands under a head that its log signed.

    Basis: PROTOCOL rule 17
    """
    for path in docket.under("data/proofs/"):
        held = docket.acts.get(path[12:76])
        if held is None:
            raise CourtFaultError(path, "a proof for an act that is not here")
        with reading(path, "not a leaf in a log whose head is signed"):
            found = convert(docket.value(path, most_depth=8), _Proofs)
            sound(found.v == 1 and 1 <= len(found.leaves) <= MOST_LEAVES)
            for item in found.leaves:
                _check_proof(docket, held, item)


def _withheld(item: _Withheld) -> tuple[str, str | None]:
    sound(1 <= len(item.ground) <= _MOST_TEXT and 1 <= len(item.decided_by) <= _MOST_TEXT)
    require_instant(item.at)
    return parse_digest(item.act), item.part


def _is_part(docket: Docket, path: str, digest: str) -> bool:
    salt = docket.members.get(f"{path}.salt")
    if path not in docket.members or salt is None or salt.size != SALT_SIZE:
        return False
    return sha256(docket.read(salt.path), docket.read(path)).hex() == digest


def _check_bag(docket: Docket, held: HeldAct, folder: str, paths: list[str]) -> None:
    body = held.signed.act.body
    files = [path for path in paths if path.startswith(f"{folder}data/")]
    tagged, exhibits, custody = f"{folder}{TAG_MANIFEST}", f"{folder}exhibits.jsonl", f"{folder}custody.jsonl"
    for path in [*(f"{folder}{name}" for name in INNER_TAGS), tagged]:
        require(path in docket.members, path, "missing")
    declared = docket.digest(f"{folder}bagit.txt") == sha256(BAGIT_TEXT).hex()
    require(declared, f"{folder}bagit.txt", "not the declaration of a bag")
    check_list(docket, f"{folder}{MANIFEST}", folder, files)
    check_list(docket, tagged, folder, [f"{folder}{name}" for name in INNER_TAGS])
    signed = body.get("bag_root") == docket.digest(tagged)
    require(signed, tagged, "not the bag that the act of delivery signed")
    handling = body.get("handling")
    allowed = isinstance(handling, str) and handling in HANDLINGS
    require(allowed, exhibits, "its handling keeps it out of every court file")
    with reading(exhibits, "not the list of the exhibits that are here, or not for a court file"):
        _check_exhibits(docket, held, folder, files)
    with reading(custody, "the chain of custody is broken"):
        _check_custody(docket, folder)


def _check_exhibits(docket: Docket, held: HeldAct, folder: str, files: list[str]) -> None:
    first, *rest = _lines(docket.read(f"{folder}exhibits.jsonl"))
    label = convert(_value(first), _Package)
    sound((label.type, label.v, label.case) == ("package", 1, docket.sealed.case))
    sound((label.realm, label.authority) == (docket.sealed.realm.value, held.signed.act.sender.authority))
    sound(label.handling in HANDLINGS and len(rest) == len(files) > 0)
    for number, (line, path) in enumerate(zip(rest, files, strict=True), start=1):
        item, member = convert(_value(line), _Exhibit), docket.members[path]
        stored = f"data/{number:09d}.bin"
        sound(item.type == "exhibit" and item.handling in HANDLINGS and path == f"{folder}{stored}")
        found = (item.number, item.stored, item.size, item.sha256)
        sound(found == (number, stored, member.size, member.sha256))
        sound(unb64(item.folder_b64) + unb64(item.name_b64))
        name = f"{item.folder}/{item.name}" if item.folder else item.name
        shown = ShownExhibit(path=path, name=name, sha256=member.sha256, bytes=member.size)
        docket.exhibits.append(shown)


def _check_custody(docket: Docket, folder: str) -> None:
    previous = "0" * 64
    over = (
        docket.sealed.realm.value,
        docket.sealed.case,
        docket.digest(f"{folder}{MANIFEST}"),
        docket.digest(f"{folder}exhibits.jsonl"),
    )
    for line in _lines(docket.read(f"{folder}custody.jsonl")):
        event = convert(_value(line), _Event)
        sound(event.v == 1 and event.prev == previous)
        sound((event.realm, event.case, event.manifest, event.exhibits) == over)
        require_instant(event.at)
        parse_officer(event.officer)
        parse_authority(event.authority)
        previous = sha256(line).hex()


def _check_proof(docket: Docket, held: HeldAct, item: _Proof) -> None:
    match = _NOTE.fullmatch(item.checkpoint)
    sound(match is not None and item.leaf.digest == docket.digest(held.file))
    text, block = match.groups() if match else ("", "")
    lines = [(line.split(" ")[1], unb64(line.split(" ")[2])) for line in block.split("\n")[:-1]]
    origin, size, head = text.split("\n")[:3]
    realm, act = docket.sealed.realm, held.signed.act
    for own, peer in ((act.sender, act.to), (act.to, act.sender)):
        name = f"comity/{realm.value}/{own.authority}/peer/{peer.root[:16]}"
        if not re.fullmatch(re.escape(name) + _LIFE, origin):
            continue
        logs = {log_key(origin, public=key) for key in _log_keys(docket, own)}
        noted = [_is_noted(lines, text, key) for key in logs]
        sound(any(noted))
        witness = witness_name(realm, authority=peer.authority)
        for public in set(_log_keys(docket, peer)):
            _is_noted(lines, text, witness_key(witness, public=public))
        leaf = Leaf(
            tag=item.leaf.tag, nonce=unb64(item.leaf.nonce, size=32), digest=bytes.fromhex(item.leaf.digest)
        )
        place = InclusionProof(index=item.proof.index, size=item.proof.size, path=tuple(_path(item.proof)))
        sound(place.size == int(size) and place.holds(leaf.hash, root=unb64(head, size=32)))
        return
    raise MalformedError("proof.origin", "the head of a log that is not of this case")


def _log_keys(docket: Docket, end: Address) -> tuple[bytes, ...]:
    """Return the log keys that an authority published; none for one without a node."""
    party = docket.parties.get(end.root)
    return () if party is None else tuple(published(party, end.authority, Usage.LOG))


def _path(place: _Place) -> Iterator[bytes]:
    return (bytes.fromhex(parse_digest(step)) for step in place.path)


def _is_noted(lines: list[tuple[str, bytes]], text: str, key: VerifierKey) -> bool:
    """Tell whether the key signed the note; raise UnsoundError for a line of its own that is false.

    Basis: C2SP signed-note, C2SP tlog-cosignature
    """
    found = False
    for name, blob in lines:
        if name != key.name or blob[:4] != key.hash:
            continue
        message, signature = text, blob[4:]
        if key.kind is SignatureKind.COSIGNATURE:
            message = f"cosignature/v1\ntime {int.from_bytes(blob[4:12], 'big')}\n{text}"
            signature = blob[12:]
        sound(is_signature(key.public, message.encode(), signature))
        found = True
    return found


def _lines(data: bytes) -> list[bytes]:
    *lines, rest = data.split(b"\n")
    sound(lines and not rest)
    return lines


def _value(line: bytes) -> Any:
    return parse_ijson(line, most_bytes=_MOST_LINE)
