"""Evidence between two nodes in memory: sealed, decided, delivered in pieces, opened byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comity.cases.wire import SignedAct
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.engines.presence import Presence
from comity.engines.pump import Pump
from comity.engines.sealings import FolderSealingRoom
from comity.evidence.service import Vault
from comity.exchange.calls import Destination
from comity.exchange.runs import Run
from comity.kernel import agefile
from comity.kernel.errors import ComityError, ConflictError, NotFoundError, UntrustedError
from comity.kernel.ids import ActId
from comity.node import delivering
from comity.node.casework import CasesDesk
from comity.node.delivering import delivery_desk, start_delivery
from comity.node.exhibits import EvidenceDesk
from comity.node.ports import Transaction
from comity.node.views import ActView
from comity.requests.service import example
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.pieces import FolderPieces
from tests.unit.node.nodes import Side, exchange, pair


def _started(office: Office, tx: Transaction, signed: SignedAct) -> None:
    start_delivery(tx, office.place, office.blobs, signed)


def _without_a_check(office: Office, tx: Transaction, signed: SignedAct) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivering, "_require_as_sealed", lambda *_: None)
        start_delivery(tx, office.place, office.blobs, signed)


@dataclass
class Office(Side):
    """A side with rooms for evidence on disk."""

    root: Path = Path()
    issued: Callable[[Office, Transaction, SignedAct], None] = _started

    @cached_property
    def presence(self) -> Presence:
        return Presence(self.root / "run")

    @property
    def blobs(self) -> FolderBlobs:
        return FolderBlobs(self.root / "blobs", self.presence)

    @property
    def pieces(self) -> FolderPieces:
        return FolderPieces(self.root / "incoming", self.blobs)

    @property
    def cases(self) -> CasesDesk:
        return CasesDesk(
            place=self.place,
            issued=lambda tx, signed: self.issued(self, tx, signed),
        )

    @property
    def sealings(self) -> FolderSealingRoom:
        return FolderSealingRoom(self.root / "sealing", entropy=self.place.entropy, adopt=self.blobs.adopt)

    @property
    def evidence(self) -> EvidenceDesk:
        return EvidenceDesk(
            place=self.place,
            vault=Vault(engine=Pump(), entropy=self.place.entropy),
            blobs=self.blobs,
            pieces=self.pieces,
            files=FolderEvidenceFiles(self.root / "room", self.presence),
            sealings=self.sealings,
            tool=("comity", "test"),
        )

    def act(self, kind: str, case: str, form: object = None) -> ActView:
        data = json.dumps(form or {}).encode()
        return self.settle(self.cases.draft_act(self.officer(), kind=kind, case=case, form=data))


class Carrier:
    """Moves the steps of a delivery into the other node; breaks after a number of pieces, once."""

    def __init__(self, sender: Office, receiver: Office, *, breaks_after: int = -1) -> None:
        self._end = sender.end()
        self._desk = delivery_desk(receiver.place, receiver.blobs, receiver.pieces)
        self._left = breaks_after

    def status(self, to: Destination, act_id: ActId) -> bytes:
        return self._desk.status(self._end, act_id)

    def put_start(self, to: Destination, act_id: ActId, body: bytes) -> None:
        self._desk.take_start(self._end, act_id, body)

    def put_pieces(self, to: Destination, act_id: ActId, run: Run) -> None:
        taking = self._desk.taking(self._end, act_id, run.first, run.size)
        try:
            for piece in run.pieces():
                if self._left == 0:
                    raise ConnectionError("the line is cut")
                self._left -= 1
                taking.take(piece)
        finally:
            taking.end()


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Office, Office]:
    one, other = pair()
    return (
        Office(place=one.place, clock=one.clock, root=tmp_path / "xaa"),
        Office(place=other.place, clock=other.clock, root=tmp_path / "xab"),
    )


def _asked(asking: Office, asked: Office) -> ActView:
    form = json.dumps(example("stored-data")).encode()
    request = asking.settle(asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point"))
    exchange(asking, asked)
    asked.act("request.accept", request.case)
    return request


def _deliver(asked: Office, request: ActView, sources: list[Path]) -> ActView:
    sealed = asked.evidence.seal(
        asked.officer(), sources=[str(path) for path in sources], case=request.case, request=request.act
    )
    asked.act("transmission.decide", request.case, {"parts": {"decision": "granted"}})
    form = asked.evidence.deliver_form(asked.officer(), case=request.case, bag_root=sealed.bag_root[:12])
    draft = asked.cases.draft_act(asked.officer(), kind="evidence.deliver", case=request.case, form=form)
    return asked.settle(draft)


def test_evidence_comes_out_byte_for_byte(sides: tuple[Office, Office], tmp_path: Path) -> None:
    asking, asked = sides
    mailbox, empty = tmp_path / "mailbox.mbox", tmp_path / "بريد.log"
    mailbox.write_bytes(bytes(range(256)) * 20_000)
    empty.write_bytes(b"")
    request = _asked(asking, asked)
    delivered = _deliver(asked, request, [mailbox, empty])
    exchange(asking, asked)

    desk = delivery_desk(asked.place, asked.blobs, asked.pieces)
    with pytest.raises(ConnectionError):
        desk.send(asked.desk, delivered.act, Carrier(asked, asking, breaks_after=2))
    with pytest.raises(NotFoundError, match="on their way"):
        asking.evidence.open(
            asking.head(), delivery=delivered.act, purpose="practice", out=str(tmp_path / "early")
        )
    assert (
        asking.evidence.deliveries(asking.officer(), case=request.case, purpose="practice")[0].pieces_here
        == 2
    )
    moved = desk.send(asked.desk, delivered.act, Carrier(asked, asking))
    assert moved == delivered.body["pieces"] - 2

    out = tmp_path / "opened"
    opened = asking.evidence.open(asking.head(), delivery=delivered.act, purpose="practice", out=str(out))
    assert (out / "mailbox.mbox").read_bytes() == mailbox.read_bytes()
    assert (out / "بريد.log").read_bytes() == b""
    assert opened.bag_root == delivered.body["bag_root"]
    assert asking.evidence.deliveries(asking.officer(), case=request.case, purpose="practice")[0].opened
    assert not list((asking.root / "room").iterdir())
    view = asking.cases.show(asking.officer(), case=request.case, purpose="practice")
    assert set(view.requests[0].items.values()) == {"executed"}


def test_a_package_of_another_case_is_not_delivered(sides: tuple[Office, Office], tmp_path: Path) -> None:
    asking, asked = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    first, second = _asked(asking, asked), _asked(asking, asked)
    sealed = asked.evidence.seal(asked.officer(), sources=[str(source)], case=first.case, request=first.act)
    with pytest.raises(NotFoundError, match="no package"):
        asked.evidence.deliver_form(asked.officer(), case=second.case, bag_root=sealed.bag_root)


def test_nothing_is_delivered_before_its_transmission_is_decided(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    request = _asked(asking, asked)
    sealed = asked.evidence.seal(
        asked.officer(), sources=[str(source)], case=request.case, request=request.act
    )
    form = asked.evidence.deliver_form(asked.officer(), case=request.case, bag_root=sealed.bag_root)
    with pytest.raises(ComityError):
        asked.cases.draft_act(asked.officer(), kind="evidence.deliver", case=request.case, form=form)


def test_a_folder_that_exists_is_never_written_into(sides: tuple[Office, Office], tmp_path: Path) -> None:
    asking, asked = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    request = _asked(asking, asked)
    delivered = _deliver(asked, request, [source])
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(
        asked.desk, delivered.act, Carrier(asked, asking)
    )
    with pytest.raises(ConflictError):
        asking.evidence.open(asking.head(), delivery=delivered.act, purpose="practice", out=str(tmp_path))


def _decided(sides: tuple[Office, Office], source: Path) -> tuple[ActView, dict[str, Any]]:
    """Return a request whose evidence is sealed and may leave, and the form of its delivery."""
    asking, asked = sides
    source.write_bytes(b"a")
    request = _asked(asking, asked)
    sealed = asked.evidence.seal(
        asked.officer(), sources=[str(source)], case=request.case, request=request.act
    )
    asked.act("transmission.decide", request.case, {"parts": {"decision": "granted"}})
    form = asked.evidence.deliver_form(asked.officer(), case=request.case, bag_root=sealed.bag_root)
    return request, json.loads(form)


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("body", "handling", "classified"),
        ("body", "limits_digest", "0" * 64),
        ("body", "payload_length", 2**30),
        ("body", "pieces", 2),
        ("body", "suite", "age-hybrid"),
        ("parts", "limits", {"purpose": "anything"}),
    ],
)
def test_a_delivery_says_of_its_package_what_was_sealed(
    sides: tuple[Office, Office], tmp_path: Path, where: str, name: str, value: object
) -> None:
    _, asked = sides
    request, form = _decided(sides, tmp_path / "a")
    form[where][name] = value
    with pytest.raises(ConflictError) as caught:
        asked.act("evidence.deliver", request.case, form)
    assert caught.value.code == "package.differs"


def test_a_package_whose_limits_are_not_those_of_its_act_is_not_opened(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = sides
    request, form = _decided(sides, tmp_path / "a")
    form["body"]["limits_digest"] = "0" * 64
    patched = replace(asked, issued=_without_a_check)  # a node that was tampered with
    delivered = patched.act("evidence.deliver", request.case, form)
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(
        asked.desk, delivered.act, Carrier(asked, asking)
    )
    with pytest.raises(UntrustedError) as caught:
        asking.evidence.open(
            asking.head(), delivery=delivered.act, purpose="practice", out=str(tmp_path / "opened")
        )
    assert caught.value.code == "package.limits"
    assert not (tmp_path / "opened").exists() and not list((asking.root / "room").iterdir())


def test_what_is_sealed_for_a_case_answers_a_request_of_that_case(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = sides
    (tmp_path / "a").write_bytes(b"a")
    first, second = _asked(asking, asked), _asked(asking, asked)
    with pytest.raises(NotFoundError) as caught:
        asked.evidence.seal(
            asked.officer(), sources=[str(tmp_path / "a")], case=first.case, request=second.act
        )
    assert caught.value.code == "request.absent"


def test_a_copy_for_stock_tools_is_in_the_log(sides: tuple[Office, Office], tmp_path: Path) -> None:
    asking, asked = sides
    (tmp_path / "a").write_bytes(b"a")
    request = _asked(asking, asked)
    delivered = _deliver(asked, request, [tmp_path / "a"])
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(
        asked.desk, delivered.act, Carrier(asked, asking)
    )
    asking.evidence.package(
        asking.officer(),
        delivery=delivered.act,
        out=str(tmp_path / "copy.age"),
        identity_out=str(tmp_path / "key.txt"),
    )
    with asking.place.store.snapshot() as tx:
        newest = tx.node.journal(asking.desk, newest=1)[0]
    assert (newest.action, newest.about) == ("evidence.package", delivered.act)

    # It is marked, opens with the identity beside it, and its file key is its own: not that of what is kept.
    copy = (tmp_path / "copy.age").read_bytes()
    found = agefile.parse_header(copy)
    assert [stanza.kind for stanza in found.stanzas] == ["X25519", "comity-stock-copy"]
    identity = agefile.parse_identity((tmp_path / "key.txt").read_text().strip())
    asking.evidence.package(asking.officer(), delivery=delivered.act, out=str(tmp_path / "kept.age"))
    kept = (tmp_path / "kept.age").read_bytes()
    kept_header = agefile.parse_header(kept)
    assert [stanza.kind for stanza in kept_header.stanzas] == ["mlkem768x25519"]
    openers = asking.place.openers(asking.desk)
    assert agefile.unwrap(found, [identity]) != agefile.unwrap(kept_header, openers)
    tar = agefile.open_sealed(copy, identities=[identity], most_bytes=1 << 20)
    assert tar == agefile.open_sealed(kept, identities=openers, most_bytes=1 << 20)
    assert b"Comity-Suite: age-mlkem768x25519\n" in tar


def test_a_copy_for_a_peer_opens_with_the_peers_key_and_nobody_elses(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    request = _asked(asking, asked)
    asked.act("transmission.decide", request.case, {"parts": {"decision": "granted"}})
    out = tmp_path / "copy.age"
    asked.evidence.seal(
        asked.officer(),
        sources=[str(source)],
        case=request.case,
        request=request.act,
        out=str(out),
        to=["XAA"],
    )
    header = agefile.parse_header(out.read_bytes()[:65_536])
    assert agefile.unwrap(header, asking.place.keys.identities(asking.desk))
    with pytest.raises(UntrustedError):
        agefile.unwrap(header, asked.place.openers(asked.desk))


def test_a_later_delivery_never_takes_the_place_of_an_earlier_one(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = sides
    first_source, second_source = tmp_path / "first", tmp_path / "second"
    first_source.write_bytes(b"what was found")
    second_source.write_bytes(b"what suits better")
    first_request, second_request = _asked(asking, asked), _asked(asking, asked)

    def carry(request: ActView, source: Path) -> ActView:
        sealed = asked.evidence.seal(
            asked.officer(), sources=[str(source)], case=request.case, request=request.act
        )
        asked.act("transmission.decide", request.case, {"parts": {"decision": "granted"}})
        form = asked.evidence.deliver_form(asked.officer(), case=request.case, bag_root=sealed.bag_root)
        delivered = asked.act("evidence.deliver", request.case, json.loads(form))
        exchange(asking, asked)
        delivery_desk(asked.place, asked.blobs, asked.pieces).send(
            asked.desk, delivered.act, Carrier(asked, asking)
        )
        return delivered

    first = carry(first_request, first_source)
    with asking.place.store.transaction() as tx:  # as if the second act named the bag of the first
        record = tx.evidence.delivered(asking.desk, first.act)
    assert record is not None
    with pytest.MonkeyPatch.context() as patch:
        really = delivering.delivered_body

        def same_bag(tx: Transaction, authority: Any, act_id: Any) -> Any:
            body = really(tx, authority, act_id)
            return body if act_id == first.act else msgspec.structs.replace(body, bag_root=record.bag_root)

        patch.setattr(delivering, "delivered_body", same_bag)
        second = carry(second_request, second_source)
    with asking.place.store.snapshot() as tx:
        assert tx.evidence.delivered(asking.desk, first.act) == record
        assert tx.evidence.delivered(asking.desk, second.act) is None
        assert [alarm.code for alarm in tx.exchange.alarms()] == ["delivery.bag_known"]
    asking.evidence.open(asking.head(), delivery=first.act, purpose="practice", out=str(tmp_path / "opened"))
    assert (tmp_path / "opened" / "first").read_bytes() == b"what was found"


def test_a_package_is_delivered_once(sides: tuple[Office, Office], tmp_path: Path) -> None:
    _, asked = sides
    request, form = _decided(sides, tmp_path / "a")
    form["body"]["items"] = [
        {"id": item, "result": "partly"}
        for item in asked.cases.show(asked.officer(), case=request.case, purpose="practice").requests[0].items
    ]
    asked.act("evidence.deliver", request.case, form)
    with pytest.raises(ConflictError) as caught:
        asked.act("evidence.deliver", request.case, form)
    assert caught.value.code == "package.delivered"
