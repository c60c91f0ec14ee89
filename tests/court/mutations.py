"""Every way of damaging a court file that its structure offers: thousands, each with where it must be found.

Nothing here is picked by hand: what is done to a file follows from which members it has, which regions an
archive gives each of them, and which fields their statements have. Two hands do it:

* an *outsider* changes the archive and can sign nothing;
* the *sealer*, dishonest, makes every outer digest right again and signs SEAL anew, but has no other key.

Each mutation names the paths at which a verdict may lay the fault. What the sealer may change without being
found is ``OPEN``; ``docs/spec/court-file.md`` lists exactly that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from comity.cases.courttar import MANIFEST, TAG_MANIFEST, BytesReader, Member, scan
from comity.evidence.frames import entry_frame
from comity.kernel.digests import b64, unb64
from comity.kernel.signing import Ed25519Signer, Envelope, envelope_value, key_id, parse_envelope
from tests.court.sample import Sample, members_of, pack, put_right, rich_case

OUTSIDER, SEALER = "outsider", "sealer"
ENVELOPE = {"payloadType", "payload", "signatures"}
FIELDS = {
    "name": (0, 100), "mode": (100, 8), "owner": (108, 8), "group": (116, 8), "size": (124, 12),
    "time": (136, 12), "sum": (148, 8), "type": (156, 1), "link": (157, 100), "magic": (257, 6),
    "version": (263, 2), "names of owner and group": (265, 64), "devices": (329, 16), "prefix": (345, 155),
    "rest": (500, 12),
}  # fmt: skip
HEX64 = r"[0-9a-f]{64}"
SIGNED = r"data/(identity/[A-Z]{3}/(roots|entries)|receipts/.*|custody/.*|release)\.json|SEAL"
LISTS = r"data/(withheld|tool|release|identity/.*|receipts/.*|proofs/.*|custody/.*)\.json|SEAL"
OPEN: dict[str, tuple[str, str]] = {
    "words for readers, and the verifier in the file": (r"README\.txt|verify\.py", r".*"),
    "known bugs that the sealer tells of": (r"data/tool\.json", r"(/bugs|byte \d+ of the bugs).*"),
    "how many exhibits a listed package has": (r"data/withheld\.json", r"/packages/\d+/exhibits changed"),
    "when the file was sealed": (r"SEAL", r"/ says /at changed"),
    "white space between values": (LISTS, r"lengthened"),
    "members with names that are not known": (LISTS, r"(/\S*)? with a member more"),
    "signatures beyond those that are needed, and their order": (
        SIGNED, r"(/\S*)?/signatures (doubled|turned round|with one twice)",
    ),
    "the order of approvals of a release": (
        r"data/(release|custody/.*)\.json", r"/(decision/)?approvals turned round",
    ),
    "the latest events, and versions of an entry that nothing here needs": (
        r"data/(custody/.*|identity/.*/entries)\.json",
        r"/(events/)?\d+ removed|/(events)? without its (first|last)",
    ),
    "what only the certificate of its authority can prove of a time stamp": (r"data/stamps/.*", r"byte \d+"),
}  # fmt: skip
"""What is the sealer's word alone, or no word at all: by member, and by what was done to it.

A verdict need not find a change of these; ``docs/spec/court-file.md`` names each of them in these words.
"""


def row_of(path: str, what: str) -> str:
    """Return the name of the row of ``OPEN`` that a change by the sealer is in; empty for none."""
    found = (name for name, (p, w) in OPEN.items() if re.fullmatch(p, path) and re.fullmatch(w, what))
    return next(found, "")


@dataclass(frozen=True)
class Mutation:
    """One damage: what was done, by whom, where a verdict may find it, and how it is made.

    What is ``open``, by the name of its row, may also be found by nobody.
    """

    name: str
    by: str
    at: frozenset[str]
    make: Callable[[], bytes]
    open: str = ""


class Corpus:
    """The mutations of one court file."""

    def __init__(self, sample: Sample, other: Sample) -> None:
        self.sample = sample
        self.sealer = sample.nations[sample.sealing].side.act_key
        self.members = self._short(members_of(sample.court_file()))
        self.data = put_right(self.members, signer=self.sealer)
        self.members = members_of(self.data)
        self.other = self._short(members_of(other.court_file()))
        self.keys = _keys(sample)

    @cached_property
    def places(self) -> dict[str, Member]:
        """Where each member lies."""
        return scan(BytesReader(self.data))

    @staticmethod
    def _short(members: dict[str, bytes]) -> dict[str, bytes]:
        return members | {"README.txt": b"read me\n", "verify.py": b"# nothing\n"}

    def all(self) -> Iterator[Mutation]:
        """Yield every mutation, always in the same order."""
        yield from self.in_the_archive()
        yield from self.of_bytes()
        yield from self.of_members()
        yield from self.of_fields()
        yield from self.of_signatures()
        yield from self.of_lists()

    # --- the archive: headers, contents, padding, end, order -----------------------------------------

    def in_the_archive(self) -> Iterator[Mutation]:
        """Flip bytes in each field of each header, each content, padding and the end; cut, double, swap."""
        before = 0
        for path, member in self.places.items():
            start = member.offset - 512
            header = self.data[before : member.offset]
            for at in _spread(len(header) - 512, 24):
                yield self._flip(
                    f"extended header of {path}, byte {at}", before + at, _pax(path, header, at, before)
                )
            for field, (offset, size) in FIELDS.items():
                for step in {0, size // 2, size - 1}:
                    at = start + offset + step
                    found = {path, f"byte {before}", self._named(at, start)} | _pax(
                        path, header, at - before, before
                    )
                    yield self._flip(f"header of {path}, {field}, byte {step}", at, found)
            for step in _spread(member.size, 8):
                yield self._flip(
                    f"content of {path}, byte {step}", member.offset + step, self._blamed(path, step)
                )
            for at in {member.offset + member.size, member.end - 1} if member.size % 512 else ():
                yield self._flip(f"padding of {path}, byte {at}", at, {path})
            yield self._raw(f"cut short before {path}", self.data[:before], {f"byte {before}"})
            yield self._raw(
                f"cut short inside {path}", self.data[: member.offset + member.size // 2],
                {path, f"byte {before}"},
            )  # fmt: skip
            block = self.data[before : member.end]
            yield self._raw(
                f"{path} twice", self.data[: member.end] + block + self.data[member.end :], {path}
            )
            before = member.end
        for at in range(before, len(self.data), 100):
            yield self._flip(f"end, byte {at}", at, {f"byte {before}", f"byte {at // 512 * 512}"})
        for tail in (b"\0", bytes(512), b"x" * 512):
            yield self._raw(f"{len(tail)} bytes behind the end", self.data + tail, {f"byte {before}"})
        names = list(self.places)
        for one, two in pairwise(names):
            middle, stop = self.places[one].end, self.places[two].end
            start = self.places[one].offset - len(entry_frame(one, self.places[one].size))
            whole = self.data[:start] + self.data[middle:stop] + self.data[start:middle] + self.data[stop:]
            yield self._raw(f"{two} before {one}", whole, {one, two})

    def _flip(self, name: str, at: int, found: set[str]) -> Mutation:
        def make() -> bytes:
            return self.data[:at] + bytes([self.data[at] ^ 1]) + self.data[at + 1 :]

        return Mutation(name, OUTSIDER, frozenset(found), make)

    def _named(self, at: int, start: int) -> str:
        """Return the name that a header has once a byte of it is flipped."""
        block = bytearray(self.data[start : start + 100])
        if at - start < len(block):
            block[at - start] ^= 1
        return block.rstrip(b"\0").decode("latin-1")

    def _blamed(self, path: str, step: int) -> set[str]:
        """Return where a byte of a file is found: at itself; of a list, also at what the line is about."""
        if path not in (MANIFEST, TAG_MANIFEST):
            return {path}
        content = bytearray(self.members[path])
        named = {path, *_line_of(bytes(content), step)}
        content[step] ^= 1
        return named | _line_of(bytes(content), step)

    @staticmethod
    def _raw(name: str, data: bytes, found: set[str]) -> Mutation:
        return Mutation(name, OUTSIDER, frozenset(found), lambda: data)

    # --- whole members: bytes, removal, replacement, addition -----------------------------------------

    def of_bytes(self) -> Iterator[Mutation]:
        """Flip bytes of each member, and cut and lengthen it, with all outer digests made right."""
        for path in [*self._payload(), "README.txt", "verify.py"]:
            content = self.members[path]
            for step in _spread(len(content), 10):
                changed = content[:step] + bytes([content[step] ^ 1]) + content[step + 1 :]
                bugs = path == "data/tool.json" and b'"bugs":["' in content[:step]
                what = f"byte {step}" + (" of the bugs" if bugs else "")
                yield self._change(path, what, {path: changed}, self._about(path, step))
            for what, changed in (("cut", content[:-1]), ("lengthened", content + b"\n"), ("empty", b"")):
                if changed != content:
                    yield self._change(path, what, {path: changed}, self._about(path))

    def of_members(self) -> Iterator[Mutation]:
        """Remove each member; put each in the place of each other of its kind; add more, of another case."""
        for path in [*self._payload(), "SEAL", "bag-info.txt", "bagit.txt", MANIFEST, TAG_MANIFEST]:
            without = {name: data for name, data in self.members.items() if name != path}
            yield Mutation(
                f"{path} removed", OUTSIDER, frozenset({path}), lambda without=without: pack(without)
            )
        for path in self._payload():
            owed = not re.fullmatch(rf"data/(receipts|proofs|custody|stamps)/{HEX64}\.\w+", path)
            neighbours = {path, self._act_of(path), *self._after(path)}
            if owed:
                yield self._change(path, "removed and forgotten", {path: None}, neighbours)
        for one in self._payload():
            for two in self._payload():
                if one < two and _kind(one) == _kind(two) and self.members[one] != self.members[two]:
                    swapped = {one: self.members[two], two: self.members[one]}
                    both = self._about(one) | self._about(two)
                    yield self._change(one, f"swapped with {two}", swapped, both)
                    yield Mutation(
                        f"{one} and {two} swapped by an outsider", OUTSIDER, frozenset({one, two}),
                        lambda swapped=swapped: pack(self.members | swapped),
                    )  # fmt: skip
                    copied = {two: self.members[one]}
                    yield self._change(two, f"replaced by {one}", copied, self._about(two))
        for path in self._payload():
            name = re.sub(HEX64, "e" * 64, path, count=1)
            if name != path and name not in self.members:
                found = {name, self._act_of(name)}
                yield self._change(path, f"also as {name}", {name: self.members[path]}, found)
        for path, data in self.other.items():
            like = next((x for x in self._payload() if _kind(x) == _kind(path)), "")
            if path.startswith("data/") and path not in self.members:
                yield self._change(path, "of another case added", {path: data}, {path, self._act_of(path)})
            if like and not like.startswith(("data/tool", "data/identity")) and data != self.members[like]:
                yield self._change(
                    like, f"replaced by {path} of another case", {like: data}, self._about(like)
                )

    # --- statements: each field of each of them ------------------------------------------------------

    def of_fields(self) -> Iterator[Mutation]:
        """Change, remove and double each field of each JSON member, and of each statement inside one."""
        for path in [*self._payload(), "SEAL"]:
            if not path.endswith((".json", "SEAL")):
                continue
            value = json.loads(self.members[path])
            for place in _places(value):
                for what, changed in _changed(value, place):
                    yield self._field(path, f"{_spelt(place)} {what}", changed)
            for place in [p for p in ((), *_places(value)) if _is_envelope(_get(value, p))]:
                envelope = parse_envelope(_get(value, place))
                said = json.loads(envelope.payload)
                for inner in _places(said):
                    for what, changed in _changed(said, inner):
                        made = envelope_value(
                            Envelope(
                                payload_type=envelope.payload_type,
                                payload=_dump(changed),
                                signatures=envelope.signatures,
                            )
                        )
                        told = f"{_spelt(place)} says {_spelt(inner)} {what}"
                        yield self._field(path, told, _put(value, place, made))
        for path in [x for x in self._payload() if x.endswith(".jsonl")]:
            lines = self.members[path].split(b"\n")
            for number, line in enumerate(lines[:-1]):
                said = json.loads(line)
                for inner in _places(said):
                    for what, changed in _changed(said, inner):
                        whole = b"\n".join([*lines[:number], _dump(changed), *lines[number + 1 :]])
                        name = f"line {number} {_spelt(inner)} {what}"
                        yield self._change(path, name, {path: whole}, self._about(path))

    def _field(self, path: str, told: str, changed: Any) -> Mutation:
        if path != "SEAL":
            return self._change(path, told, {path: _dump(changed)}, self._about(path))
        if told == "/ says /at changed":
            return self._resealed(told, changed)
        return self._sealed_by(told, _dump(changed))

    # --- signatures: by nobody, by others, twice -----------------------------------------------------

    def of_signatures(self) -> Iterator[Mutation]:
        """Sign each statement with each other key of both Parties and of a stranger, or with none."""
        for path in [*self._payload(), "SEAL"]:
            if not path.endswith((".json", "SEAL")):
                continue
            value = json.loads(self.members[path])
            for place in [p for p in ((), *_places(value)) if _is_envelope(_get(value, p))]:
                envelope = parse_envelope(_get(value, place))
                bare = Envelope(payload_type=envelope.payload_type, payload=envelope.payload)
                mine = {item.key_id for item in envelope.signatures}
                made = {"nobody": bare}
                for whose, key in self.keys.items():
                    if key_id(key.public) not in mine:
                        made[f"the {whose}"] = bare.signed_by(key)
                        for right in sorted(mine)[:1]:
                            made[f"the {whose} under the right name"] = _renamed(bare.signed_by(key), right)
                for whose, changed in made.items():
                    name = f"{_spelt(place)} signed by {whose}"
                    whole = _dump(_put(value, place, envelope_value(changed)))
                    if changed == envelope:
                        continue
                    if path == "SEAL":
                        yield self._sealed_by(name, whole)
                    else:
                        yield self._change(path, name, {path: whole}, self._about(path))

    # --- lists and logs: shorter, longer, in another order -------------------------------------------

    def of_lists(self) -> Iterator[Mutation]:
        """Shorten, double and turn round each list in each member: versions, events, proofs, lines."""
        for path in self._payload():
            if path.endswith(".jsonl"):
                yield from self._lines(path)
            if not path.endswith(".json"):
                continue
            value = json.loads(self.members[path])
            for place in [(), *_places(value)]:
                found = _get(value, place)
                if not isinstance(found, list) or not found:
                    continue
                for what, changed in (
                    ("without its first", found[1:]),
                    ("turned round", found[::-1]),
                    ("doubled", found * 2),
                    ("without its last", found[:-1]),
                ):
                    if changed == found:
                        continue
                    whole = _dump(_put(value, place, changed))
                    yield self._change(path, f"{_spelt(place)} {what}", {path: whole}, self._about(path))

    def _lines(self, path: str) -> Iterator[Mutation]:
        *lines, _ = self.members[path].split(b"\n")
        for number, line in enumerate(lines):
            for what, changed in (("removed", []), ("twice", [line, line])):
                whole = b"\n".join([*lines[:number], *changed, *lines[number + 1 :], b""])
                yield self._change(path, f"line {number} {what}", {path: whole}, self._about(path))

    # --- how a change is made and where it may be found ----------------------------------------------

    def _payload(self) -> list[str]:
        return [path for path in self.members if path.startswith("data/")]

    def _change(self, path: str, what: str, changes: Mapping[str, bytes | None], found: set[str]) -> Mutation:
        """Return a change by the sealer, who puts right whatever the outer bag says."""

        def make() -> bytes:
            members = {name: data for name, data in {**self.members, **changes}.items() if data is not None}
            return put_right(members, signer=self.sealer)

        return Mutation(f"{path} {what}", SEALER, frozenset(found), make, row_of(path, what))

    def _resealed(self, what: str, changed: Any) -> Mutation:
        """Return another seal over the same file, signed by the sealer."""
        envelope = parse_envelope(changed)
        bare = Envelope(payload_type=envelope.payload_type, payload=envelope.payload)
        seal = bare.signed_by(self.sealer).json
        return Mutation(
            f"SEAL {what}",
            SEALER,
            frozenset({"SEAL"}),
            lambda: pack(self.members | {"SEAL": seal}),
            row_of("SEAL", what),
        )

    def _sealed_by(self, what: str, seal: bytes) -> Mutation:
        return Mutation(
            f"SEAL {what}",
            OUTSIDER,
            frozenset({"SEAL"}),
            lambda: pack(self.members | {"SEAL": seal}),
            row_of("SEAL", what),
        )

    def _about(self, path: str, step: int | None = None) -> set[str]:
        """Return where a change of a member may be found: at it, or at what it says of another."""
        found = {path}
        act = path[10:74] if path.startswith("data/acts/") else ""
        if (
            act
        ):  # the leaf of a receipt or of a log is over the bytes of the act; what it lacks shows there too
            found |= {f"data/{kind}/{act}.json" for kind in ("receipts", "proofs")}
        if path.startswith("data/deliveries/"):
            folder = path[:81]
            if path.endswith("sha256.txt") and not path.endswith(f"{folder}tagmanifest-sha256.txt"):
                found |= _line_of(self.members[path], step, folder=folder)
            if path.endswith(TAG_MANIFEST):
                found |= {
                    folder + x for x in ("bagit.txt", "bag-info.txt", "custody.jsonl", "exhibits.jsonl")
                }
                found |= {folder + MANIFEST}
        if path.startswith("data/identity/"):  # entries say which version of the root they are under
            found |= {path[:18] + end for end in ("roots.json", "entries.json")}
        if path == "data/tool.json":  # its version stands there too
            found |= {"bag-info.txt"}
        if path.endswith(".salt"):
            found |= {path.removesuffix(".salt")}
        return found

    def _act_of(self, path: str) -> str:
        """Return the act that a member belongs to."""
        found = re.search(HEX64, path)
        return f"data/acts/{found[0]}.json" if found and path.startswith("data/") else ""

    def _after(self, path: str) -> set[str]:
        """Return what shows that a member is gone: its siblings, and the acts that came after an act."""
        if path.startswith("data/deliveries/"):
            return {path[:81] + MANIFEST, path[:81] + TAG_MANIFEST}
        if path.startswith("data/acts/"):
            return {path[:74] + end for end in (".json", ".pae", ".sig")}
        if path.startswith("data/identity/"):
            return {path[:18] + end for end in ("roots.json", "entries.json")}
        return set()


def _keys(sample: Sample) -> dict[str, Ed25519Signer]:
    """Return keys of each usage of both sides, and of a stranger."""
    found = {}
    for nation in sample.nations.values():
        side, code = nation.side, nation.party.code
        found |= {
            f"act key of {code}": side.act_key,
            f"receipt key of {code}": side.receipt_key,
            f"log key of {code}": nation.log_key,
            f"entry key of {code}": nation.entry_keys[0],
            f"root key of {code}": nation.root_keys[0],
            f"duty officer of {code}": side.officers["a.diallo"][1],
            f"head of {code}": side.officers["c.laurent"][1],
        }
    return found


def _renamed(envelope: Envelope, name: str) -> Envelope:
    value = envelope_value(envelope)
    value["signatures"][0]["keyid"] = name
    return parse_envelope(value)


def _spread(size: int, count: int) -> list[int]:
    """Return places in a range: both ends, and what lies evenly between."""
    return sorted({size * step // count for step in range(count)} | {size - 1}) if size else []


def _line_of(content: bytes, step: int | None, *, folder: str = "") -> set[str]:
    """Return the path that the line of a list names in which a byte lies; of None, every path of the list."""
    rows = content.split(b"\n")
    if step is not None:
        number = content[:step].count(b"\n")
        rows = rows[number : number + 2]
    return {folder + row[66:].decode("latin-1") for row in rows if len(row) > 66}


def _kind(path: str) -> str:
    return re.sub(r"[0-9]{9}", "N", re.sub(r"/[A-Z]{3}/", "/P/", re.sub(HEX64, "ID", path)))


def _pax(path: str, header: bytes, at: int, before: int) -> set[str]:
    """Return where a flipped byte of a header before a long name may be found: also at its new name."""
    changed = bytearray(header)
    changed[at] ^= 1
    named = re.search(rb" path=([^\n\0]+)\n", bytes(changed[512:1024])) if len(header) > 512 else None
    return {path, f"byte {before}", "pax"} | ({named[1].decode("latin-1")} if named else set())


def _is_envelope(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == ENVELOPE


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    found: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in found:
        yield (*path, name)
        yield from _places(value[name], (*path, name))


def _spelt(place: tuple[Any, ...]) -> str:
    return "/" + "/".join(map(str, place))


def _get(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def _put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """Return a copy with something else in one place."""
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _put(value[place[0]], place[1:], new)
    return copy


def _without(value: Any, place: tuple[Any, ...]) -> Any:
    holder = _get(value, place[:-1])
    copy = dict(holder) if isinstance(holder, dict) else list(holder)
    del copy[place[-1]]
    return _put(value, place[:-1], copy)


def _changed(value: Any, place: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Yield a value with one field another of its kind, of another kind, gone, and with more in it."""
    old = _get(value, place)
    if not isinstance(old, dict):
        yield "changed", _put(value, place, _another(old))
    yield "of another kind", _put(value, place, "x" if isinstance(old, dict) else {"x": 1})
    yield "removed", _without(value, place)
    if isinstance(old, dict) and set(old) not in (ENVELOPE, {"keyid", "sig"}):
        yield "with a member more", _put(value, place, {**old, "extra": 1})
    if isinstance(old, list) and old:
        yield "with one twice", _put(value, place, [*old, old[-1]])


def _another(value: Any) -> Any:
    """Return another value that looks like one of the same field."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if re.fullmatch(HEX64, value):
            return ("1" if value[0] == "0" else "0") + value[1:]
        case str() if len(value) > 20 and re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", value):
            data = unb64(value)
            return b64(data[:-1] + bytes([data[-1] ^ 1]))
        case str():
            return value[:-1] + ("b" if value[-1:] == "a" else "a")
        case None:
            return "0" * 64
        case _:
            return [*value, "x"]


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def corpus() -> Corpus:
    """Return the corpus of the rich case."""
    return Corpus(rich_case(), rich_case(seed="two"))
