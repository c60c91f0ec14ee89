"""Steps 11 to 13 of checking a court file: leaves in the logs, time stamps, which keys were in force."""

import re

import msgspec

from comity.cases.courtdocket import DELIVER, Docket, HeldAct, ShownStamp, convert, reading, sound
from comity.cases.courtkeys import is_sure, is_valid, published
from comity.cases.courttar import CourtFaultError, require
from comity.cases.ports import Address
from comity.cases.single import REQUEST, is_emergency, marked_fault
from comity.exchange.directory import TrustedParty
from comity.exchange.entries import Usage
from comity.kernel.clock import SECOND, Instant
from comity.kernel.digests import parse_digest, sha256, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.signing import is_signature, key_id
from comity.ledger.checkpoint import log_key, witness_key
from comity.ledger.leaves import Leaf
from comity.ledger.notes import VerifierKey
from comity.ledger.origins import witness_name
from comity.ledger.proofs import InclusionProof
from comity.ledger.tokens import END_OF_SECOND, stated_time

MOST_LEAVES = 16
_NOTE = re.compile(
    r"([!-~]{1,200}\n(?:0|[1-9][0-9]{0,15})\n[A-Za-z0-9+/]{43}=\n)\n"
    r"((?:\N{EM DASH} [!-~]{1,200} [A-Za-z0-9+/=]{1,200}\n){1,16})"
)
_LIFE = r"(?:/(?:[2-9]|[1-9][0-9]{1,5}))?"


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


def check_proofs(docket: Docket) -> None:
    """Step 11: each leaf commits to an act of this file, and stands under a head that its log signed.

    Basis: PROTOCOL rule 17
    """
    for path in docket.under("data/proofs/"):
        held = docket.acts.get(path[12:76])
        if held is None:
            raise CourtFaultError(path, "a proof for an act that is not here")
        with reading(path, "not a leaf in a log whose head is signed"):
            found = convert(docket.value(path, most_depth=8), _Proofs)
            sound(found.v == 1 and 1 <= len(found.leaves) <= MOST_LEAVES)
            sound(len({(item.checkpoint, item.proof.index) for item in found.leaves}) == len(found.leaves))
            for item in found.leaves:
                _check_proof(docket, held, item)


def check_stamps(docket: Docket) -> None:
    """Step 12: each time stamp is over a head or a bag of this file; its maker is judged for who trusts it.

    Basis: PROTOCOL rule 14; RFC 3161
    """
    acts = (held.signed.act for held in docket.acts.values())
    over: dict[str, list[HeldAct]] = {
        str(act.body.get("bag_root")): [] for act in acts if act.kind == DELIVER
    }
    over |= docket.heads
    for path in docket.under("data/stamps/"):
        digest = path[12:76]
        with reading(path, "not a time stamp over what its name says"):
            at = stated_time(docket.read(path), bytes.fromhex(digest))
        require(digest in over, path, "a time stamp over nothing that is here")
        judge = docket.judge
        holds = judge is not None and judge(docket.read(path), bytes.fromhex(digest))
        docket.stamps.append(ShownStamp(digest=digest, at=at, holds=holds))
        for held in over[digest] if holds else ():
            held.proofs.append(at)


def check_times(docket: Docket) -> None:
    """Step 13: T is the earliest independent proof; who signed and approved an act had the keys then.

    Basis: PROTOCOL rules 10 and 14
    """
    for held in docket.acts.values():
        party, proven = docket.parties[held.signed.act.sender.root], bool(held.proofs)
        held.at = min(held.proofs, default=held.at)
        if not all(is_sure(party, who, at=held.at, proven=proven) for who in held.signers):
            docket.suspect(held.file)
        right = not held.signed.act.single or _may_be_single(docket, held, party)
        require(right, held.file, "marked as approved by one, as it may not be")


def _may_be_single(docket: Docket, held: HeldAct, party: TrustedParty) -> bool:
    """Tell whether one person may approve alone: in an emergency, if the entry in force allows it."""
    act = held.signed.act
    named = docket.acts.get(str(act.body.get("request")))
    asked = act if act.kind == REQUEST else named.signed.act if named is not None else None
    allowed = party.single_approval(at=held.at) and asked is not None and is_emergency(asked)
    return allowed and not marked_fault(act, approvals=len(held.signed.approvals))


def _check_proof(docket: Docket, held: HeldAct, item: _Proof) -> None:
    match = _NOTE.fullmatch(item.checkpoint)
    sound(match is not None and item.leaf.digest == docket.digest(held.file))
    text, block = match.groups() if match else ("", "")
    origin, size, head = text.split("\n")[:3]
    realm, act = docket.sealed.realm, held.signed.act
    for own, peer in ((act.sender, act.to), (act.to, act.sender)):
        name = f"comity/{realm.value}/{own.authority}/peer/{peer.root[:16]}"
        if not re.fullmatch(re.escape(name) + _LIFE, origin):
            continue
        lines = block.split("\n")[:-1]
        by = [_check_line(docket, held, line, text=text, own=own, peer=peer) for line in lines]
        sound(own in by)
        leaf = Leaf(
            tag=item.leaf.tag, nonce=unb64(item.leaf.nonce, size=32), digest=bytes.fromhex(item.leaf.digest)
        )
        steps = tuple(bytes.fromhex(parse_digest(step)) for step in item.proof.path)
        place = InclusionProof(index=item.proof.index, size=item.proof.size, path=steps)
        sound(place.size == int(size) and place.holds(leaf.hash, root=unb64(head, size=32)))
        docket.heads.setdefault(sha256(text.encode()).hex(), []).append(held)
        return
    raise MalformedError("proof.origin", "the head of a log that is not of this case")


def _check_line(
    docket: Docket, held: HeldAct, line: str, *, text: str, own: Address, peer: Address
) -> Address:
    """Return whose line under a head it is: the keeper's, or, with a time, the other participant's.

    A line by anybody else is unsound: a court could not tell what it is worth.

    Basis: C2SP signed-note, C2SP tlog-cosignature
    """
    _, claimed, coded = line.split(" ")
    blob, origin = unb64(coded), text.partition("\n")[0]
    if claimed == origin:
        sound(_is_by(docket, own, blob, message=text, signature=blob[4:], log=origin))
        return own
    witness = witness_name(docket.sealed.realm, authority=peer.authority)
    second = int.from_bytes(blob[4:12], "big")
    message, signature = f"cosignature/v1\ntime {second}\n{text}", blob[12:]
    public = _is_by(docket, peer, blob, message=message, signature=signature, witness=witness)
    sound(claimed == witness and public is not None)
    at = Instant(second * SECOND + END_OF_SECOND)
    party, office = docket.parties.get(peer.root), peer.authority
    if party is None or public is None or peer == held.signed.act.sender:  # who wrote it does not prove when
        return peer
    if is_valid(party, office, Usage.LOG, key_id(public), at=at):
        held.proofs.append(at)
    return peer


def _is_by(
    docket: Docket,
    end: Address,
    blob: bytes,
    *,
    message: str,
    signature: bytes,
    log: str = "",
    witness: str = "",
) -> bytes | None:
    """Return the key of an authority's log under which a line holds, or None."""
    party = docket.parties.get(end.root)
    for public in published(party, end.authority, Usage.LOG) if party is not None else ():
        key: VerifierKey = log_key(log, public=public) if log else witness_key(witness, public=public)
        if blob[:4] == key.hash and is_signature(public, message.encode(), signature):
            return public
    return None
