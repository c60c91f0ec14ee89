"""Steps 16 and 17 of checking a court file: parts, withheld or here, and delivered bags."""

from typing import Any

import msgspec

from comity.cases.courtdocket import (
    BAGIT_TEXT,
    DELIVER,
    LISTED,
    Docket,
    HeldAct,
    Listed,
    ShownExhibit,
    check_list,
    convert,
    read_manifest,
    reading,
    sound,
)
from comity.cases.courttar import (
    MANIFEST,
    MOST_MEMBERS,
    MOST_SIZE,
    TAG_MANIFEST,
    CourtFaultError,
    Member,
    require,
)
from comity.cases.ports import SALT_SIZE
from comity.kernel.clock import require_instant
from comity.kernel.digests import parse_digest, sha256, unb64
from comity.kernel.ids import parse_authority, parse_officer
from comity.kernel.ijson import parse_ijson

INNER_TAGS = ("bag-info.txt", "bagit.txt", "custody.jsonl", "exhibits.jsonl", MANIFEST)
HANDLINGS = frozenset({"ordinary", "intimate", "privileged"})
"""What may stand in a court file: child-abuse and classified material never does. Basis: PROTOCOL rule 25"""

_MOST_TEXT = 200
_MOST_LINE = 128 << 20


class _Withheld(msgspec.Struct, frozen=True):
    act: str
    part: str | None
    ground: str
    decided_by: str
    at: int
    exhibit: int | None = None
    decision: str | None = None


class _Other(msgspec.Struct, frozen=True):
    bag: str
    exhibits: int
    ground: str
    decided_by: str
    at: int
    decision: str | None = None


class _WithheldList(msgspec.Struct, frozen=True):
    v: int
    withheld: list[_Withheld]
    packages: list[_Other] | None = None


class _Parent(msgspec.Struct, frozen=True):
    bag: str


class _Derived(msgspec.Struct, frozen=True):
    parents: list[_Parent]


class _Package(msgspec.Struct, frozen=True):
    type: str
    v: int
    realm: str
    case: str
    authority: str
    handling: str
    derived: _Derived | None = None


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


def check_parts(docket: Docket) -> None:
    """Step 16: each part that an act names is here with its salt, or withheld; there is nothing else.

    Basis: PROTOCOL rules 3 and 22
    """
    left, named, others = set(docket.withheld), set(), set(docket.packages)
    for held in docket.acts.values():
        act = held.signed.act
        for part in act.parts:
            path = f"data/parts/{act.id}/{part.name}"
            if (act.id, part.name, None) in left:
                continue
            named |= {path, f"{path}.salt"}
            _check_part(docket, path, part.digest)
        left -= {(act.id, part.name, None) for part in act.parts}
        if act.kind == DELIVER:
            left -= {(act.id, None, None), *((act.id, None, n) for n in docket.hidden.get(act.id) or ())}
            known = str(act.body.get("bag_root")) in others
            require(not known, LISTED, "it lists a delivered bag among those that no act delivered")
    require(not left, LISTED, "it withholds what no act names")
    for path in docket.under("data/parts/"):
        require(path in named, path, "a part that no act names, or that is withheld")


def check_deliveries(docket: Docket) -> None:
    """Step 17: each delivered bag is whole, is the one that was signed, and may be in a court file.

    Basis: PROTOCOL rules 21, 22 and 25
    """
    inside: dict[str, list[str]] = {}
    gone = {act_id for act_id, exhibits in docket.hidden.items() if exhibits is None}
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


def read_listed(docket: Docket) -> None:
    """Read the list of what is withheld; of a disclosure also that of packages that no act delivered."""
    with reading(LISTED, "not the list of what is withheld"):
        found = convert(docket.value(LISTED, most_depth=8), _WithheldList)
        sound(found.v == 1 and (found.packages is not None) == docket.discloses)
        docket.withheld = [(item.act, item.part, item.exhibit) for item in found.withheld]
        docket.packages = [item.bag for item in found.packages or ()]
        docket.listed = [_listed(item) for item in (*found.withheld, *(found.packages or ()))]
        ordered = sorted(set(docket.withheld), key=lambda item: (item[0], item[1] or "", item[2] or 0))
        sound(docket.withheld == ordered and docket.packages == sorted(set(docket.packages)))
    for act, part, exhibit in docket.withheld:  # in order: a bag as a whole comes before its exhibits
        require(not part or exhibit is None, LISTED, "it withholds an exhibit of a part")
        if part is None:
            numbers = docket.hidden.setdefault(act, None if exhibit is None else [])
            if numbers is not None and exhibit is not None:
                numbers.append(exhibit)


def _listed(item: _Withheld | _Other) -> Listed:
    sound(1 <= len(item.ground) <= _MOST_TEXT and 1 <= len(item.decided_by) <= _MOST_TEXT)
    require_instant(item.at)
    sound(item.decision is None or parse_digest(item.decision))
    part, exhibit = None, None
    if isinstance(item, _Withheld):
        part, exhibit = item.part, item.exhibit
        sound(exhibit is None or 1 <= exhibit <= MOST_MEMBERS)
    else:
        sound(0 <= item.exhibits <= MOST_MEMBERS)
    return Listed(
        of=parse_digest(item.act if isinstance(item, _Withheld) else item.bag),
        part=part,
        exhibit=exhibit,
        ground=item.ground,
        decided_by=item.decided_by,
        at=item.at,
        decision=item.decision,
    )


def _check_part(docket: Docket, path: str, digest: str) -> None:
    require(path in docket.members, path, "neither withheld nor here")
    salt = docket.members.get(f"{path}.salt")
    require(salt is not None and salt.size == SALT_SIZE, f"{path}.salt", "not the salt of a part")
    right = sha256(docket.read(f"{path}.salt"), docket.read(path)).hex() == digest
    require(right, path, "not the part, or not with the salt, that the act names")


def _check_bag(docket: Docket, held: HeldAct, folder: str, paths: list[str]) -> None:
    body = held.signed.act.body
    files = [path for path in paths if path.startswith(f"{folder}data/")]
    tagged, exhibits, custody = f"{folder}{TAG_MANIFEST}", f"{folder}exhibits.jsonl", f"{folder}custody.jsonl"
    for path in [*(f"{folder}{name}" for name in INNER_TAGS), tagged]:
        require(path in docket.members, path, "missing")
    declared = docket.digest(f"{folder}bagit.txt") == sha256(BAGIT_TEXT).hex()
    require(declared, f"{folder}bagit.txt", "not the declaration of a bag")
    check_list(docket, tagged, folder, [f"{folder}{name}" for name in INNER_TAGS])
    signed = body.get("bag_root") == docket.digest(tagged)
    require(signed, tagged, "not the bag that the act of delivery signed")
    files = _with_withheld(docket, held, folder, files)
    check_list(docket, f"{folder}{MANIFEST}", folder, files)
    handling = body.get("handling")
    allowed = isinstance(handling, str) and handling in HANDLINGS
    require(allowed, exhibits, "its handling keeps it out of every court file")
    with reading(exhibits, "not the list of the exhibits that are here, or not for a court file"):
        _check_exhibits(docket, held, folder, files)
    with reading(custody, "the chain of custody is broken"):
        _check_custody(docket, folder)


def _with_withheld(docket: Docket, held: HeldAct, folder: str, files: list[str]) -> list[str]:
    """Return the exhibits, withheld ones too: the manifest, under the bag root, tells their digests."""
    numbers = docket.hidden.get(held.signed.act.id)
    if not numbers:
        return files
    listed = read_manifest(docket, f"{folder}{MANIFEST}", folder)
    for number in numbers:
        path = f"{folder}data/{number:09d}.bin"
        require(path not in docket.members, path, "an exhibit that is listed as withheld")
        require(path in listed, LISTED, "it withholds an exhibit that the bag has not")
        docket.members[path] = Member(path=path, offset=0, size=-1, sha256=listed[path])
    return sorted(docket.under(f"{folder}data/"))


def _check_exhibits(docket: Docket, held: HeldAct, folder: str, files: list[str]) -> None:
    first, *rest = _lines(docket.read(f"{folder}exhibits.jsonl"))
    label = convert(_value(first), _Package)
    sound((label.type, label.v, label.case) == ("package", 1, docket.sealed.case))
    sound((label.realm, label.authority) == (docket.sealed.realm.value, held.signed.act.sender.authority))
    sound(label.handling in HANDLINGS and len(rest) == len(files) > 0)
    sender, seal = held.signed.act.sender, docket.sealed
    ours = (sender.authority, sender.root) == (seal.authority, seal.root)
    for parent in label.derived.parents if label.derived is not None else ():
        parse_digest(parent.bag)
        if ours:  # who sealed this file has the parents of its own bags
            docket.made_from.append((f"{folder}exhibits.jsonl", parent.bag))
    for number, (line, path) in enumerate(zip(rest, files, strict=True), start=1):
        item, member = convert(_value(line), _Exhibit), docket.members[path]
        stored = f"data/{number:09d}.bin"
        sound(item.type == "exhibit" and item.handling in HANDLINGS and path == f"{folder}{stored}")
        sound((item.number, item.stored, item.sha256) == (number, stored, member.sha256))
        sound(item.size == member.size if member.size >= 0 else 0 <= item.size <= MOST_SIZE)
        sound(unb64(item.folder_b64) + unb64(item.name_b64))
        name = f"{item.folder}/{item.name}" if item.folder else item.name
        if member.size >= 0:
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


def _lines(data: bytes) -> list[bytes]:
    *lines, rest = data.split(b"\n")
    sound(lines and not rest)
    return lines


def _value(line: bytes) -> Any:
    return parse_ijson(line, most_bytes=_MOST_LINE)
