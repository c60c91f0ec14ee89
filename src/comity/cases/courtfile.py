"""Writes the court file of a case: everything a court needs to check it, without us.

The plan lists every member with its size and digest before a byte is written, so the manifests and SEAL
are known first and exhibits of any size stream through.

Basis: PROTOCOL rules 22 and 25
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from comity.cases.courtacts import pem
from comity.cases.courtcontents import (
    BagFile,
    CourtAct,
    CourtContents,
    CourtCustody,
    CourtDelivery,
    HeldBack,
)
from comity.cases.courtdocket import BAGIT_TEXT, DELIVER, LABELS, signed_by
from comity.cases.courtevidence import HANDLINGS
from comity.cases.courtkeys import COURT_SEAL, TAGS, bag_info, published
from comity.cases.courtreadme import SignedWith, readme
from comity.cases.courttar import MANIFEST, TAG_MANIFEST, most_size
from comity.cases.ports import Address
from comity.evidence.exhibits import stored_name
from comity.evidence.frames import END, entry_frame, padding
from comity.exchange.directory import TrustedParty, trusted_party
from comity.exchange.entries import Usage
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError, UntrustedError
from comity.kernel.ids import Fingerprint
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.packaged import packaged_bytes
from comity.kernel.realms import payload_type
from comity.kernel.signing import Envelope, Signer, envelope_value
from comity.ledger.wire import logged_leaf_value

MOST_LIST = 16 << 20


class Sink(Protocol):
    """Where the archive goes; bytes in order."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtPlan:
    """A court file ready to be written: every member, in order, with size and digest."""

    files: tuple[BagFile, ...]

    @property
    def size(self) -> int:
        """Length of the archive in bytes."""
        frames = sum(len(entry_frame(file.name, file.size)) for file in self.files)
        return frames + sum(file.size + -file.size % 512 for file in self.files) + len(END)

    def chunks(self) -> Iterator[bytes]:
        """Yield the archive.

        Raises:
            UntrustedError: ``court.changed`` when a file is not what the plan was made from.
        """
        for file in self.files:
            yield entry_frame(file.name, file.size)
            yield from _checked(file)
            yield padding(file.size)
        yield END

    def write(self, sink: Sink) -> str:
        """Write the archive; return its SHA-256 in hexadecimal."""
        state = hashlib.sha256()
        for chunk in self.chunks():
            state.update(chunk)
            sink.write(chunk)
        return state.hexdigest()


def plan_court_file(contents: CourtContents, *, signer: Signer, at: Instant) -> CourtPlan:
    """Return the plan of a court file, sealed now with the authority's act key.

    Raises:
        DeniedError: ``court.handling`` for evidence that no court file may hold.
        MalformedError: ``court.parts`` when disclosed and withheld are not all; ``court.name``;
            ``court.size``.
        NotFoundError: ``court.key`` when no published key signed an act.
        UntrustedError: a Party's chain of roots and entries does not hold.

    Basis: PROTOCOL rules 22 and 25
    """
    _require_lawful(contents)
    _require_all_parts(contents)
    files = {file.name: file for file in _data_files(contents)}
    payload = [files[name] for name in sorted(files)]
    keys = _keys(contents)
    label = LABELS[contents.realm]
    tags = {
        "README.txt": readme(realm=contents.realm, case=contents.case, label=label, acts=keys),
        "bag-info.txt": bag_info(
            contents.version,
            way=contents.way,
            case=contents.case,
            label=label,
            authority=contents.sealed_by.authority,
            sizes=[file.size for file in payload],
        ),
        "bagit.txt": BAGIT_TEXT,
        MANIFEST: _manifest(payload),
        "verify.py": packaged_bytes("comity.cases", "data/verify.py"),
    }
    tagged = [_file(name, tags[name]) for name in TAGS]
    tag_manifest = _manifest(tagged)
    seal = _seal(contents, label, tag_manifest, at).signed_by(signer)
    tagged += [_file(TAG_MANIFEST, tag_manifest), _file("SEAL", seal.json)]
    everything = tuple(sorted([*payload, *tagged], key=lambda file: file.name))
    for file in everything:
        most = most_size(file.name)
        if most < 0:
            raise MalformedError("court.name", f"a court file holds no {file.name[:80]!r}", where=file.name)
        if file.size > most:
            raise MalformedError("court.size", f"{file.size} bytes where {most} are taken", where=file.name)
    return CourtPlan(files=everything)


def _require_lawful(contents: CourtContents) -> None:
    delivered = {delivery.act_id for delivery in contents.deliveries}
    for item in contents.acts:
        act = item.signed.act
        if act.id in delivered and act.body.get("handling") not in HANDLINGS:
            raise DeniedError(
                "court.handling",
                f"evidence handled as {str(act.body.get('handling'))[:20]} never enters a court file",
                hint="withhold it; a court inspects it under supervision, by digest and description",
                where=act.id,
            )


def _require_all_parts(contents: CourtContents) -> None:
    held = {(item.act_id, item.part, item.exhibit) for item in contents.withheld}
    delivered = {delivery.act_id: delivery for delivery in contents.deliveries}
    for item in contents.acts:
        act = item.signed.act
        shown: set[tuple[str, str | None, int | None]] = {(act.id, part.name, None) for part in item.parts}
        named: set[tuple[str, str | None, int | None]] = {(act.id, part.name, None) for part in act.parts}
        mine = {found for found in held if found[0] == act.id}
        if act.kind == DELIVER:
            named.add((act.id, None, None))
            shown |= {(act.id, None, None)} if act.id in delivered else set()
            mine -= _withheld_exhibits(delivered[act.id], mine) if act.id in delivered else set()
        if shown & mine or (shown | mine) != named:
            raise MalformedError(
                "court.parts",
                "each part is either disclosed or withheld, and there are no others",
                where=act.id,
            )


def _withheld_exhibits(
    delivery: CourtDelivery, mine: set[tuple[str, str | None, int | None]]
) -> set[tuple[str, str | None, int | None]]:
    """Return the exhibits of a bag that is here which are withheld; the bag holds none of them."""
    found = {one for one in mine if one[1] is None and one[2] is not None}
    names = {file.name for file in delivery.files}
    for _, _, number in found:
        if stored_name(number or 0) in names:
            raise MalformedError(
                "court.parts", f"exhibit {number} is both disclosed and withheld", where=delivery.act_id
            )
    return found


def _data_files(contents: CourtContents) -> Iterator[BagFile]:
    yield _file("data/tool.json", dump_ijson({"v": 1, "version": contents.version, "bugs": contents.bugs}))
    listed: dict[str, Any] = {"v": 1, "withheld": _withheld(contents)}
    if contents.way:
        ordered = sorted(contents.others, key=lambda one: one.bag_root)
        listed["packages"] = [_held_back(one) for one in ordered]
    yield _file("data/withheld.json", dump_ijson(listed))
    for party in contents.parties:
        folder = f"data/identity/{party.code}"
        yield _file(f"{folder}/roots.json", _array(party.roots))
        yield _file(f"{folder}/entries.json", _array(party.entries))
    for item in contents.acts:
        yield from _act_files(item)
    for made in _keys(contents):
        yield _file(f"data/keys/{made.key}.pem", pem(made.public))
        yield _file(f"data/acts/{made.act_id}.sig", made.signature)
    if contents.release is not None:
        yield _file("data/release.json", dump_ijson({"v": 1} | contents.release.value))
    for kept in contents.custody:
        yield _file(f"data/custody/{kept.bag_root}.json", dump_ijson(_custody(kept)))
    for digest, token in contents.stamps.items():
        yield _file(f"data/stamps/{digest}.tsr", token)
    for delivery in contents.deliveries:
        for file in delivery.files:
            name = f"data/deliveries/{delivery.act_id}/{file.name}"
            yield BagFile(name=name, size=file.size, sha256=file.sha256, chunks=file.chunks)


def _act_files(item: CourtAct) -> Iterator[BagFile]:
    act = item.signed.act
    yield _file(f"data/acts/{act.id}.json", item.signed.stored)
    yield _file(f"data/acts/{act.id}.pae", act.envelope.pae)
    for part in item.parts:
        yield _file(f"data/parts/{act.id}/{part.name}", part.data)
        yield _file(f"data/parts/{act.id}/{part.name}.salt", part.salt)
    if item.receipt is not None:
        yield _file(f"data/receipts/{act.id}.json", item.receipt)
    if item.leaves:
        value = {"v": 1, "leaves": [logged_leaf_value(leaf) for leaf in item.leaves]}
        yield _file(f"data/proofs/{act.id}.json", dump_ijson(value))


def _keys(contents: CourtContents) -> list[SignedWith]:
    parties: dict[Fingerprint, TrustedParty] = {}
    for party in contents.parties:
        trusted = trusted_party(party.roots, party.entries)
        parties[trusted.fingerprint] = trusted
    found = []
    for item in contents.acts:
        act = item.signed.act
        author = parties.get(act.sender.root)
        keys = {} if author is None else _by_id(author, act.sender)
        name, signature = signed_by(act.envelope, iter(keys.values()))
        if not name:
            raise NotFoundError("court.key", "no published key of its author signed the act", where=act.id)
        found.append(
            SignedWith(
                act_id=act.id,
                kind=act.kind,
                author=act.sender.authority,
                key=name,
                public=keys[name],
                signature=signature,
            )
        )
    return found


def _by_id(party: TrustedParty, author: Address) -> dict[str, bytes]:
    return {sha256(key).hex(): key for key in published(party, author.authority, Usage.ACT)}


def _withheld(contents: CourtContents) -> list[dict[str, Any]]:
    ordered = sorted(contents.withheld, key=lambda item: (item.act_id, item.part or "", item.exhibit or 0))
    return [
        {"act": x.act_id, "part": x.part, "ground": x.ground, "decided_by": x.decided_by, "at": x.at}
        | ({"exhibit": x.exhibit} if x.exhibit is not None else {})
        | ({"decision": x.decision} if x.decision else {})
        for x in ordered
    ]


def _custody(kept: CourtCustody) -> dict[str, Any]:
    value: dict[str, Any] = {"v": 1, "events": [envelope_value(one) for one in kept.events]}
    return value | ({} if kept.decision is None else {"decision": kept.decision.value})


def _held_back(one: HeldBack) -> dict[str, Any]:
    return {
        "bag": one.bag_root,
        "exhibits": one.exhibits,
        "ground": one.ground,
        "decided_by": one.decided_by,
        "decision": one.decision,
        "at": one.at,
    }


def _seal(contents: CourtContents, label: str, tag_manifest: bytes, at: Instant) -> Envelope:
    by = {"authority": contents.sealed_by.authority, "root": contents.sealed_by.root}
    value = {
        "v": 1,
        "realm": contents.realm.value,
        "case": contents.case,
        "tagmanifest": sha256(tag_manifest).hex(),
        "at": at,
        "sealed_by": by,
        "label": label,
    }
    return Envelope(payload_type=payload_type(COURT_SEAL, contents.realm), payload=dump_ijson(value))


def _manifest(files: list[BagFile]) -> bytes:
    return "".join(f"{file.sha256}  {file.name}\n" for file in files).encode("ascii")


def _array(envelopes: tuple[bytes, ...]) -> bytes:
    return dump_ijson([parse_ijson(item, most_bytes=MOST_LIST) for item in envelopes])


def _file(name: str, data: bytes) -> BagFile:
    return BagFile(name=name, size=len(data), sha256=sha256(data).hex(), chunks=lambda: iter((data,)))


def _checked(file: BagFile) -> Iterator[bytes]:
    state, left = hashlib.sha256(), file.size
    for chunk in file.chunks():
        left -= len(chunk)
        if left < 0:
            break
        state.update(chunk)
        yield chunk
    if left or state.hexdigest() != file.sha256:
        raise UntrustedError(
            "court.changed",
            "a file changed since the case was read",
            hint="open the evidence again; this court file is not complete",
            where=file.name,
        )
