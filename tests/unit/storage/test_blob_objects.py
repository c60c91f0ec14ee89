"""Payloads in a real object store: moved, cut off, bent, refused, brought back; nothing plain or lost."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comity.evidence.pieces import PieceHasher, PieceList
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, MalformedError, NotFoundError, UnavailableError, UntrustedError
from comity.storage.blobs import objects
from comity.storage.blobs.address import parse_objects, read_access_key
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.moving import Mover, verify
from comity.storage.blobs.objects import ObjectPayloads
from tests.objectstore import Line, ObjectServer
from tests.swiftserver import SECRET_KEY
from tests.unit.storage.test_blob_folder import Running

pytestmark = [pytest.mark.network, pytest.mark.slow]

IDENTITY = Identity(bytes([7]) * 32)
OTHER = Identity(bytes([8]) * 32)
MARK = b"the plaintext that nobody may find "
SEGMENT = 64 << 10


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("objects", "moving"):
        monkeypatch.setattr(f"comity.storage.blobs.{module}.SEGMENT", SEGMENT)


@pytest.fixture
def line(object_server: ObjectServer) -> Iterator[Line]:
    made = Line(object_server.port)
    yield made
    made.close()


class Node:
    """A folder of blobs with one sealed file in it, and its way to the object store."""

    def __init__(self, folder: Path, payloads: ObjectPayloads) -> None:
        self.payloads: ObjectPayloads | None = payloads
        self.blobs = FolderBlobs(folder, Running(), payloads=lambda: self.payloads)
        self.mover = Mover(blobs=self.blobs, payloads=payloads)
        self.plain = MARK * 9_000
        self.sealed = agefile.seal(self.plain, recipients=[IDENTITY.public], entropy=SeededEntropy("seal"))
        front = agefile.parse_header(self.sealed).size
        hasher = PieceHasher()
        hasher.update(memoryview(self.sealed)[front:])
        self.name = PieceList(payload_length=hasher.length, leaves=hasher.leaves()).root
        writer = self.blobs.create()
        writer.write(self.sealed)
        writer.commit(self.name)

    def read(self, identity: Identity = IDENTITY) -> bytes:
        reader = self.blobs.open(self.name)
        data = bytearray(reader.size)
        for at in range(0, len(data), 10_000):
            reader.read_into(memoryview(data)[at : at + 10_000], at=at)
        reader.close()
        return agefile.open_sealed(bytes(data), identities=[identity], most_bytes=1 << 20)

    def refused(self, work: Callable[[], object], error: type[ComityError], code: str) -> ComityError:
        with pytest.raises(error) as caught:
            work()
        assert caught.value.code == code
        assert SECRET_KEY not in f"{caught.value!r} {caught.value.problem()} {caught.value.__context__}"
        assert caught.value.__cause__ is None and caught.value.hint
        return caught.value


@pytest.fixture
def node(tmp_path: Path, object_server: ObjectServer) -> Node:
    return Node(tmp_path / "blobs", object_server.payloads())


def test_only_ciphertext_lies_on_disk_and_in_the_object_store(
    node: Node, tmp_path: Path, object_server: ObjectServer
) -> None:
    def everything() -> list[bytes]:
        return [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    assert not any(MARK in data for data in everything())
    before = sum(node.sealed[-1000:] in data for data in object_server.raw())  # of other tests
    assert node.mover.send(node.name) and node.read() == node.plain
    stored = list(object_server.raw())
    assert sum(node.sealed[-1000:] in data for data in stored) == before + 1, "the payload is there"
    assert not any(MARK in data or b"X25519" in data for data in stored)
    assert not any(MARK in data for data in everything())
    assert sum(b"X25519" in data for data in everything()) == 1, "the wrapped key is on this disk, once"


def test_a_payload_goes_and_comes_back_as_it_was(node: Node) -> None:
    assert node.mover.here() == (node.name,)
    assert node.mover.send(node.name) and node.mover.send(node.name)
    assert node.mover.here() == () and not node.blobs.path(node.name).exists()
    assert node.blobs.names() == (node.name,) and node.read() == node.plain
    verify(node.blobs, node.name)
    assert node.mover.fetch(node.name) and node.mover.fetch(node.name)
    assert node.mover.here() == (node.name,)
    assert node.blobs.path(node.name).read_bytes() == node.sealed
    assert node.mover.payloads.held(node.name) == {} and node.blobs.apart.remove_going() == 0
    assert node.mover.send(node.name) and node.read() == node.plain


def test_a_header_written_anew_while_away_comes_back_with_the_payload(node: Node) -> None:
    node.mover.send(node.name)
    header = agefile.parse_header(node.sealed)
    fresh = agefile.rewrapped_header(
        header, identities=[IDENTITY], recipients=[OTHER.public], entropy=SeededEntropy("fresh")
    )
    before = node.mover.payloads.held(node.name)
    node.blobs.put_header(node.name, fresh)
    assert node.mover.payloads.held(node.name) == before, "the data was not touched"
    assert node.read(OTHER) == node.plain
    assert node.mover.fetch(node.name) and node.read(OTHER) == node.plain
    assert node.blobs.path(node.name).read_bytes() == fresh + node.sealed[header.size :]


def test_a_line_that_breaks_in_the_middle_is_gone_on_with(
    tmp_path: Path, object_server: ObjectServer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.storage.blobs.moving._AT_ONCE", 1)  # so that the first two surely arrived
    node = Node(tmp_path / "blobs", object_server.payloads(object_server.address(port=line.port)))
    line.cut_after = 3 * SEGMENT
    node.refused(lambda: node.mover.send(node.name), UnavailableError, "blobs.unreachable")
    assert node.read() == node.plain, "what could not be moved is still here"
    line.cut_after, line.passed = None, 0
    held = node.mover.payloads.held(node.name)
    assert 0 < len(held) < 5
    line.passed = 0
    assert node.mover.send(node.name) and node.read() == node.plain
    assert line.passed < len(node.sealed) - (len(held) - 1) * SEGMENT, "what was stored was not sent again"
    line.cut_after = 0
    node.refused(node.read, UnavailableError, "blobs.unreachable")
    assert node.blobs.shred(node.name, front=100), "destruction does not wait for the store"
    assert node.blobs.names() == () and node.blobs.apart.remove_going() == 1
    line.cut_after = None
    assert node.blobs.apart.remove_going() == 0 and node.mover.payloads.held(node.name) == {}


def test_a_store_that_never_answers_is_given_up(
    tmp_path: Path, object_server: ObjectServer, line: Line
) -> None:
    node = Node(tmp_path / "blobs", object_server.payloads(object_server.address(port=line.port, timeout=1)))
    line.silent = True
    node.refused(lambda: node.mover.send(node.name), UnavailableError, "blobs.unreachable")
    assert node.read() == node.plain


def test_bytes_that_change_on_the_way_are_not_taken_for_stored(
    tmp_path: Path, object_server: ObjectServer, line: Line
) -> None:
    node = Node(tmp_path / "blobs", object_server.payloads(object_server.address(port=line.port)))
    some = node.sealed[-200:-180]
    line.bend = (some, bytes(20))
    with pytest.raises(UnavailableError):
        node.mover.send(node.name)
    assert node.mover.here() == (node.name,) and node.read() == node.plain


def test_other_bytes_in_the_store_are_found_and_put_right(node: Node) -> None:
    node.mover.payloads.put(node.name, 1, memoryview(b"of somebody else"))
    assert node.mover.send(node.name) and node.read() == node.plain
    store = node.mover.payloads._opened()
    objects.obstore_of().put(store, node.mover.payloads._key(node.name, 2), b"x" * SEGMENT)
    node.refused(lambda: verify(node.blobs, node.name), UntrustedError, "blobs.damaged")
    node.refused(lambda: node.mover.fetch(node.name), UntrustedError, "blobs.damaged")
    assert node.blobs.apart.is_away(node.name) and list(node.blobs.aside.iterdir()) == []
    objects.obstore_of().put(store, node.mover.payloads._key(node.name, 2), b"short")
    node.refused(node.read, UnavailableError, "blobs.segment")
    objects.obstore_of().delete(store, node.mover.payloads._key(node.name, 2))
    found = node.refused(node.read, UnavailableError, "blobs.segment")
    assert found.where.endswith(f"{node.name}/00000002")


def test_a_service_whose_tags_are_no_digests_is_read_back(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.storage.blobs.objects._bare", lambda _tag: "opaque")
    assert node.mover.send(node.name) and node.read() == node.plain
    with monkeypatch.context() as bent:
        bent.setattr(ObjectPayloads, "_whole", lambda _self, _key: b"something else")
        node.refused(
            lambda: node.mover.payloads.put("1" * 64, 0, memoryview(b"data")),
            UnavailableError,
            "blobs.differs",
        )


def test_rot_on_the_disk_never_reaches_the_store_as_good(node: Node) -> None:
    path = node.blobs.path(node.name)
    path.write_bytes(node.sealed[:-1] + b"!")
    node.refused(lambda: node.mover.send(node.name), UntrustedError, "blobs.damaged")
    assert node.mover.here() == (node.name,)


def test_destroyed_while_it_is_moved(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    put = ObjectPayloads.put

    def destroyed_meanwhile(self: ObjectPayloads, name: str, number: int, data: memoryview) -> None:
        put(self, name, number, data)
        node.blobs.shred(node.name, front=1000)

    monkeypatch.setattr(ObjectPayloads, "put", destroyed_meanwhile)
    assert not node.mover.send(node.name)
    assert node.blobs.names() == () and node.mover.payloads.held(node.name) == {}
    with pytest.raises(NotFoundError):
        node.read()


def test_a_move_that_was_killed_between_its_last_steps(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def killed(path: Path, missing_ok: bool = False) -> None:
        if path == node.blobs.path(node.name):
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as now, pytest.raises(KeyboardInterrupt):
        now.setattr(Path, "unlink", killed)
        node.mover.send(node.name)
    assert node.blobs.path(node.name).exists() and node.read() == node.plain
    assert node.blobs.names() == (node.name,) and node.blobs.sweep() == 1
    assert not node.blobs.path(node.name).exists() and node.read() == node.plain


def test_wrong_keys_buckets_and_stores_are_told_apart(node: Node, object_server: ObjectServer) -> None:
    wrong = object_server.payloads(secret="wrong-secret-of-the-tests")
    found = node.refused(wrong.check, UnavailableError, "blobs.refused")
    assert "127.0.0.1" in found.where and "wrong-secret" not in str(found.problem())
    none = object_server.payloads(object_server.address().replace("//evidence/", "//nowhere/"))
    for work in (none.check, lambda: none.held("1" * 64), lambda: none.put("1" * 64, 0, memoryview(b"1"))):
        node.refused(work, UnavailableError, "blobs.bucket")
    gone = object_server.payloads(object_server.address(port=9, timeout=1))
    node.refused(gone.check, UnavailableError, "blobs.unreachable")
    node.mover.payloads.check()
    assert SECRET_KEY not in f"{node.mover.payloads._opened().config} {node.mover!r} {node.mover.payloads!r}"
    node.mover.send(node.name)
    node.payloads = None
    node.refused(node.read, UnavailableError, "blobs.away")


def test_variables_of_the_environment_change_nothing(
    object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("AWS_SESSION_TOKEN", "another"),
        ("AWS_ACCESS_KEY_ID", "another"),
        ("AWS_ENDPOINT", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_SKIP_SIGNATURE", "true"),
        ("AWS_REGION", "nowhere-1"),
    ):
        monkeypatch.setenv(name, value)
    object_server.payloads().check()


BAD = (
    "http://bucket",
    "s3://",
    "s3://Bucket",
    "s3://bucket/../up",
    "s3://key:secret@bucket",
    "s3://bucket?endpoint=https://key:secret@host",
    "s3://bucket?endpoint=http://other.example",
    "s3://bucket?endpoint=ftp://host",
    "s3://bucket?secret_access_key=1",
    "s3://bucket?region=a&region=b",
    "s3://bucket?timeout=0",
    "s3://bucket#part",
    "s3://[",
    "s3://bucket?endpoint=https://[",
)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_address_is_refused_and_no_secret_told(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_objects(text)
    assert caught.value.code == "blobs.address" and "secret@" not in str(caught.value.problem())


def test_an_address_in_all_its_parts() -> None:
    found = parse_objects("s3://bucket/a/b?endpoint=https://s3.example:9000/&region=eu-1&credentials=k.json")
    assert (found.bucket, found.prefix, found.endpoint) == ("bucket", "a/b", "https://s3.example:9000")
    assert (found.region, found.credentials, found.shown) == ("eu-1", "k.json", "s3.example:9000/bucket/a/b")
    assert parse_objects("s3://bucket?region=eu-2").endpoint == "https://s3.eu-2.amazonaws.com"


def test_the_file_with_the_key(tmp_path: Path) -> None:
    address, path = parse_objects("s3://bucket"), tmp_path / "s3.json"
    with pytest.raises(NotFoundError) as absent:
        read_access_key(tmp_path, address)
    assert absent.value.code == "blobs.credentials_absent"
    path.write_text(json.dumps({"access_key": "a", "secret_key": "hush-hush"}))
    path.chmod(0o644)
    with pytest.raises(MalformedError) as open_to_all:
        read_access_key(tmp_path, address)
    path.chmod(0o600)
    found = read_access_key(tmp_path, address)
    assert found.secret_key == "hush-hush" and "hush" not in repr(found)
    codes = {open_to_all.value.code}
    for bad in ('{"access_key": "a"}', "[]", '{"access_key": "a", "secret_key": ""}', "hush-hush"):
        path.write_text(bad)
        with pytest.raises(MalformedError) as caught:
            read_access_key(tmp_path, address)
        assert "hush" not in f"{caught.value.problem()} {caught.value.__cause__}"
        codes.add(caught.value.code)
    assert codes == {"blobs.credentials"}
