"""The client of The Update Framework against a real repository, and against those who tamper with it."""

from __future__ import annotations

import json
import shutil
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from comity.engines.registry import FolderRegister
from comity.exchange.cards import build_card
from comity.exchange.registers import Index
from comity.kernel.clock import DAY, SECOND, FixedClock
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, ConflictError, DeniedError, NotFoundError, UntrustedError
from comity.kernel.realms import Realm
from comity.transport.certificate import TlsIdentity, make_certificate
from comity.transport.registry import opened_register, pin_register
from tests.simulator.parties import make_party

NOW = int(time.time()) * SECOND  # the client knows no other clock than the machine's


def card(code: str, seed: int = 1, **changes: object) -> bytes:
    party = make_party(code, seed)
    entries = [party.signed_entry().json]
    if changes:
        entries.append(party.signed_entry(**changes).json)
    return build_card([party.root.json], entries)


class Kept:
    """A register in a folder, and a reader that pinned its root."""

    def __init__(self, root: Path, name: str = "register", *, at: int = NOW) -> None:
        self.clock = FixedClock(at)
        self.register = FolderRegister(folder=root / name, clock=self.clock, entropy=SeededEntropy(name))
        self.first = self.register.found(realm=Realm.PRACTICE, passphrase=None)
        self.state = root / f"reader of {name}"
        pin_register(self.state, self.first)

    @property
    def files(self) -> Path:
        return self.register.repository

    def metadata(self, name: str) -> Path:
        return self.files / "metadata" / name

    def read(self, source: str = "", certificate: bytes | None = None) -> Index:
        with opened_register(
            source or str(self.files), state=self.state, certificate=certificate
        ) as register:
            index = register.index
            for listing in index.listings:
                assert register.card(listing).startswith(b"{")
            return index

    def refused(self, source: str = "", certificate: bytes | None = None) -> str:
        with pytest.raises(ComityError) as refused:
            self.read(source, certificate)
        return refused.value.code


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_what_is_listed_is_read_with_its_time(kept: Kept):
    assert kept.read() == Index(realm=Realm.PRACTICE)
    kept.register.add(card("XAB"))
    kept.clock.advance(5 * SECOND)
    made = kept.register.add(card("XAA"))
    assert kept.read() == made
    assert [(one.party, one.version, one.listed_at) for one in made.listings] == [
        ("XAA", 1, NOW + 5 * SECOND),
        ("XAB", 1, NOW),
    ]
    assert made.listings[0].root == make_party("XAA").fingerprint


def test_a_newer_entry_takes_the_place_of_the_older_and_not_the_other_way(kept: Kept):
    party = make_party("XAA")
    newer = card("XAA", version=2, issued_at=party.entry.issued_at)
    kept.register.add(newer)
    assert kept.read().listings[0].version == 2
    with pytest.raises(ConflictError) as refused:
        kept.register.add(card("XAA"))
    assert refused.value.code == "register.older"


def test_a_register_never_replaces_a_root_and_keeps_to_its_realm(kept: Kept):
    kept.register.add(card("XAA"))
    with pytest.raises(ConflictError) as refused:
        kept.register.add(card("XAA", 2))
    assert refused.value.code == "register.other_root"
    assert kept.read().listings[0].root == make_party("XAA").fingerprint


@pytest.mark.slow
def test_a_live_register_keeps_its_root_under_a_passphrase_and_lists_no_practice(tmp_path: Path):
    register = FolderRegister(folder=tmp_path / "live", clock=FixedClock(NOW), entropy=SeededEntropy("live"))
    with pytest.raises(DeniedError):
        register.found(realm=Realm.LIVE, passphrase=None)
    register.found(realm=Realm.LIVE, passphrase=b"open")
    root = json.loads((register.repository / "metadata/1.root.json").read_bytes())
    assert root["signed"]["roles"]["root"]["threshold"] == 2
    assert len(root["signatures"]) == 3
    with pytest.raises(DeniedError) as refused:
        register.add(card("XAA"), passphrase=b"open")
    assert refused.value.code == "register.realm"
    register.refresh()
    with pytest.raises(ConflictError):
        register.found(realm=Realm.LIVE, passphrase=b"open")


def test_rollback_an_older_state_is_shown_again(kept: Kept, tmp_path: Path):
    kept.register.add(card("XAA"))
    shutil.copytree(kept.files, tmp_path / "older")
    kept.register.add(card("XAB"))
    assert len(kept.read().listings) == 2
    assert kept.refused(str(tmp_path / "older")) == "register.rollback"


def test_freeze_a_state_that_was_valid_once(tmp_path: Path):
    frozen = Kept(tmp_path, at=NOW - 3 * DAY)
    frozen.register.add(card("XAA"))
    assert frozen.refused() == "register.frozen"
    frozen.clock.advance(3 * DAY)
    frozen.register.refresh()
    assert len(frozen.read().listings) == 1


def test_mixing_lists_and_files_of_two_states(kept: Kept):
    kept.register.add(card("XAA"))
    older = kept.metadata("2.targets.json").read_bytes()
    kept.register.add(card("XAB"))
    newer = kept.metadata("3.targets.json")
    right = newer.read_bytes()
    newer.write_bytes(older)
    assert kept.refused() == "register.rollback"
    newer.write_bytes(right)
    (file,) = (kept.files / "targets/XAB").iterdir()
    true = file.read_bytes()
    (other,) = (kept.files / "targets/XAA").iterdir()
    file.write_bytes(other.read_bytes())
    assert kept.refused() == "register.mixed"
    file.write_bytes(true)
    assert len(kept.read().listings) == 2


def test_mixing_the_snapshot_of_another_state(kept: Kept):
    kept.register.add(card("XAA"))
    older = kept.metadata("2.snapshot.json").read_bytes()
    kept.register.add(card("XAB"))
    kept.metadata("3.snapshot.json").write_bytes(older)
    assert kept.refused() == "register.rollback"


def test_wrong_root(kept: Kept, tmp_path: Path):
    other = Kept(tmp_path, "impostor")
    other.register.add(card("XAA", 2))
    assert kept.refused(str(other.files)) == "register.signature"
    forged = json.loads(other.first)
    forged["signed"]["version"] = 2
    kept.metadata("2.root.json").write_text(json.dumps(forged))
    assert kept.refused() == "register.signature"
    with pytest.raises(UntrustedError) as refused:
        pin_register(kept.state, other.first)
    assert refused.value.code == "register.pinned"
    pin_register(kept.state, kept.first)


def test_without_a_pinned_root_nothing_is_read(kept: Kept, tmp_path: Path):
    with (
        pytest.raises(NotFoundError) as refused,
        opened_register(str(kept.files), state=tmp_path / "new", certificate=None),
    ):
        pass
    assert refused.value.code == "register.unpinned"


def test_a_root_of_a_new_term_is_followed(kept: Kept):
    kept.register.add(card("XAA"))
    kept.read()
    kept.register.renew()
    kept.register.refresh()
    assert len(kept.read().listings) == 1
    seen = json.loads((kept.state / "metadata/root.json").read_bytes())
    assert seen["signed"]["version"] == 2


@pytest.mark.parametrize("name", ["timestamp.json", "2.root.json"])
def test_endless_data_in_a_folder(kept: Kept, name: str):
    kept.metadata(name).write_bytes(b" " * 1_000_000)
    assert kept.refused() == "register.endless"


def test_names_outside_the_folder_are_not_read(kept: Kept, tmp_path: Path):
    assert kept.refused(str(tmp_path / "nothing")) == "register.unreachable"
    assert kept.refused("ftp://register.example.org") == "register.source"


class Endless(SimpleHTTPRequestHandler):
    """Answers with a file that never ends, until whoever reads has enough."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


class Files(SimpleHTTPRequestHandler):
    """Answers with the files of a folder."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(tls: TlsIdentity, folder: Path, handler: object) -> Iterator[str]:
    pem, key = folder / "tls.pem", folder / "tls.key"
    pem.write_bytes(tls.certificate_pem)
    key.write_bytes(tls.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:  # type: ignore[arg-type]
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.network
def test_over_https_to_the_pinned_certificate_alone(kept: Kept, tmp_path: Path):
    kept.register.add(card("XAA"))
    tls, other = (make_certificate("127.0.0.1", now=kept.clock.now()) for _ in range(2))
    with served(tls, tmp_path, partial(Files, directory=str(kept.files))) as address:
        assert len(kept.read(address, tls.certificate_der).listings) == 1
        assert kept.refused(address, other.certificate_der) == "register.unreachable"
        assert kept.refused(address + "/nowhere", tls.certificate_der) == "register.unreachable"


@pytest.mark.network
def test_endless_data_over_https(kept: Kept, tmp_path: Path):
    tls = make_certificate("127.0.0.1", now=kept.clock.now())
    with served(tls, tmp_path, Endless) as address:
        assert kept.refused(address, tls.certificate_der) == "register.endless"
