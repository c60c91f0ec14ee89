"""Another store key: headers are wrapped anew, payloads stay, older keys go when nothing needs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comity.engines.examining.indexes import FolderIndexes
from comity.engines.sealings import FolderSealingRoom
from comity.exchange.deliveries import Start
from comity.exchange.records import Direction
from comity.exchange.runs import PIECE
from comity.kernel import agefile
from comity.kernel.ageheader import parse_header
from comity.kernel.agekeys import CLASSICAL, HYBRID, Identity
from comity.kernel.errors import ConflictError, DeniedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId
from comity.node.cosealed import header_of
from comity.node.delivering import IncomingPackages
from comity.node.examined import index_name
from comity.node.packages import require_store_key
from comity.node.rewrapping import RewrappingDesk, RotationView
from comity.node.views import ActView
from comity.storage.blobs.folder import FolderBlobs
from tests.unit.node.test_custodial import held
from tests.unit.node.test_delivery import Office, sides
from tests.unit.node.test_destroying import approved, destroying
from tests.unit.node.test_releasing import delivered

__all__ = ["delivered", "sides"]
Given = tuple[Office, ActView, ActView]


def rewrapping(office: Office, *, sealings: Any = None) -> RewrappingDesk:
    evidence = office.evidence
    return RewrappingDesk(
        place=office.place,
        blobs=evidence.blobs,
        pieces=evidence.pieces,
        sealings=sealings or office.sealings,
        indexes=FolderIndexes(office.root / "examined"),
    )


def rotate(office: Office, **more: Any) -> RotationView:
    return rewrapping(office, **more).rotate(office.head(), authority=office.desk)


def decisions(office: Office) -> list[tuple[str, str]]:
    with office.place.store.snapshot() as tx:
        rows = tx.node.journal(office.desk)
    return [(row.action, row.about) for row in rows if row.action.startswith("keys.")]


def opened(office: Office, act: ActView, out: Path) -> bytes:
    office.evidence.open(office.head(), delivery=act.act, purpose="court", out=str(out))
    return (out / "mailbox.mbox").read_bytes()


def payload_of(office: Office) -> bytes:
    name = office.blobs.names()[0]
    data = office.blobs.path(name).read_bytes()
    return data[-1000:]


def require_sealed(root: Path, source: Path) -> None:
    """Nothing that the nodes keep below a folder has the plaintext of an exhibit in it."""
    secret = source.read_bytes()
    kept = [path for path in root.rglob("*") if path.is_file() and path != source]
    assert len(kept) > 4 and not [path for path in kept if secret in path.read_bytes()]


def test_every_header_is_wrapped_anew_and_the_key_before_destroyed(delivered: Given, tmp_path: Path) -> None:
    office, request, act = delivered
    first = office.place.keys.store_identity(office.desk)
    payload, index = payload_of(office), index_name(office.desk, held(office, request.case)[0].bag_root)
    indexes = FolderIndexes(office.root / "examined")
    sealed = agefile.seal(b"found", recipients=[first.public], entropy=office.place.entropy)
    indexes.put(index, 1, sealed)
    made = rotate(office)
    require_sealed(office.root.parent, tmp_path / "mailbox.mbox")
    second = office.place.keys.store_identity(office.desk)
    assert (made.wrapped, made.packages, made.faults, made.destroyed, made.left) == (1, 1, (), 1, 0)
    assert office.place.keys.store_identities(office.desk) == (second,) and first.public != second.public
    header = parse_header(header_of(office.blobs, office.blobs.names()[0]))
    with pytest.raises(UntrustedError):
        agefile.unwrap(header, [first])
    assert payload_of(office) == payload and opened(office, act, tmp_path / "out") == b"from: a\n"
    assert agefile.open_sealed(indexes.get(index, 1), identities=[second], most_bytes=9) == b"found"
    assert sorted(action for action, _ in decisions(office)) == ["keys.destroy", "keys.rotate"]
    with pytest.raises(DeniedError):
        rewrapping(office).rotate(office.officer(), authority=office.desk)
    with pytest.raises(ConflictError) as gone:
        require_store_key(office.place.keys, office.desk, first.public)
    assert gone.value.code == "key.rotated"
    require_store_key(office.place.keys, office.desk, second.public)
    # a key of the classical suite, as older nodes have it, becomes a hybrid one
    office.place.keys.add_store_identity(
        office.desk, Identity.generate(office.place.entropy, suite=CLASSICAL)
    )
    assert rotate(office).suite == CLASSICAL, "what was begun is gone on with"
    name = office.blobs.names()[0]
    assert [one.kind for one in parse_header(header_of(office.blobs, name)).stanzas] == ["X25519"]
    assert rotate(office).suite == HYBRID
    kinds = [one.kind for one in parse_header(header_of(office.blobs, name)).stanzas]
    assert kinds == ["mlkem768x25519"]
    assert opened(office, act, tmp_path / "again") == b"from: a\n"
    _destruction_holds(delivered, tmp_path)


def test_the_older_key_waits_and_what_was_cut_off_is_gone_on_with(
    delivered: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, _, act = delivered
    first = office.place.keys.store_identity(office.desk)

    class Busy(FolderSealingRoom):
        def ordered(self) -> Any:
            return (office.place.clock.now(),)

    busy = Busy(tmp_path / "sealing", entropy=office.place.entropy, adopt=office.blobs.adopt)
    waits = rotate(office, sealings=busy)
    assert (waits.wrapped, waits.sealings, waits.destroyed, waits.left) == (1, 1, 0, 1)
    assert len(office.place.keys.store_identities(office.desk)) == 2
    assert opened(office, act, tmp_path / "out") == b"from: a\n"

    # a delivery on its way in, begun under the older key
    listed = office.pieces.pieces(act.act)
    old = agefile.header(bytes(16), [first.public], office.place.entropy)
    with monkeypatch.context() as patch:
        patch.setattr(FolderBlobs, "exists", lambda _self, _name: False)
        with office.place.store.transaction() as tx:
            coming = tx.exchange.delivery(office.desk, ActId(act.act), direction=Direction.IN)
            assert coming is not None
            tx.exchange.put_delivery(replace(coming, act_id=ActId("d" * 64)))
        office.pieces.begin("d" * 64, header=old, pieces=listed)
    waits = rotate(office)
    assert (waits.deliveries, waits.destroyed, waits.left) == (1, 0, 1)
    office.pieces.forget("d" * 64)
    # cut off after the newest key was kept and before it was noted when: what was ordered since still counts
    office.clock.advance(1_000_000)
    keys = office.place.keys
    keys.add_store_identity(office.desk, Identity.generate(office.place.entropy, suite=HYBRID))
    waits = rotate(office, sealings=busy)
    assert (waits.wrapped, waits.sealings, waits.left) == (1, 1, 2)
    ended = rotate(office)
    assert (ended.wrapped, ended.deliveries, ended.destroyed, ended.left) == (0, 0, 2, 0)
    (tmp_path / "cut").mkdir()
    _cut_off_and_gone_on_with(office, act, tmp_path / "cut", monkeypatch)


def _cut_off_and_gone_on_with(
    office: Office, act: ActView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def cut_off(_self: FolderBlobs, _name: str, _header: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(FolderBlobs, "put_header", cut_off)
        rotate(office)
    assert opened(office, act, tmp_path / "out") == b"from: a\n"
    newest = office.place.keys.store_identity(office.desk)
    put_header = FolderBlobs.put_header

    def cut_off_after(self: FolderBlobs, name: str, header: bytes) -> None:
        put_header(self, name, header)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(FolderBlobs, "put_header", cut_off_after)
        rotate(office)
    done = rotate(office)
    assert (done.wrapped, done.destroyed, done.left) == (0, 1, 0)
    assert office.place.keys.store_identities(office.desk) == (newest,)
    with office.place.store.snapshot() as tx:
        record = tx.evidence.packages(office.desk)[0]
    assert record.header_length == len(header_of(office.blobs, record.piece_root))
    # a header that cannot be wrapped anew keeps the older key
    head = office.root / "blobs" / "heads" / record.piece_root
    whole = head.read_bytes()
    head.write_bytes(b"rot")
    stuck = rotate(office)
    assert [fault.code for fault in stuck.faults] == ["blobs.head"]
    assert (stuck.destroyed, stuck.left) == (0, 1)
    head.write_bytes(whole)
    assert rotate(office).left == 0


def _destruction_holds(delivered: Given, tmp_path: Path) -> None:
    """Once every header is overwritten, nothing opens what was wrapped anew."""
    office, request, _ = delivered
    name, root = office.blobs.names()[0], held(office, request.case)[0].bag_root
    rotate(office)
    kept = list((office.root / "blobs").rglob(name))
    for number, path in enumerate(kept):
        (tmp_path / f"held-open-{number}").hardlink_to(path)
    release = approved(office, request.case, root)
    destroying(office).destroy(office.head(), case=request.case, bag_root=root, release=release)
    assert len(kept) == 2 and not list((office.root / "blobs").rglob(name))
    for path in tmp_path.glob("held-open-*"):
        assert b"mlkem768x25519" not in path.read_bytes(), "every header was overwritten in place"
    after = rotate(office)
    assert (after.wrapped, after.packages, after.left) == (0, 0, 0)


def test_what_is_ordered_while_the_key_changes_is_ordered_anew(
    delivered: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, _, act = delivered
    incoming = IncomingPackages(place=office.place, pieces=office.pieces, blobs=office.blobs)
    keys = office.place.keys
    theirs = Identity.generate(office.place.entropy, suite=HYBRID)
    keys.put_identity(office.desk, theirs)
    with office.place.store.snapshot() as tx:
        coming = tx.exchange.delivery(office.desk, ActId(act.act), direction=Direction.IN)
    assert coming is not None
    listed = office.pieces.pieces(act.act)
    office.pieces.forget(act.act)
    begin, begun = type(office.pieces).begin, []

    def rotated_meanwhile(self: Any, delivery: str, **more: Any) -> None:
        begin(self, delivery, **more)
        if not begun:
            keys.add_store_identity(office.desk, Identity.generate(office.place.entropy, suite=HYBRID))
        begun.append(delivery)

    monkeypatch.setattr(type(office.pieces), "begin", rotated_meanwhile)
    header = agefile.header(bytes(range(16)), [theirs.public], office.place.entropy)
    with monkeypatch.context() as patch:
        patch.setattr(FolderBlobs, "exists", lambda _self, _name: False)
        incoming.begin(coming, Start(header=header, hashes=listed.leaves))
    kept = parse_header(office.pieces.header(act.act))
    assert len(begun) == 2 and agefile.unwrap(kept, [keys.store_identity(office.desk)]) == bytes(range(16))


def test_a_file_that_two_offices_received_opens_for_both_whoever_changes_its_key(
    delivered: Given, tmp_path: Path
) -> None:
    office, request, act = delivered
    keys, blobs, second = office.place.keys, office.blobs, AuthorityId("XAA/second-desk")
    name, first = blobs.names()[0], keys.store_identity(office.desk)
    theirs, own = (Identity.generate(office.place.entropy, suite=HYBRID) for _ in range(2))
    keys.put_identity(second, theirs)
    keys.add_store_identity(second, own)
    with office.place.store.snapshot() as tx:
        coming = tx.exchange.delivery(office.desk, ActId(act.act), direction=Direction.IN)
        record = tx.evidence.package(office.desk, held(office, request.case)[0].bag_root)
    assert coming is not None and record is not None
    again = replace(coming, authority=second, act_id=ActId("d" * 64))
    came = agefile.rewrapped_header(
        parse_header(header_of(blobs, name)),
        identities=[first],
        recipients=[theirs.public],
        entropy=office.place.entropy,
    )
    incoming = IncomingPackages(place=office.place, pieces=office.pieces, blobs=blobs)
    incoming.begin(again, Start(header=came, hashes=record.leaves))
    payload = blobs.path(name).read_bytes()[record.header_length :]
    for number in range(coming.pieces):
        office.pieces.put_piece(again.act_id, number, payload[number * PIECE : (number + 1) * PIECE])
    assert incoming.assemble(again) == name and incoming.assemble(again) == name
    file_key = agefile.unwrap(parse_header(header_of(blobs, name)), [own])
    assert agefile.unwrap(parse_header(header_of(blobs, name)), [first]) == file_key
    with office.place.store.transaction() as tx:
        tx.evidence.put_package(replace(record, authority=second, delivery=None))
    rotate(office)
    newest = parse_header(header_of(blobs, name))
    assert (
        agefile.unwrap(newest, [own])
        == agefile.unwrap(newest, [keys.store_identity(office.desk)])
        == file_key
    )
    with pytest.raises(UntrustedError):
        agefile.unwrap(newest, [first])
    assert opened(office, act, tmp_path / "out") == b"from: a\n"
