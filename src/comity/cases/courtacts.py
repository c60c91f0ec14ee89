"""Steps 7 to 10 and 14 of checking a court file: acts, signatures, approvals, receipts, order."""

import base64
from collections.abc import Sequence

from comity.cases.approvals import (
    APPROVING_ROLES,
    EMERGENCY_KINDS,
    HEAD,
    MOST_APPROVALS,
    Approval,
    needs_head,
)
from comity.cases.attested import is_outside
from comity.cases.courtdocket import (
    Docket,
    HeldAct,
    Signatory,
    reading,
    require_version,
    signed_by,
    sound,
)
from comity.cases.courtkeys import had_role, is_valid, published, published_officer
from comity.cases.courttar import CourtFaultError, require
from comity.cases.ports import Address
from comity.cases.single import persons_for
from comity.cases.wire import parse_signed_act
from comity.exchange.directory import TrustedParty
from comity.exchange.entries import Usage
from comity.exchange.receipts import REFUSED, STORED, Receipt, parse_receipt, refused_digest
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import party_of
from comity.kernel.realms import parse_payload_type
from comity.kernel.signing import parse_envelope

MOST_ACTS = 10_000
_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")


def pem(public: bytes) -> bytes:
    """Return the one PEM form of a public key, for ``openssl``.

    Basis: RFC 8410
    """
    body = base64.b64encode(_ED25519_PREFIX + public)
    return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"


def check_acts(docket: Docket) -> None:
    """Step 7: each act is named by its id; all belong to one case and its participants.

    Basis: PROTOCOL rules 2, 4 and 6
    """
    for path in docket.under("data/acts/"):
        stem = path.rpartition(".")[0]
        whole = all(stem + end in docket.members for end in (".json", ".pae", ".sig"))
        room = len(docket.acts) < MOST_ACTS
        require(whole and room, path, "without its .json, .pae or .sig, or too many")
        if not path.endswith(".json"):
            continue
        with reading(path, "not a signed act"):
            signed = parse_signed_act(docket.read(path))
            sound(signed.act.realm is docket.sealed.realm)
        act = signed.act
        right = path == f"data/acts/{act.id}.json" and act.case == docket.sealed.case
        require(right, path, "its name is not the digest of its signed bytes, or it is of another case")
        require(docket.digest(f"{stem}.pae") == act.id, f"{stem}.pae", "not the bytes that were signed")
        docket.acts[act.id] = HeldAct(signed=signed, file=path, at=act.at)
    opening = docket.acts.get(docket.sealed.case)
    if opening is None:
        raise CourtFaultError("data/acts", "the act that opens the case is missing")
    participants = (opening.signed.act.sender, opening.signed.act.to)
    for held in docket.acts.values():
        for end in (held.signed.act.sender, held.signed.act.to):
            party = docket.parties.get(end.root)
            known = party is not None and party.party == party_of(end.authority)
            alone = end.root != held.signed.act.sender.root  # who has no node signs nothing
            known = known or (alone and is_outside(end, docket.sealed.realm))
            require(known and end in participants, held.file, "from or to somebody not of the case")


def check_signatures(docket: Docket) -> None:
    """Step 8: each act is signed by an act key of its author.

    Basis: PROTOCOL rule 2
    """
    used: dict[str, bytes] = {}
    for held in docket.acts.values():
        sender = held.signed.act.sender
        party, beside = docket.parties[sender.root], f"{held.file[:-4]}sig"
        keys = {
            f"data/keys/{sha256(key).hex()}.pem": key for key in published(party, sender.authority, Usage.ACT)
        }
        name, signature = signed_by(held.signed.act.envelope, iter(keys.values()))
        require(name, held.file, "not signed by an act key of its author")
        require(docket.digest(beside) == sha256(signature).hex(), beside, "not the signature of the act")
        used[f"data/keys/{name}.pem"] = pem(keys[f"data/keys/{name}.pem"])
        held.signers.append(Signatory(authority=sender.authority, key=name))
    for path in sorted({*docket.under("data/keys/"), *used}):
        right = path in used and docket.digest(path) == sha256(used[path]).hex()
        require(right, path, "the keys are not those that signed the acts")


def check_approvals(docket: Docket) -> None:
    """Step 9: each act has the approvals that its row of the table demands, by distinct persons.

    Basis: PROTOCOL rules 8 to 10
    """
    for held in docket.acts.values():
        act = held.signed.act
        party = docket.parties[act.sender.root]
        persons = check_persons(docket, party, held.file, act.id, held.signed.approvals)
        enough = len(persons) >= persons_for(act.kind, single=act.single)
        alone = act.single and act.kind in EMERGENCY_KINDS
        if needs_head(act.kind) and not alone:
            enough = enough and any(person.role == HEAD for person in persons)
        require(enough, held.file, "it lacks the approvals that its kind demands")
        held.signers += persons


def check_persons(
    docket: Docket, party: TrustedParty, path: str, about: str, approvals: Sequence[Approval]
) -> list[Signatory]:
    """Return who approved a statement, in roles that they had, with keys of theirs, each once.

    Args:
        docket: The file.
        party: The Party whose officers they are.
        path: Where the fault is laid.
        about: Id of the statement.
        approvals: Of it.

    Basis: PROTOCOL rules 8 and 10
    """
    persons = [_person(docket, party, path, about, approval) for approval in approvals]
    names, keys = {person.officer for person in persons}, {person.key for person in persons}
    distinct = len(names) == len(keys) == len(persons) <= MOST_APPROVALS
    require(distinct, path, "one person approves twice, or too many do")
    return persons


def check_receipts(docket: Docket) -> None:
    """Step 10: each receipt is signed by the addressee, and its leaf stands in the log that it names.

    Basis: PROTOCOL rules 12 and 14
    """
    for path in docket.under("data/receipts/"):
        held = docket.acts.get(path[14:78])
        if held is None:
            raise CourtFaultError(path, "a receipt for an act that is not here")
        act = held.signed.act
        with reading(path, "not a receipt"):
            envelope = parse_envelope(docket.value(path, most_depth=4))
            require_version(envelope)
            receipt = parse_receipt(envelope)
            sound(parse_payload_type(envelope.payload_type)[2] is docket.sealed.realm)
        signer = Address(authority=receipt.signer.authority, root=receipt.signer.root)
        author = Address(authority=receipt.author.authority, root=receipt.author.root)
        refused = receipt.result == REFUSED
        here = receipt.case == docket.sealed.case or (refused and receipt.case is None)
        here = here and (receipt.act, signer, author) == (act.id, act.to, act.sender)
        require(here, path, "of another act, or not by its addressee")
        digest = refused_digest(act.id) if refused else bytes.fromhex(docket.digest(held.file))
        require(_has_leaf(receipt, digest), path, "its leaf is not in the log")
        party = docket.parties.get(act.to.root)
        if party is None:
            raise CourtFaultError(path, "not signed by a receipt key of the addressee")
        name, _ = signed_by(envelope, published(party, act.to.authority, Usage.RECEIPT))
        require(name, path, "not signed by a receipt key of the addressee")
        if is_valid(party, act.to.authority, Usage.RECEIPT, name, at=receipt.at):
            held.proofs.append(receipt.at)
        else:
            docket.suspect(path)
        docket.receipts[act.id] = receipt


def check_order(docket: Docket) -> None:
    """Step 14: each author's acts are complete and in order; what they saw is here; receipted means seen.

    Basis: PROTOCOL rule 5
    """
    threads: dict[Address, dict[int, HeldAct]] = {}
    for held in docket.acts.values():
        first = threads.setdefault(held.signed.act.sender, {}).setdefault(held.signed.act.seq, held)
        require(first is held, held.file, "two acts of one author with one number: a fork")
    for held in docket.acts.values():
        act = held.signed.act
        before = threads[act.sender].get(act.seq - 1)
        after = before is not None and before.signed.act.id == act.prev_own
        require(act.seq == 1 or after, held.file, "the author's act before it is missing, or is another")
        met = all(seen in docket.acts for seen in act.seen)
        require(met, held.file, "it has seen an act that is not here")
    covers = _covers(docket, threads)
    for act_id, receipt in docket.receipts.items():
        received = docket.acts[act_id].signed.act
        for held in threads.get(received.to, {}).values() if receipt.result == STORED else ():
            act = held.signed.act
            late = act.seq > receipt.own_last_seq and act.id != receipt.pending
            seen = not late or covers[act.id] >= received.seq
            require(seen, held.file, "it overlooks what its author receipted")


def _covers(docket: Docket, threads: dict[Address, dict[int, HeldAct]]) -> dict[str, int]:
    """Return for each act the highest ``seq`` of the other author's acts that it descends from."""
    covers: dict[str, int] = {}
    for author, thread in threads.items():
        highest = 0
        for _, held in sorted(thread.items()):
            for seen in held.signed.act.seen:
                other = docket.acts[seen].signed.act
                highest = max(highest, other.seq if other.sender != author else 0)
            covers[held.signed.act.id] = highest
    return covers


def _has_leaf(receipt: Receipt, digest: bytes) -> bool:
    try:
        receipt.require_leaf(digest)
    except (MalformedError, UntrustedError):
        return False
    return True


def _person(docket: Docket, party: TrustedParty, path: str, about: str, approval: Approval) -> Signatory:
    realm = parse_payload_type(approval.envelope.payload_type)[2]
    authority, officer, role = approval.authority, approval.officer, approval.role
    right = approval.act == about and realm is docket.sealed.realm and role in APPROVING_ROLES
    right = right and had_role(party, authority, officer, role)
    require(right, path, "an approval of something else, or in a role that the officer has not")
    name, _ = signed_by(approval.envelope, published_officer(party, authority, officer))
    require(name, path, "an approval that is not signed by its officer")
    return Signatory(authority=authority, officer=officer, role=role, key=name)
