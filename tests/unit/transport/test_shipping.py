"""Deliveries between a wire and disks: any order, any stop, any fault, nothing that was not signed."""

import errno
import os
import random

import pytest

from comity.exchange.deliveries import PIECE, Status, start_bytes, status_bytes
from comity.exchange.ports import Direction
from comity.kernel.errors import ConflictError, UnavailableError
from comity.kernel.signing import key_id
from comity.transport import disk as disk_module
from comity.transport.folder import CourierFolder, piece_name
from comity.transport.shipping import Shipping
from tests.unit.exchange.test_deliveries import ACT, PIECES, START, A, B, C, Line, delivery, desk

ALL = {piece_name(index) for index in range(3)}


class Exchange:
    """What shipping asks of the exchange: our offices, and who signs with which key."""

    def __init__(self, party):
        self.party = party

    def office(self, authority):
        assert authority == self.party.office.authority
        return self.party.office

    def caller_key(self, key):
        known = {key_id(one.office.transport.public): one.office for one in (A, B)}
        office = known.get(key)
        return None if office is None else (office.end, office.transport.public)


class End:
    """One side of a delivery: its desk, its courier, and what that told."""

    def __init__(self, party, direction, store=None):
        self.party, self.direction = party, direction
        self.desk, self.store, self.arrived = desk(party, delivery(direction))
        self.faults, self.told = [], []
        self.shipping = Shipping(
            desk=Exchange(party),
            deliveries=self.desk,
            note=lambda name, fault: self.faults.append((name, fault.code)),
            progress=self.told.append,
        )

    @property
    def delivery(self):
        exchange = self.store.state.exchange
        return exchange.delivery(self.party.office.authority, ACT, direction=self.direction)

    @property
    def done(self):
        return self.delivery.done_at is not None

    def export(self, folder):
        with CourierFolder(folder).held():
            return self.shipping.put(CourierFolder(folder), self.delivery)

    def take(self, folder):
        made = self.shipping.take(CourierFolder(folder), self.delivery)
        return made, self.shipping.answer(CourierFolder(folder), self.delivery)

    def hear(self, folder):
        return self.shipping.hear(CourierFolder(folder), self.delivery)

    def wire(self, there, *, most=None):
        line = Line(there.desk)
        self.desk.send(self.party.office.authority, ACT, line, most=most)
        return line.pieces


@pytest.fixture
def ends():
    return End(A, Direction.OUT), End(B, Direction.IN)


@pytest.fixture
def disk(tmp_path):
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def _pieces(folder):
    return {path.name for path in (folder / f"delivery-{ACT}").glob("*.piece")}


def test_files_are_the_bodies_of_the_wire_byte_for_byte(ends, disk):
    here, _ = ends
    made = here.export(disk)
    folder = disk / f"delivery-{ACT}"
    assert (folder / "start").read_bytes() == start_bytes(START)
    assert [(folder / piece_name(index)).read_bytes() for index in range(3)] == PIECES
    assert (made.moved, made.there, made.over, made.lacking) == (3, 0, 0, 0)
    assert here.told[-1] == made


def test_what_went_by_wire_is_not_written_and_the_rest_of_a_disk_goes_by_wire(ends, disk):
    here, there = ends
    assert here.wire(there, most=1) == [0]
    assert not here.done
    made = here.export(disk)
    assert (made.moved, made.over, made.lacking) == (2, 1, 0)
    assert _pieces(disk) == {piece_name(1), piece_name(2)}
    (disk / f"delivery-{ACT}" / piece_name(2)).unlink()
    took, whole = there.take(disk)
    assert (took.moved, took.there, took.over, took.lacking, whole) == (1, 1, 2, 1, False)
    assert here.wire(there) == [2]
    assert here.done
    assert there.done
    assert len(there.arrived) == 1


def test_a_returned_disk_is_cleared_and_filled_with_what_is_lacking_still(ends, disk):
    here, there = ends
    here.export(disk)
    bad = disk / f"delivery-{ACT}" / piece_name(1)
    bad.write_bytes(b"\xff" + PIECES[1][1:])
    took, whole = there.take(disk)
    assert (took.moved, took.bad, took.lacking, whole) == (2, 1, 1, False)
    assert there.faults == [(f"delivery-{ACT}/{piece_name(1)}", "piece.digest")]
    heard = here.hear(disk)
    assert (heard.over, heard.lacking, heard.done) == (2, 1, False)
    made = here.export(disk)
    assert (made.moved, made.over, made.lacking) == (1, 2, 0)
    assert _pieces(disk) == {piece_name(1)}
    assert bad.read_bytes() == PIECES[1]
    took, whole = there.take(disk)
    assert whole
    assert here.hear(disk).done
    assert here.done
    assert here.hear(disk) is None


def test_a_disk_that_is_lost_or_comes_twice_or_late_harms_nothing(ends, disk, tmp_path):
    here, there = ends
    here.export(disk)
    for path in sorted((disk / f"delivery-{ACT}").iterdir()):
        path.unlink()  # the disk is lost
    (disk / f"delivery-{ACT}").rmdir()
    assert here.export(disk).moved == 3
    early = tmp_path / "early"
    early.mkdir()
    here.desk.outgoing.known.clear()
    here.export(early)
    assert there.take(disk)[1]
    again, whole = there.shipping.take(CourierFolder(early), delivery(Direction.IN)), there.done
    assert (again.moved, again.lacking, whole) == (0, 0, True)
    assert len(there.arrived) == 1
    old = status_bytes(Status(started=True, have=(0,), done=False), pieces=3)
    CourierFolder(early).delivery(ACT).put_status(old, signer=B.office.transport)
    assert here.hear(early).over == 1
    assert here.export(early).moved == 2  # an old status costs pieces that come twice, and nothing else
    assert here.wire(there) == []
    assert here.done


@pytest.mark.parametrize("how", ["stranger", "ourselves", "no signature", "no status"])
def test_a_status_that_the_receiver_did_not_write_for_this_delivery_counts_for_nothing(ends, disk, how):
    here, _ = ends
    here.export(disk)
    folder = CourierFolder(disk).delivery(ACT)
    signer = (C if how == "stranger" else A if how == "ourselves" else B).office.transport
    data = (
        b"{}"
        if how == "no status"
        else status_bytes(Status(started=True, have=(0, 1, 2), done=True), pieces=3)
    )
    folder.put_status(data, signer=signer)
    if how == "no signature":
        (disk / folder.name / "status.sig").unlink()
    made = here.export(disk)
    assert (made.there, made.over, here.done) == (3, 0, False)
    assert len(here.faults) == 1
    assert _pieces(disk) == ALL


def test_a_full_disk_is_told_and_what_is_on_it_counts(ends, disk, monkeypatch):
    here, there = ends
    real, left = os.rename, iter(range(4))  # start.sig, start, and two pieces find room

    def rename(*arguments, **more):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "no space")
        real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(disk_module.os, "rename", rename)
        made = here.export(disk)
    assert (made.moved, made.lacking) == (2, 1)
    assert here.faults == [(f"delivery-{ACT}", "courier.full")]
    assert _pieces(disk) == {piece_name(0), piece_name(1)}
    assert list(disk.rglob(".*")) == []
    there.take(disk)
    here.hear(disk)
    made = here.export(disk)
    assert (made.moved, made.over, made.lacking) == (1, 2, 0)
    assert there.take(disk)[1]


def test_a_full_node_stops_at_once_and_goes_on_later(ends, disk, monkeypatch):
    here, there = ends
    here.export(disk)

    def full(*_):
        raise UnavailableError("blobs.full", "no room")

    with monkeypatch.context() as patch:
        patch.setattr(there.desk.incoming, "keeper", full)
        took, whole = there.take(disk)
    assert (took.moved, took.bad, whole) == (0, 0, False)
    assert there.faults == [(f"delivery-{ACT}/{piece_name(0)}", "blobs.full")]
    assert there.take(disk)[1]


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("step", ["export", "take"])
def test_killed_at_any_step_it_goes_on_and_reads_nothing_twice_without_need(tmp_path, monkeypatch, step):
    """Each run is cut one operation of the disk later than the one before, until one is not cut."""
    for cut in range(1, 60):
        (tmp_path / str(cut)).mkdir()
        if not _killed_and_gone_on(tmp_path / str(cut), monkeypatch, step=step, cut=cut):
            return
    raise AssertionError("it never came to an end")


def _killed_and_gone_on(folder, monkeypatch, *, step, cut):
    here, there = End(A, Direction.OUT), End(B, Direction.IN)
    read = []
    here.desk.outgoing.pieces = lambda _, index, count: (read.append(index), iter(PIECES[index:][:count]))[1]
    if step == "take":
        here.export(folder)
    killed = _cut(monkeypatch, cut, here.export if step == "export" else there.take, folder)
    lay = len(_pieces(folder))
    CourierFolder(folder).sweep()
    assert list(folder.rglob(".*")) == []
    if step == "export":
        read.clear()
        assert here.export(folder).lacking == 0
        assert len(read) == 3 - lay
    if there.done:
        there.shipping.answer(CourierFolder(folder), there.delivery)
    else:
        assert there.take(folder)[1]
    assert len(there.arrived) == 1
    here.hear(folder)
    assert here.done
    return killed


def _cut(monkeypatch, cut, work, folder):
    """Do something that is killed right before one operation of the disk; tell whether it was."""
    left = cut

    def counted(real):
        def call(*arguments, **more):
            nonlocal left
            left -= 1
            if not left:
                raise Killed
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as patch:
        for name in ("rename", "fsync", "stat", "scandir", "unlink", "mkdir"):
            patch.setattr(disk_module.os, name, counted(getattr(os, name)))
        patch.setattr(Shipping, "_take_piece", counted(Shipping._take_piece))
        try:
            work(folder)
        except Killed:
            return True
    return False


def test_any_mixture_of_wire_and_disks_ends_whole(tmp_path):
    """Random journeys: bits by wire, disks lost, altered, late, doubled; both sides end done, once."""
    for seed in range(12):
        drawn = random.Random(seed)
        here, there = End(A, Direction.OUT), End(B, Direction.IN)
        disks = []
        for turn in range(6):
            step = drawn.choice(("wire", "export", "export", "take", "take", "alter", "hear"))
            if step == "wire" and not here.done:
                here.wire(there, most=1)
            elif step == "export" and not here.done:
                folder = drawn.choice([*disks, None]) or tmp_path / f"{seed}-{turn}"
                folder.mkdir(exist_ok=True)
                disks.append(folder)
                here.export(folder)
            elif step == "take" and disks and not there.done:
                there.take(drawn.choice(disks))
            elif step == "alter" and disks:
                for path in drawn.choice(disks).rglob("*.piece"):
                    path.write_bytes(b"\0" * drawn.choice((0, 7, PIECE)))
            elif step == "hear" and disks:
                here.hear(drawn.choice(disks))
        if not here.done:
            here.wire(there)
        assert here.done
        assert there.done
        assert len(there.arrived) == 1


def test_one_process_at_a_time_has_the_folder(ends, disk):
    here, _ = ends
    with CourierFolder(disk).held(), pytest.raises(ConflictError) as caught:
        here.export(disk)
    assert caught.value.code == "courier.busy"
    assert here.export(disk).moved == 3
