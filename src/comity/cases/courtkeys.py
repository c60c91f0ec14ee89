"""Steps 2 to 6 of checking a court file: the outer bag, its seal, the Parties and their keys over time."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from comity.cases.courtdocket import (
    BAGIT_TEXT,
    LABELS,
    Docket,
    Seal,
    Signatory,
    check_list,
    convert,
    reading,
    require_version,
    signed_by,
    sound,
)
from comity.cases.courttar import MANIFEST, TAG_MANIFEST, require
from comity.exchange.directory import TrustedParty
from comity.exchange.entries import Entry, Usage
from comity.exchange.entry_wire import parse_entry
from comity.exchange.roots import Root, fingerprint, parse_root, require_quorum
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import parse_digest, sha256
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import (
    AuthorityId,
    CaseId,
    Fingerprint,
    OfficerName,
    PartyCode,
    is_practice,
    parse_authority,
    party_of,
)
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import ALGORITHM, Envelope, key_id, parse_envelope

TAGS = ["README.txt", "bag-info.txt", "bagit.txt", MANIFEST, "verify.py"]
COURT_SEAL = "courtseal"
_MOST_VERSIONS = 10_000
_VERSION = re.compile(r"[ -~]{1,100}", re.ASCII)


class _By(msgspec.Struct, frozen=True):
    authority: str
    root: str


class _Tool(msgspec.Struct, frozen=True):
    v: int
    version: str
    bugs: list[str]


class _Seal(msgspec.Struct, frozen=True):
    v: int
    realm: str
    case: str
    tagmanifest: str
    at: int
    sealed_by: _By
    label: str


def check_bag(docket: Docket) -> None:
    """Step 2: the outer manifests name exactly the members, with their digests.

    Basis: RFC 8493
    """
    declared = docket.digest("bagit.txt") == sha256(BAGIT_TEXT).hex()
    require(declared, "bagit.txt", "not the declaration of a bag")
    check_list(docket, MANIFEST, "", docket.under("data/"))
    check_list(docket, TAG_MANIFEST, "", TAGS)


def check_seal(docket: Docket) -> None:
    """Step 3: SEAL names realm, case and label, and the digest of the outer tag manifest."""
    with reading("SEAL", "not a seal"):
        envelope = parse_envelope(docket.value("SEAL", most_depth=4))
        what, version, realm = parse_payload_type(envelope.payload_type)
        said = convert(parse_ijson(envelope.payload), _Seal)
        sound((what, version, said.v, said.realm) == (COURT_SEAL, 1, 1, realm.value))
        sound(said.label == LABELS[realm])
        by = parse_authority(said.sealed_by.authority)
        sound(is_practice(party_of(by)) == (realm is Realm.PRACTICE))
        parse_digest(said.tagmanifest)
        docket.seal = Seal(
            envelope=envelope,
            realm=realm,
            case=CaseId(parse_digest(said.case)),
            at=require_instant(said.at),
            authority=by,
            root=parse_digest(said.sealed_by.root),
        )
    require(said.tagmanifest == docket.digest(TAG_MANIFEST), "SEAL", "it seals another tag manifest")


def bag_info(version: str, *, way: str, case: str, label: str, authority: str, sizes: Sequence[int]) -> bytes:
    """Return ``bag-info.txt``.

    Args:
        version: Name and version of the software.
        way: ``disclosure``, or empty.
        case: The case.
        label: The label of the seal.
        authority: Who seals.
        sizes: Of all files under ``data/``.

    Basis: RFC 8493
    """
    lines = [
        f"Bag-Software-Agent: {version}",
        *([f"Comity-Way: {way}"] if way else []),
        f"External-Identifier: {case}",
        f"Internal-Sender-Description: {label}",
        f"Payload-Oxum: {sum(sizes)}.{len(sizes)}",
        f"Source-Organization: {authority}",
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def check_roots(docket: Docket) -> None:
    """Step 4: each version of a root is signed by its own quorum and by that of the version before.

    Basis: PROTOCOL rule 13
    """
    for path in docket.under("data/identity/"):
        if not path.endswith("/roots.json"):
            continue
        with reading(path, "not the versions of a Party root"):
            envelopes = _read_list(docket, path)
            roots = tuple(parse_root(envelope) for envelope in envelopes)
            sound(all(root.realm is docket.sealed.realm for root in roots))
        before: Root | None = None
        for number, (root, envelope) in enumerate(zip(roots, envelopes, strict=True), start=1):
            right = root.version == number and root.party == path[14:17]
            right = right and (before is None or root.issued_at >= before.issued_at)
            require(right, path, "a version is missing, of another Party, or older than the one before")
            for by in (root, before or root):
                enough = _has_quorum(envelope, by.keys, by.threshold)
                require(enough, path, "a version without its quorums")
            before = root
        name = fingerprint(envelopes[0])
        docket.parties[name] = TrustedParty(
            fingerprint=name, roots=roots, entries=(), newest_id="", revoked=()
        )


def check_entries(docket: Docket) -> None:
    """Step 5: each version of an entry is signed by the entry keys of the root version that it names.

    Basis: PROTOCOL rule 13
    """
    names = {party.party: name for name, party in docket.parties.items()}
    for path in docket.under("data/identity/"):
        code = PartyCode(path[14:17])
        both = code in names and f"{path[:18]}entries.json" in docket.members
        require(both, path, "a Party has both roots and entries")
        if not path.endswith("/entries.json"):
            continue
        party = docket.parties[names[code]]
        with reading(path, "not the versions of a Party entry"):
            envelopes = _read_list(docket, path)
            entries = tuple(parse_entry(envelope) for envelope in envelopes)
            sound(all(entry.realm is docket.sealed.realm for entry in entries))
        before: Entry | None = None
        for entry, envelope in zip(entries, envelopes, strict=True):
            _require_entry(entry, before, party, path)
            root = party.roots[entry.root_version - 1]
            enough = _has_quorum(envelope, root.entry_keys, root.entry_threshold)
            require(enough, path, "not signed by the quorum of entry keys")
            before = entry
        docket.parties[party.fingerprint] = TrustedParty(
            fingerprint=party.fingerprint,
            roots=party.roots,
            entries=entries,
            newest_id=envelopes[-1].id,
            revoked=tuple((item.key, item.invalid_since) for entry in entries for item in entry.revoked),
        )


def check_sealer(docket: Docket) -> None:
    """Step 6: SEAL is signed by an act key of the authority that it names; ``bag-info.txt`` says the same."""
    seal = docket.sealed
    party = docket.parties.get(Fingerprint(seal.root))
    authority = AuthorityId(seal.authority)
    name = signed_by(seal.envelope, published(party, authority, Usage.ACT))[0] if party else ""
    require(name, "SEAL", "not signed by the authority that it names")
    if party is not None and not is_valid(party, authority, Usage.ACT, name, at=seal.at):
        docket.suspect("SEAL")
    _check_info(docket)


def _check_info(docket: Docket) -> None:
    seal = docket.sealed
    with reading("data/tool.json", "not what tells which software made the file"):
        tool = convert(docket.value("data/tool.json", most_depth=8), _Tool)
        sound(tool.v == 1 and _VERSION.fullmatch(tool.version))
    info = docket.read("bag-info.txt")
    docket.discloses = b"\nComity-Way: disclosure\n" in info
    way = "disclosure" if docket.discloses else ""
    payload = [docket.members[path].size for path in docket.under("data/")]
    told = bag_info(
        tool.version,
        way=way,
        case=seal.case,
        label=LABELS[seal.realm],
        authority=seal.authority,
        sizes=payload,
    )
    require(info == told, "bag-info.txt", "not what the seal and the files say")


def published(party: TrustedParty, authority: AuthorityId, usage: Usage) -> Iterator[bytes]:
    """Yield every key that was ever published for a usage of an authority."""
    for entry in party.entries:
        office = entry.authority(authority)
        if office is not None:
            yield from (key.public for key in office.keys if key.usage is usage)


def published_officer(party: TrustedParty, authority: AuthorityId, name: OfficerName) -> Iterator[bytes]:
    """Yield every key that was ever published for an officer of an authority."""
    for entry in party.entries:
        office = entry.authority(authority)
        if office is not None:
            yield from (officer.public for officer in office.officers if officer.name == name)


def had_role(party: TrustedParty, authority: AuthorityId, name: OfficerName, role: str) -> bool:
    """Tell whether an entry ever listed the officer, at that authority, in that role."""
    for entry in party.entries:
        listed = ((x, office.id) for office in entry.authorities for x in office.officers if x.name == name)
        officer, office_id = next(listed, (None, None))
        if officer is not None and office_id == authority and role in officer.roles:
            return True
    return False


def is_valid(party: TrustedParty, authority: AuthorityId, usage: Usage, name: str, *, at: Instant) -> bool:
    """Tell whether the key of that id was in force at T.

    Basis: PROTOCOL rule 14
    """
    return any(key_id(key.public) == name for key in party.keys(authority, usage, at=at))


def is_valid_officer(
    party: TrustedParty, authority: AuthorityId, name: OfficerName, role: str, key: str, *, at: Instant
) -> bool:
    """Tell whether the officer had that key and role at T."""
    found = party.officer(name, at=at)
    if found is None or found.authority != authority or role not in found.roles:
        return False
    return key_id(found.key.public) == key


def is_sure(party: TrustedParty, who: Signatory, *, at: Instant, proven: bool) -> bool:
    """Tell whether a key is beyond doubt: in force at T, and not revoked where nobody else proves T."""
    if who.officer is None:
        valid = is_valid(party, who.authority, Usage.ACT, who.key, at=at)
    else:
        valid = is_valid_officer(party, who.authority, who.officer, who.role, who.key, at=at)
    return valid and (proven or all(name != who.key for name, _ in party.revoked))


def _require_entry(entry: Entry, before: Entry | None, party: TrustedParty, path: str) -> None:
    named = entry.root_version <= len(party.roots) and entry.root == party.fingerprint
    require(named and entry.party == party.party, path, "an entry of another root")
    require(entry.algorithms == (ALGORITHM,), path, "it needs an algorithm that is not known here")
    newer = before is None or (
        entry.version > before.version
        and entry.root_version >= before.root_version
        and entry.issued_at >= before.issued_at
    )
    require(newer, path, "not newer than the one before")


def _read_list(docket: Docket, path: str) -> list[Envelope]:
    value = docket.value(path, most_depth=5)
    sound(isinstance(value, list) and 1 <= len(value) <= _MOST_VERSIONS)
    envelopes = [parse_envelope(item) for item in value]
    for envelope in envelopes:
        require_version(envelope)
    return envelopes


def _has_quorum(envelope: Envelope, keys: tuple[bytes, ...], threshold: int) -> bool:
    try:
        require_quorum(envelope, keys, threshold, code="court.quorum")
    except UntrustedError:
        return False
    return True
