"""Private keys under a guard: a passphrase in a file, SoftHSM, a key service in a process of its own."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bootstrap.guarding import Guarding
from comity.bootstrap.keys import node_keys
from comity.bootstrap.nodes import init_node
from comity.config import NodeConfig, write_config
from comity.engines.keystore import OFFICE_KEYS, FolderKeyStore
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.ids import AuthorityId
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer
from comity.node.keyviews import StoreKeyView

pytestmark = [pytest.mark.network, pytest.mark.slow]

DESK = AuthorityId("XAA/contact-point")
ENTROPY = SeededEntropy("guarding")
SECRETS = [Ed25519Signer.generate(ENTROPY) for _ in range(6)]
AGE, STORE = Identity.generate(ENTROPY), Identity.generate(ENTROPY)
SIGNERS = {
    **{f"{DESK}/{name}": SECRETS[n] for n, name in enumerate(OFFICE_KEYS)},
    "officer/XAA/a.diallo": SECRETS[4],
    "entry/1": SECRETS[5],
}
NUMBERS = itertools.count(1)
PIN, TOKEN = "4711-of-the-tests", "a-token-of-the-tests"


def keys_in(folder: Path) -> FolderKeyStore:
    return node_keys(folder, entropy=SeededEntropy(7))


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """The folder of a node with keys, one of them wrapped by an officer's passphrase."""
    folder = tmp_path / "node"
    folder.mkdir()
    write_config(folder, NodeConfig(party="XAA", realm=Realm.PRACTICE))
    keys = keys_in(folder)
    for name, signer in SIGNERS.items():
        keys.put_signer(name, signer.private())
    keys.put_signer("officer/XAA/locked", SECRETS[0].private(), passphrase=b"an officer's own")
    keys.put_identity(DESK, AGE)
    keys.put_store_identity(DESK, STORE)
    return folder


def in_the_clear(folder: Path) -> list[str]:
    """Return the secrets that can be read from the files of keys."""
    data = b"".join(path.read_bytes() for path in (folder / "keys").rglob("*") if path.is_file())
    forms = {name: base64.b64encode(signer.private()) for name, signer in SIGNERS.items()}
    forms |= {"age": AGE.text.encode(), "store": STORE.text.encode()}
    return sorted(name for name, form in forms.items() if form in data)


def require_all(folder: Path) -> None:
    """Every key does what it did before there was a guard."""
    keys = keys_in(folder)
    for name, signer in SIGNERS.items():
        assert keys.signer(name).public == signer.public
        assert keys.signer(name).sign(b"message") == signer.sign(b"message")
        assert not keys.is_locked(name)
    assert keys.is_locked("officer/XAA/locked")
    assert keys.signer("officer/XAA/locked", passphrase=b"an officer's own").public == SECRETS[0].public
    assert [one.public for one in keys.identities(DESK)] == [AGE.public]
    assert keys.store_identity(DESK).public == STORE.public


def refused(work: object, error: type[ComityError], code: str) -> ComityError:
    with pytest.raises(error) as caught:
        work()  # type: ignore[operator]
    assert caught.value.code == code
    told = f"{caught.value!r} {caught.value.problem()} {caught.value.__cause__!r}"
    assert not any(secret in told for secret in (PIN, TOKEN, "passphrase-of-the-tests"))
    return caught.value


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are stretched less than outside of tests."""
    monkeypatch.setattr("comity.engines.keyfiles._MEMORY_KIB", 64)


@pytest.fixture
def passphrase(tmp_path: Path) -> str:
    (tmp_path / "secret").write_text("passphrase-of-the-tests\n")
    return f"passphrase:{tmp_path / 'secret'}"


@pytest.fixture
def module(tmp_path: Path, softhsm: str) -> str:
    """The address of a key in SoftHSM that is yet to be made."""
    (tmp_path / "pin").write_text(PIN)
    name = f"node-{next(NUMBERS)}"
    return f"pkcs11:token=comity;object={name}?module-path={softhsm}&pin-source=file:{tmp_path / 'pin'}"


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token in SoftHSM; the path of its module. The library knows the tokens that it found at its start."""
    pytest.importorskip("pkcs11", reason="pip install 'comity[hsm]'")
    library = next((str(path) for path in Path("/usr/lib").glob("**/libsofthsm2.so")), "")
    if not shutil.which("softhsm2-util") or not library:
        pytest.skip("no SoftHSM here: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    made = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "comity",
        "--so-pin",
        "12345678",
        "--pin",
        PIN,
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "conf"))
        subprocess.run(made, check=True, capture_output=True)
        yield library


@pytest.fixture(scope="module")
def service_port() -> Iterator[str]:
    program = Path(__file__).parents[2] / "keyservice.py"
    started = subprocess.Popen(
        [sys.executable, str(program), TOKEN, "comity"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    yield started.stdout.readline().strip()
    started.communicate()


@pytest.fixture
def service(tmp_path: Path, service_port: str) -> str:
    (tmp_path / "token").write_text(TOKEN)
    return f"http://127.0.0.1:{service_port}/v1/transit/keys/comity?token-file={tmp_path / 'token'}"


@pytest.mark.parametrize("kind", ["passphrase", "module", "service"])
def test_keys_under_a_guard_and_free_again(node: Path, kind: str, request: pytest.FixtureRequest) -> None:
    address, guarding = request.getfixturevalue(kind), Guarding()
    assert in_the_clear(node) == sorted((*SIGNERS, "age", "store"))
    before = guarding.show(str(node))
    assert (before.guard, before.opens, before.locked, len(before.plain)) == ("", True, 1, 8)
    shown = guarding.guard(str(node), address=address, signing=False)
    assert (shown.guard, shown.opens, shown.plain, shown.guarded, shown.locked) == (address, True, (), 8, 1)
    assert shown.store_keys == (StoreKeyView(authority=DESK, suite=STORE.suite, older=0),)
    assert in_the_clear(node) == []
    require_all(node)
    assert guarding.guard(str(node), address=address, signing=False) == shown
    keys = keys_in(node)
    newer = Identity.generate(ENTROPY)
    keys.put_identity(DESK, newer)
    made = keys.make_signer("XAA/court/act", entropy=ENTROPY)
    assert newer.text.encode() not in (node / "keys" / DESK / "age" / "000002.txt").read_bytes()
    assert keys.signer("XAA/court/act").sign(b"m") == made.sign(b"m")
    assert keys.destroy_identity(DESK, newer.public)
    assert guarding.guard(str(node), address="none", signing=False).guard == ""
    assert in_the_clear(node) == sorted((*SIGNERS, "age", "store"))
    require_all(node)


def test_from_one_guard_to_another_only_the_node_key_is_wrapped_anew(
    node: Path, passphrase: str, module: str, service: str
) -> None:
    guarding = Guarding()
    guarding.guard(str(node), address=passphrase, signing=False)
    files = {path: path.read_bytes() for path in (node / "keys").rglob("*.key")}
    for address in (service, module, passphrase):
        guarding.guard(str(node), address=address, signing=False)
        assert {path: path.read_bytes() for path in files} == files
        require_all(node)


def test_office_keys_sign_in_the_module_and_never_come_out(node: Path, module: str, passphrase: str) -> None:
    guarding = Guarding()
    guarding.guard(str(node), address=module, signing=False)
    shown = guarding.guard(str(node), address=module, signing=True)
    assert sorted(shown.in_token) == sorted(f"{DESK}/{name}" for name in OFFICE_KEYS)
    assert guarding.guard(str(node), address=module, signing=True) == shown
    require_all(node)
    made = keys_in(node).make_signer("XAA/court/act", entropy=ENTROPY)
    assert made.sign(b"m") == keys_in(node).signer("XAA/court/act").sign(b"m") and len(made.public) == 32
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(made.public).verify(made.sign(b"m"), b"m")
    for address in ("none", passphrase):
        refused(
            lambda a=address: guarding.guard(str(node), address=a, signing=False),
            ConflictError,
            "key.in_token",
        )
    file = node / "keys" / DESK / "act.key"
    file.write_bytes(file.read_bytes().replace(b'"token":"', b'"token":"00'))
    refused(lambda: keys_in(node).signer(f"{DESK}/act").sign(b"m"), NotFoundError, "key.guard_key_absent")


def test_a_guard_that_refuses_is_asked_once(node: Path, passphrase: str, tmp_path: Path) -> None:
    Guarding().guard(str(node), address=passphrase, signing=False)
    secret = tmp_path / "secret"
    right = secret.read_text()
    secret.write_text("wrong, and long enough")
    keys = keys_in(node)
    first = refused(lambda: keys.signer("entry/1"), DeniedError, "key.guard_refused")
    secret.write_text(right)
    assert refused(lambda: keys.signer("entry/1"), DeniedError, "key.guard_refused") is first
    assert not Guarding().show(str(node)).fault and keys_in(node).signer("entry/1")


def test_a_wrong_pin_is_told_before_a_node_serves(module: str, tmp_path: Path) -> None:
    node = tmp_path / "whole"
    init_node(
        str(node), party="XAA", name="A", practice=True, host="127.0.0.1", exchange_port=None, passphrase=None
    )
    Guarding().guard(str(node), address=module, signing=True)
    (tmp_path / "pin").write_text("0000")
    line = [sys.executable, "-m", "comity", "--json", "worker", str(node)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    done = subprocess.run(line, capture_output=True, env=environment, check=False)
    assert done.returncode == 4 and json.loads(done.stderr)["code"] == "key.guard_refused"


def test_what_is_wrong_with_a_module_is_told(node: Path, module: str, tmp_path: Path) -> None:
    guarding = Guarding()

    def tried(address: str) -> object:
        return lambda: guarding.guard(str(node), address=address, signing=False)

    refused(tried(module.replace("token=comity", "token=none")), UnavailableError, "key.guard_silent")
    refused(tried(module.replace("libsofthsm2", "nothing")), UnavailableError, "key.guard_silent")
    refused(tried(module.replace("/pin", "/no-pin")), NotFoundError, "key.guard_secret")
    for bad in (
        "pkcs11:",
        "pkcs11:token=a",
        module + f"&pin-value={PIN}",
        module.replace("object", "id"),
        "x:y",
    ):
        refused(tried(bad), MalformedError, "key.guard_address")
    assert guarding.show(str(node)).guard == "", "nothing was changed"
    require_all(node)
    guarding.guard(str(node), address=module, signing=False)
    file = node / "keys" / "guard.json"
    held = file.read_bytes()
    file.write_bytes(held.replace(b"object=node", b"object=none"))
    refused(lambda: keys_in(node).signer("entry/1"), NotFoundError, "key.guard_key_absent")
    file.write_bytes(held.replace(b'"wrapped":"', b'"wrapped":"AAAA'))
    refused(lambda: keys_in(node).signer("entry/1"), UntrustedError, "key.guard_broken")


def test_what_is_wrong_with_a_service_is_told(node: Path, service: str, tmp_path: Path) -> None:
    guarding = Guarding()

    def tried(address: str) -> object:
        return lambda: guarding.guard(str(node), address=address, signing=False)

    refused(tried(service.replace("keys/comity", "keys/other")), NotFoundError, "key.guard_key_absent")
    refused(tried("http://127.0.0.1:9/v1/transit/keys/k"), UnavailableError, "key.guard_silent")
    refused(tried(service.replace("/v1/transit", "/v1/nowhere")), NotFoundError, "key.guard_key_absent")
    for bad in (
        "http://keys.example/v1/transit/keys/k",
        "https://u:p@keys.example/v1/transit/keys/k",
        "https://keys.example/v1/transit",
        "https://keys.example/v1/transit/keys/k?token=s",
        "https://keys.example:port/v1/transit/keys/k",
    ):
        refused(tried(bad), MalformedError, "key.guard_address")
    refused(
        lambda: guarding.guard(str(node), address=service, signing=True), ConflictError, "key.guard_signs_not"
    )
    (tmp_path / "token").write_text("another")
    refused(tried(service), DeniedError, "key.guard_refused")
    (tmp_path / "token").unlink()
    refused(tried(service), NotFoundError, "key.guard_secret")
    (tmp_path / "token").write_text(TOKEN)
    tried(service)()  # type: ignore[operator]
    file = node / "keys" / "guard.json"
    other = base64.b64encode(b"vault:v1:" + base64.b64encode(bytes(60))).decode()
    file.write_text(json.dumps({**json.loads(file.read_text()), "wrapped": other}))
    refused(lambda: keys_in(node).signer("entry/1"), UntrustedError, "key.guard_broken")


def test_weak_passphrases_swapped_files_and_a_lost_guard(node: Path, passphrase: str, tmp_path: Path) -> None:
    guarding = Guarding()
    (tmp_path / "secret").write_text("short\n")
    refused(
        lambda: guarding.guard(str(node), address=passphrase, signing=False), MalformedError, "key.guard_weak"
    )
    (tmp_path / "secret").write_text("passphrase-of-the-tests")
    guarding.guard(str(node), address=passphrase, signing=False)
    store, age = node / "keys" / DESK / "store.txt", node / "keys" / DESK / "age" / "000001.txt"
    held = store.read_bytes()
    store.write_bytes(age.read_bytes())
    refused(lambda: keys_in(node).store_identity(DESK), MalformedError, "key.name")
    store.write_bytes(age.read_bytes().replace(b"/age/000001", b"/store"))
    refused(lambda: keys_in(node).store_identity(DESK), UntrustedError, "key.guard_broken")
    store.write_bytes(held)
    guard = node / "keys" / "guard.json"
    before = guard.read_bytes()
    guard.write_bytes(b"{}")
    refused(lambda: keys_in(node).signer("entry/1"), MalformedError, "key.guard_form")
    guard.unlink()
    refused(lambda: keys_in(node).signer("entry/1"), NotFoundError, "key.guard_absent")
    assert guarding.show(str(node)).guarded == 8
    guard.write_bytes(before)
    require_all(node)
