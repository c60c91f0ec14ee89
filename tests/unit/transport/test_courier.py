"""A case and its evidence on a carried folder, and everything that can be wrong with such a folder."""

import json
import os
import shutil

import pytest

from comity.exchange.deliveries import Start, parse_start, start_bytes
from comity.exchange.envelope import MOST_CALL
from comity.kernel import agefile
from comity.kernel.digests import b64, sha256
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.signing import Ed25519Signer, key_id, pae
from comity.node.delivering import delivery_desk
from comity.node.exchanging import exchange_desk
from comity.requests.service import example
from comity.transport.courier import Courier
from comity.transport.folder import CourierFolder
from tests.unit.node.nodes import pair
from tests.unit.node.test_delivery import Office, _asked, _deliver

PRESERVATION = json.dumps(example("preservation")).encode()


def _courier(office: Office) -> Courier:
    return Courier(
        desk=exchange_desk(office.place),
        deliveries=delivery_desk(office.place, office.blobs, office.pieces),
    )


@pytest.fixture
def sides(tmp_path):
    one, other = pair()
    return (
        Office(place=one.place, clock=one.clock, root=tmp_path / "xaa"),
        Office(place=other.place, clock=other.clock, root=tmp_path / "xab"),
    )


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def _issue(side, number=1):
    for _ in range(number):
        draft = side.cases.draft_request(side.officer(), form=PRESERVATION, to="XAB/contact-point")
        act = side.settle(draft)
    return act


def _export(here, there, disk):
    return _courier(here).export(here.desk, there.end(), disk)


def _state(side, act):
    with side.place.store.snapshot() as tx:
        settled = tx.exchange.settled(act)
    return None if settled is None else str(settled.state)


def _week(*sides):
    for side in sides:
        side.clock.advance(7 * 24 * 3_600 * 1_000_000)


def test_a_request_goes_out_on_a_disk_and_its_receipt_comes_back(sides, disk):
    here, there = sides
    act = _issue(here)
    report = _export(here, there, disk)
    assert (report.calls, report.messages, report.failures) == (1, 1, ())
    assert sorted(path.name for path in disk.iterdir()) == ["call-000001.json", "call-000001.sig"]
    _week(here, there)
    report = _courier(there).import_(disk)
    assert (report.calls, report.messages, report.answers, report.failures) == (1, 1, 0, ())
    seen = there.cases.show(there.officer(), case=act.case, purpose="practice")
    assert [found.kind for found in seen.acts] == ["preservation.request"]
    _week(here, there)
    report = _courier(here).import_(disk)
    assert (report.calls, report.answers, report.failures) == (0, 1, ())
    assert _state(here, act.act) == "stored"


def test_more_messages_than_a_call_holds_fill_several(sides, disk):
    here, there = sides
    with here.place.store.transaction() as tx:
        for number in range(70):
            _queue(here, there, tx, number)
    report = _export(here, there, disk)
    assert (report.calls, report.messages) == (2, 70)


def _queue(here, there, tx, number):
    from comity.exchange.outbox import Outbox

    Outbox(directory=here.place.directory, entropy=here.place.entropy).queue(
        tx.exchange,
        message_id=f"{number:064x}",
        author=here.desk,
        to=there.end(),
        plaintext=b'{"parts":[],"signed":{"act":{}}}',
        digest=bytes(32),
        now=here.clock.now(),
    )


def test_doing_it_twice_changes_nothing(sides, disk):
    here, there = sides
    act = _issue(here)
    _export(here, there, disk)
    again = _export(here, there, disk)
    assert (again.calls, again.messages) == (0, 0)
    for _ in range(2):
        assert _courier(there).import_(disk).failures == ()
    assert len(there.cases.show(there.officer(), case=act.case, purpose="practice").acts) == 1
    assert _courier(here).import_(disk).answers == 1
    assert _courier(here).import_(disk).answers == 0
    assert _state(here, act.act) == "stored"


def test_what_is_new_is_added_to_what_waits(sides, disk):
    here, there = sides
    first = _issue(here)
    _export(here, there, disk)
    second = _issue(here)
    assert _export(here, there, disk).calls == 1
    _courier(there).import_(disk)
    _courier(here).import_(disk)
    assert _state(here, first.act) == "stored"
    _round_trip(here, there, disk)
    assert _state(here, second.act) == "stored"
    with here.place.store.snapshot() as tx:
        assert tx.exchange.alarms() == ()


def _round_trip(here, there, disk):
    """Carry the disk once more: what the peer proves is proved from what we showed it."""
    _export(here, there, disk)
    for side in (there, here):
        assert _courier(side).import_(disk).failures == ()


def test_an_empty_call_is_written_once(sides, disk):
    here, there = sides
    assert _export(here, there, disk).calls == 1
    assert _export(here, there, disk).calls == 0
    assert _courier(there).import_(disk).failures == ()
    assert _courier(here).import_(disk).answers == 1


def test_both_sides_may_use_one_folder(sides, disk):
    here, there = sides
    act = _issue(here)
    _export(here, there, disk)
    _courier(there).import_(disk)
    there.settle(there.cases.draft_act(there.officer(), kind="request.accept", case=act.case, form=b"{}"))
    assert _export(there, here, disk).calls == 1
    assert (disk / "call-000002.json").is_file()
    report = _courier(here).import_(disk)
    assert (report.calls, report.answers, report.failures) == (1, 1, ())
    report = _courier(there).import_(disk)
    assert (report.calls, report.answers, report.failures) == (1, 1, ())


def test_evidence_travels_in_pieces_and_its_end_comes_back(sides, disk, tmp_path):
    here, there = sides
    source = tmp_path / "mailbox"
    source.write_bytes(bytes(range(256)) * 12_000)
    request = _asked(here, there)
    delivered = _deliver(there, request, [source])
    report = _export(there, here, disk)
    assert report.deliveries == 1
    folder = disk / f"delivery-{delivered.act}"
    pieces = sorted(path.name for path in folder.iterdir())
    assert pieces == ["000000.piece", "000001.piece", "000002.piece", "start", "start.sig"]
    _require_nothing_told(disk, there, request, source)

    good = (folder / "000001.piece").read_bytes()
    (folder / "000001.piece").write_bytes(b"\x00" + good[1:])
    report = _courier(here).import_(disk)
    assert [failure.where for failure in report.failures] == [f"{folder.name}/000001.piece"]
    assert report.deliveries == 0
    assert _courier(there).import_(disk).deliveries == 0

    (folder / "000001.piece").write_bytes(good)
    report = _courier(here).import_(disk)
    assert (report.deliveries, report.failures) == (1, ())
    out = tmp_path / "opened"
    here.evidence.open(here.head(), delivery=delivered.act, purpose="practice", out=str(out))
    assert (out / "mailbox").read_bytes() == source.read_bytes()

    report = _courier(there).import_(disk)
    assert (report.deliveries, report.failures) == (1, ())
    assert [(one.over, one.lacking, one.done) for one in report.shipments] == [(3, 0, True)]
    assert _export(there, here, tmp_path / "disk").deliveries == 0
    assert _courier(there).import_(disk).deliveries == 0


def _require_nothing_told(disk, there, request, source):
    """Nothing on a disk on its way out tells a name, a digest of plaintext or a case."""
    with there.place.store.snapshot() as tx:
        (record,) = tx.evidence.packages(there.desk)
    secret = [request.case, record.bag_root, sha256(source.read_bytes()).hex()]
    telling = [b"mailbox", b"evidence.deliver", b"stored-data"]
    telling += [each.encode() for each in secret] + [bytes.fromhex(each) for each in secret]
    telling += [b64(bytes.fromhex(each)).encode().rstrip(b"=")[:-1] for each in secret]
    for path in disk.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert [each for each in telling if each in held] == [], path.name
        assert not [each for each in secret if each in str(path.relative_to(disk))]


def test_a_disk_of_another_node_is_told_apart(sides, disk):
    _, there = sides
    folder = CourierFolder(disk).delivery("5" * 64)
    folder.put_start(b"{}", signer=Ed25519Signer.generate(SeededEntropy("stranger")))
    folder.put_piece(0, b"x")
    report = _courier(there).import_(disk)
    assert (_codes(report), report.shipments) == (["courier.unannounced"], ())
    assert report.failures[0].where == folder.name


@pytest.mark.parametrize("how", ["altered", "unsigned", "stranger"])
def test_a_header_that_was_exchanged_on_the_way_is_not_kept(sides, disk, tmp_path, how):
    here, there = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    delivered = _deliver(there, _asked(here, there), [source])
    _export(there, here, disk)
    folder = disk / f"delivery-{delivered.act}"
    start = parse_start((folder / "start").read_bytes(), pieces=1)
    receiver = here.place.keys.identities(here.desk)[0].public
    header = agefile.seal(b"", recipients=[receiver], entropy=SeededEntropy("hostile"))
    forged = start_bytes(Start(header=header[: header.index(b"--- ") + 48], hashes=start.hashes))
    (folder / "start").write_bytes(forged)
    if how == "unsigned":
        (folder / "start.sig").unlink()
    if how == "stranger":
        stranger = Ed25519Signer.generate(SeededEntropy("stranger"))
        CourierFolder(disk).delivery(delivered.act).put_start(forged, signer=stranger)
    report = _courier(here).import_(disk)
    assert _codes(report) == ["courier.absent" if how == "unsigned" else "courier.unsigned"]
    assert report.deliveries == 0
    _export(there, here, disk)
    report = _courier(here).import_(disk)
    assert (report.deliveries, report.failures) == (1, ())
    out = tmp_path / "opened"
    here.evidence.open(here.head(), delivery=delivered.act, purpose="practice", out=str(out))
    assert (out / "a").read_bytes() == b"a"


def test_a_forged_status_ends_no_delivery(sides, disk, tmp_path):
    here, there = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    delivered = _deliver(there, _asked(here, there), [source])
    _export(there, here, disk)
    stranger = Ed25519Signer.generate(SeededEntropy("stranger"))
    status = b'{"done":true,"have":"gA==","started":true,"v":1}'
    CourierFolder(disk).delivery(delivered.act).put_status(status, signer=stranger)
    report = _courier(there).import_(disk)
    assert report.deliveries == 0
    assert [failure.code for failure in report.failures] == ["courier.unsigned"]


def _codes(report):
    return [failure.code for failure in report.failures]


def test_only_who_is_pinned_is_heard(sides, disk):
    here, there = sides
    _issue(here)
    _export(here, there, disk)
    body = (disk / "call-000001.json").read_bytes()
    stranger = Ed25519Signer.generate(SeededEntropy("stranger"))
    CourierFolder(disk).put_call(body, signer=stranger)
    report = _courier(there).import_(disk)
    assert (report.calls, _codes(report)) == (1, ["exchange.denied"])
    assert report.failures[0].where == "call-000002"


def test_an_altered_call_or_answer_is_not_taken(sides, disk):
    here, there = sides
    act = _issue(here)
    _export(here, there, disk)
    call = disk / "call-000001.json"
    good = call.read_bytes()
    call.write_bytes(good.replace(b'"v":1', b'"v": 1'))
    assert _codes(_courier(there).import_(disk)) == ["exchange.denied"]
    call.write_bytes(good)
    _courier(there).import_(disk)
    (answer,) = disk.glob("answer-*.json")
    answer.write_bytes(answer.read_bytes().replace(b'"v":1', b'"v": 1'))
    assert _codes(_courier(here).import_(disk)) == ["courier.unsigned"]
    assert _state(here, act.act) is None


def test_an_answer_of_another_call_is_not_taken(sides, disk):
    here, there = sides
    first = _issue(here)
    _export(here, there, disk)
    _courier(there).import_(disk)
    (answered,) = disk.glob("answer-*.json")
    other = disk.parent / "other"
    other.mkdir()
    second = _issue(here)
    _export(here, there, other)
    (call,) = [CourierFolder(other).body(name) for name in CourierFolder(other).names()]
    from comity.kernel.digests import sha256

    name = f"answer-{sha256(call).hex()}"
    shutil.copy(answered, other / f"{name}.json")
    shutil.copy(answered.with_suffix(".sig"), other / f"{name}.sig")
    assert _codes(_courier(here).import_(other)) == ["courier.unsigned"]
    assert (_state(here, first.act), _state(here, second.act)) == (None, None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda disk: (disk / "call-000001.sig").unlink(),
        lambda disk: (disk / "call-000001.sig").write_bytes(b"x" * 2000),
        lambda disk: (disk / "call-000001.sig").write_bytes(b'{"keyid":"x","sig":"y"}'),
        lambda disk: (disk / "call-000001.json").write_bytes(b""),
        lambda disk: os.truncate(disk / "call-000001.json", MOST_CALL + 1),
        lambda disk: ((disk / "call-000001.json").unlink(), os.mkfifo(disk / "call-000001.json")),
        lambda disk: ((disk / "call-000001.json").unlink(), (disk / "call-000001.json").mkdir()),
        lambda disk: (
            (disk / "call-000001.json").rename(disk.parent / "elsewhere"),
            (disk / "call-000001.json").symlink_to(disk.parent / "elsewhere"),
        ),
    ],
    ids=["no signature", "long signature", "no key", "empty", "too large", "pipe", "folder", "link"],
)
def test_one_broken_file_stops_no_other(sides, disk, spoil):
    here, there = sides
    _issue(here)
    _export(here, there, disk)
    good = disk.parent / "good"
    shutil.copytree(disk, good)
    for name in ("json", "sig"):
        shutil.copy(good / f"call-000001.{name}", disk / f"call-000002.{name}")
    spoil(disk)
    report = _courier(there).import_(disk)
    assert (report.calls, len(report.failures)) == (1, 1)
    assert report.failures[0].where.startswith("call-000001")


def test_strange_names_are_passed_over(sides, disk):
    here, there = sides
    for name in ("call-1.json", "call-٠٠٠٠٠١.json", "call-0000001x.json", "answer-x.json", "call-..json"):
        (disk / name).write_bytes(b"x")
    for name in ("delivery-", "delivery-xyz", "delivery-" + "A" * 64):
        (disk / name).mkdir()
    report = _courier(there).import_(disk)
    assert report == type(report)()
    assert _export(here, there, disk).calls == 1
    assert (disk / "call-000001.json").is_file()


def test_nothing_is_written_through_links(sides, disk, tmp_path):
    here, there = sides
    source = tmp_path / "a"
    source.write_bytes(b"a")
    delivered = _deliver(there, _asked(here, there), [source])
    outside = tmp_path / "outside"
    outside.mkdir()
    (disk / f"delivery-{delivered.act}").symlink_to(outside, target_is_directory=True)
    report = _export(there, here, disk)
    assert (report.deliveries, _codes(report)) == (0, ["courier.absent"])
    assert list(outside.iterdir()) == []


def test_nothing_is_read_through_links(disk, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "start").write_bytes(b"x")
    act = "ab" * 32
    (disk / f"delivery-{act}").symlink_to(outside, target_is_directory=True)
    assert CourierFolder(disk).delivery(act).start() is None


def test_files_are_whole_and_leave_nothing_aside(disk):
    folder = CourierFolder(disk)
    signer = Ed25519Signer.generate(SeededEntropy("signer"))
    assert folder.put_call(b"{}", signer=signer) == "call-000001"
    assert folder.put_call(b"{}", signer=signer) == "call-000002"
    assert {path.name for path in disk.iterdir()} == {
        "call-000001.json",
        "call-000001.sig",
        "call-000002.json",
        "call-000002.sig",
    }
    wire = json.loads((disk / "call-000001.sig").read_bytes())
    signed = pae("application/vnd.comity.call.v1+json", b"{}")
    assert wire == {"keyid": key_id(signer.public), "sig": b64(signer.sign(signed))}


def test_a_file_beyond_its_limit_is_refused_before_it_is_read(disk):
    (disk / "answer-x.json").write_bytes(b"")
    os.truncate(disk / "answer-x.json", 1 << 40)
    with pytest.raises(MalformedError, match="at most"):
        CourierFolder(disk).answer("x")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(NotFoundError):
        CourierFolder(tmp_path / "absent").names()
