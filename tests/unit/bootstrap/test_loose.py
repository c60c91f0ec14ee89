"""Loose bags on a real node's folder: cut off and gone on with, looked at with and without a key."""

import json
from pathlib import Path

import pytest

from comity.bootstrap.loose import inspect_file, resume_loose, seal_loose, unfinished_loose
from comity.bootstrap.nodes import init_node
from comity.engines.sealings import FolderSealing
from comity.evidence.inspection import Inspection
from comity.kernel.agefile import Identity, recipient_text
from comity.kernel.agekeys import HYBRID
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UntrustedError

OLD = Identity.generate(SeededEntropy("old"))
NEW = Identity.generate(SeededEntropy("new"), suite=HYBRID)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("loose") / "xaa"
    init_node(
        str(folder), party="XAA", name="A", practice=True, host="127.0.0.1", exchange_port=1, passphrase=None
    )
    return str(folder)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "disk.001").write_bytes(b"1" * 3_000_000)
    (folder / "disk.003").write_bytes(b"3")
    (folder / "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe").write_bytes(b"x" * 70_000)
    return folder


def _sealed(source: Path, node: str, identity: Identity) -> Path:
    out = source.parent / "p.age"
    seal_loose([str(source)], out=str(out), recipients=[recipient_text(identity.public)], node=node)
    return out


@pytest.mark.parametrize(("identity", "kind"), [(OLD, "X25519"), (NEW, "mlkem768x25519")])
def test_inspecting_shows_what_a_key_opens(identity: Identity, kind: str, node: str, source: Path) -> None:
    out = _sealed(source, node, identity)
    closed = inspect_file(str(out), identities=[])
    assert closed == inspect_file(str(out), identities=[(OLD if identity is NEW else NEW).text])
    assert (closed.size, closed.recipients, closed.stock_copy) == (out.stat().st_size, (kind,), False)
    assert closed.header_length + closed.payload_length == closed.size
    assert closed.suite == identity.suite
    assert closed.inside is None
    found = inspect_file(str(out), identities=[identity.text])
    assert isinstance(found, Inspection) and found.inside is not None
    assert [(item.name, item.size) for item in found.inside.exhibits] == [
        (b"disk.001", 3_000_000),
        (b"disk.003", 1),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe".encode(), 70_000),
    ]
    assert found.inside.label.case is None


def test_inspecting_tells_a_file_that_is_cut_off_and_refuses_one_that_was_altered(
    node: str, source: Path
) -> None:
    out = _sealed(source, node, OLD)
    data = bytearray(out.read_bytes())
    cut = inspect_file(str(out), identities=[]).header_length + 20
    out.write_bytes(data[:cut])
    short = inspect_file(str(out), identities=[OLD.text])
    assert (short.inside, short.size, short.plain_length) == (None, cut, None)
    data[-30] ^= 1
    out.write_bytes(data)
    with pytest.raises(UntrustedError) as caught:
        inspect_file(str(out), identities=[OLD.text])
    assert caught.value.code == "age.payload"
    with pytest.raises(MalformedError):
        inspect_file(str(out), identities=["AGE-SECRET-KEY-1X"])
    out.write_bytes(b"no age file")
    with pytest.raises(MalformedError) as refused:
        inspect_file(str(out), identities=[])
    assert refused.value.code == "age.header"
    with pytest.raises(NotFoundError):
        inspect_file(str(source / "nowhere"), identities=[])


def test_a_bag_whose_sealing_was_cut_goes_on_by_name(
    node: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, left = FolderSealing.write, [2]

    def write(self: FolderSealing, data: bytes | memoryview) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        really(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(FolderSealing, "write", write)
        with pytest.raises(KeyboardInterrupt):
            _sealed(source, node, NEW)
    (one,) = unfinished_loose(node=node)
    assert (one.sources, one.out) == ((str(source),), str(source.parent / "p.age"))
    plan = Path(node) / "sealing" / one.name / "plan.json"
    assert json.loads(plan.read_bytes())["out"] == one.out
    elsewhere = source.rename(source.with_name("unplugged"))
    with pytest.raises(NotFoundError) as absent:
        resume_loose(one.name, node=node)
    assert absent.value.code == "seal.absent" and one.name in absent.value.hint
    elsewhere.rename(source)
    sealed = resume_loose(one.name, node=node)
    assert sealed is not None and len(sealed.exhibits) == 3
    assert [exhibit.part for exhibit in sealed.exhibits] == [1, 3, 0]
    assert unfinished_loose(node=node) == ()
    assert inspect_file(one.out, identities=[NEW.text]).inside is not None
    with pytest.raises(NotFoundError):
        resume_loose(one.name, node=node)


def test_what_cannot_be_sealed_leaves_nothing_to_go_on_with(node: str, source: Path) -> None:
    keys = [recipient_text(OLD.public)]
    out = str(source.parent / "p.age")
    for given, code in ((["/nowhere"], "seal.absent"), ([str(source), "-", "-"], "seal.two_streams")):
        with pytest.raises((NotFoundError, MalformedError)) as caught:
            seal_loose(given, out=out, recipients=keys, node=node)
        assert caught.value.code == code
    with pytest.raises(MalformedError) as mixed:
        seal_loose([str(source)], out=out, recipients=[*keys, recipient_text(NEW.public)], node=node)
    assert mixed.value.code == "age.recipients_mixed"
    Path(out).write_bytes(b"")
    with pytest.raises(ConflictError):
        seal_loose([str(source)], out=out, recipients=keys, node=node)
    assert unfinished_loose(node=node) == ()
