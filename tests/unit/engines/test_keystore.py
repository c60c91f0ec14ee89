"""Keys are kept once, privately, and open only to their passphrase."""

from pathlib import Path

import pytest

from comity.engines.keystore import FolderKeyStore
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.kernel.signing import Ed25519Signer

ENTROPY = SeededEntropy("keystore")


@pytest.fixture
def keys(tmp_path: Path) -> FolderKeyStore:
    return FolderKeyStore(tmp_path / "keys", entropy=SeededEntropy(1))


def test_a_key_comes_back_as_it_went_in(keys: FolderKeyStore) -> None:
    made = Ed25519Signer.generate(ENTROPY)
    keys.put_signer("XAA/contact-point/act", made.private())
    assert keys.signer("XAA/contact-point/act").public == made.public
    assert not keys.is_locked("XAA/contact-point/act")


def test_a_wrapped_key_opens_only_to_its_passphrase(keys: FolderKeyStore, tmp_path: Path) -> None:
    made = Ed25519Signer.generate(ENTROPY)
    keys.put_signer("officer/XAA/a.diallo", made.private(), passphrase=b"long enough")
    stored = (tmp_path / "keys" / "officer" / "XAA" / "a.diallo.key").read_bytes()
    assert made.private() not in stored
    assert keys.is_locked("officer/XAA/a.diallo")
    assert keys.signer("officer/XAA/a.diallo", passphrase=b"long enough").public == made.public
    for wrong in (None, b"", b"long enough "):
        with pytest.raises(DeniedError, match="key"):
            keys.signer("officer/XAA/a.diallo", passphrase=wrong)


def test_a_key_is_never_replaced(keys: FolderKeyStore) -> None:
    keys.put_signer("root/1", Ed25519Signer.generate(ENTROPY).private())
    with pytest.raises(ConflictError):
        keys.put_signer("root/1", Ed25519Signer.generate(ENTROPY).private())


def test_swapped_files_are_found(keys: FolderKeyStore, tmp_path: Path) -> None:
    keys.put_signer("root/1", Ed25519Signer.generate(ENTROPY).private())
    (tmp_path / "keys" / "root" / "1.key").rename(tmp_path / "keys" / "root" / "2.key")
    with pytest.raises(MalformedError, match="holds the key root/1"):
        keys.signer("root/2")


@pytest.mark.parametrize("name", ["", "../x", "a//b", "/etc/passwd", "a/./b", "a b", "a\0b"])
def test_a_name_cannot_leave_the_folder(keys: FolderKeyStore, name: str) -> None:
    with pytest.raises(MalformedError):
        keys.put_signer(name, bytes(32))


def test_an_unknown_key_is_not_found(keys: FolderKeyStore) -> None:
    with pytest.raises(NotFoundError):
        keys.signer("nobody")


def test_files_are_for_their_owner_alone(keys: FolderKeyStore, tmp_path: Path) -> None:
    keys.put_signer("root/1", bytes(range(32)))
    keys.put_identity(AuthorityId("XAA/contact-point"), Identity.generate(ENTROPY))
    for path in (tmp_path / "keys").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_newest_identity_comes_first(keys: FolderKeyStore) -> None:
    desk = AuthorityId("XAA/contact-point")
    old, new = Identity.generate(ENTROPY), Identity.generate(ENTROPY)
    keys.put_identity(desk, old)
    keys.put_identity(desk, new)
    assert [found.public for found in keys.identities(desk)] == [new.public, old.public]
