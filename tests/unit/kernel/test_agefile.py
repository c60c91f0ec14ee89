"""The age format: in memory, streamed, re-wrapped, and against the stock tools."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from comity.kernel import agefile
from comity.kernel.ageheader import MOST_STANZAS
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, MalformedError, UntrustedError

SIZES = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001]
AGE = shutil.which("age")


def plain(size: int) -> bytes:
    return SeededEntropy(f"plain{size}").bytes(size)


@pytest.fixture
def entropy() -> SeededEntropy:
    return SeededEntropy(7)


@pytest.fixture
def identity(entropy: SeededEntropy) -> agefile.Identity:
    return agefile.Identity.generate(entropy)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens_for_each_recipient(size: int, entropy: SeededEntropy) -> None:
    people = [agefile.Identity.generate(entropy) for _ in range(3)]
    sealed = agefile.seal(plain(size), recipients=[p.public for p in people], entropy=entropy)
    found = agefile.parse_header(sealed)
    assert len(sealed) == found.size + agefile.payload_length(size)
    assert agefile.plain_length(len(sealed) - found.size) == size
    for person in people:
        assert agefile.open_sealed(sealed, identities=[person], most_bytes=size) == plain(size)


def test_the_same_seed_gives_the_same_bytes(identity: agefile.Identity) -> None:
    once, twice = (
        agefile.seal(b"x", recipients=[identity.public], entropy=SeededEntropy(1)) for _ in range(2)
    )
    assert once == twice
    assert once != agefile.seal(b"x", recipients=[identity.public], entropy=SeededEntropy(2))


def test_every_flipped_bit_is_refused(identity: agefile.Identity, entropy: SeededEntropy) -> None:
    sealed = agefile.seal(b"a short message", recipients=[identity.public], entropy=entropy)
    for bit in range(len(sealed) * 8):
        bad = bytearray(sealed)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises((MalformedError, UntrustedError)):
            agefile.open_sealed(bytes(bad), identities=[identity], most_bytes=100)


@pytest.mark.parametrize("size", [10, 65_536, 131_073])
def test_every_truncation_and_addition_is_refused(size: int, entropy: SeededEntropy) -> None:
    identity = agefile.Identity.generate(entropy)
    sealed = agefile.seal(plain(size), recipients=[identity.public], entropy=entropy)
    edge = agefile.parse_header(sealed).size
    cuts = {
        *range(edge + 40),
        len(sealed) - 1,
        len(sealed) - 16,
        len(sealed) - 17,
        edge + 16 + agefile.SEALED_CHUNK,
    }
    for cut in sorted(c for c in cuts if c < len(sealed)):
        with pytest.raises((MalformedError, UntrustedError)):
            agefile.open_sealed(sealed[:cut], identities=[identity], most_bytes=1 << 20)
    for extra in (b"\x00", bytes(16), bytes(65_552)):
        with pytest.raises(UntrustedError):
            agefile.open_sealed(sealed + extra, identities=[identity], most_bytes=1 << 20)


def test_a_stranger_cannot_read(identity: agefile.Identity, entropy: SeededEntropy) -> None:
    sealed = agefile.seal(b"x", recipients=[identity.public], entropy=entropy)
    with pytest.raises(UntrustedError, match="cannot be read") as caught:
        agefile.open_sealed(sealed, identities=[agefile.Identity.generate(entropy)], most_bytes=10)
    assert caught.value.code == "age.no_identity"


def test_too_much_is_refused_before_decryption(identity: agefile.Identity, entropy: SeededEntropy) -> None:
    sealed = agefile.seal(bytes(101), recipients=[identity.public], entropy=entropy)
    with pytest.raises(MalformedError, match="101 bytes") as caught:
        agefile.open_sealed(sealed, identities=[], most_bytes=100)
    assert caught.value.code == "age.size"


def test_rewrapping_changes_the_header_only(identity: agefile.Identity, entropy: SeededEntropy) -> None:
    store = agefile.Identity.generate(entropy)
    sealed = agefile.seal(plain(70_000), recipients=[identity.public], entropy=entropy)
    moved = agefile.rewrap(sealed, identities=[identity], recipients=[store.public], entropy=entropy)
    assert moved[agefile.parse_header(moved).size :] == sealed[agefile.parse_header(sealed).size :]
    assert agefile.open_sealed(moved, identities=[store], most_bytes=70_000) == plain(70_000)
    with pytest.raises(UntrustedError):
        agefile.open_sealed(moved, identities=[identity], most_bytes=70_000)


@pytest.mark.parametrize("public", [bytes(32), b"\x01" + bytes(31), bytes(31)])
def test_a_recipient_that_is_no_key_is_refused(public: bytes, entropy: SeededEntropy) -> None:
    with pytest.raises(MalformedError) as caught:
        agefile.seal(b"", recipients=[public], entropy=entropy)
    assert caught.value.code == "age.recipient"


@pytest.mark.parametrize("count", [0, MOST_STANZAS + 1])
def test_recipients_are_counted(count: int, identity: agefile.Identity, entropy: SeededEntropy) -> None:
    with pytest.raises(MalformedError) as caught:
        agefile.seal(b"", recipients=[identity.public] * count, entropy=entropy)
    assert caught.value.code == "age.recipients"


def test_keys_have_text_that_comes_back(identity: agefile.Identity) -> None:
    assert agefile.parse_recipient(agefile.recipient_text(identity.public)) == identity.public
    assert agefile.parse_identity(identity.text).private() == identity.private()
    assert identity.private().hex() not in repr(identity)


@pytest.mark.parametrize(
    "change", [str.swapcase, str.title, lambda t: t[:-1], lambda t: t + "q", lambda t: "x" + t]
)
def test_altered_key_text_is_refused(change: object, identity: agefile.Identity) -> None:
    assert callable(change)
    with pytest.raises(MalformedError):
        agefile.parse_recipient(change(agefile.recipient_text(identity.public)))
    with pytest.raises(MalformedError):
        agefile.parse_identity(change(identity.text))


def test_keys_are_not_mixed_up(identity: agefile.Identity) -> None:
    with pytest.raises(MalformedError):
        agefile.parse_recipient(identity.text)
    with pytest.raises(MalformedError):
        agefile.parse_identity(agefile.recipient_text(identity.public))


@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("size", SIZES)
def test_streams_agree_with_memory(size: int, batch: int, identity: agefile.Identity) -> None:
    file_key, nonce = plain(16), plain(17)[:16]
    writer, step = agefile.Encryptor(file_key=file_key, nonce=nonce), batch * agefile.CHUNK
    room = memoryview(bytearray(batch * agefile.SEALED_CHUNK))
    data, sealed = memoryview(plain(size)), bytearray()
    for at in range(0, max(1, size), step):
        written = writer.encrypt_into(data[at : at + step], room, last=at + step >= size)
        sealed += room[:written]
    whole = agefile.header(file_key, [identity.public], SeededEntropy(3)) + nonce + bytes(sealed)
    assert agefile.open_sealed(whole, identities=[identity], most_bytes=size) == plain(size)
    reader, opened = agefile.Decryptor(file_key=file_key, nonce=nonce), bytearray()
    step = batch * agefile.SEALED_CHUNK
    for at in range(0, len(sealed), step):
        opened += room[: reader.decrypt_into(memoryview(sealed)[at : at + step], room)]
    reader.finish()
    assert bytes(opened) == plain(size)


def test_the_encryptor_refuses_misuse() -> None:
    room = memoryview(bytearray(2 * agefile.SEALED_CHUNK))
    writer = agefile.Encryptor(file_key=bytes(16), nonce=bytes(16))
    with pytest.raises(ValueError, match="whole chunks"):
        writer.encrypt_into(memoryview(b"part"), room, last=False)
    writer.encrypt_into(memoryview(bytes(agefile.CHUNK)), room, last=False)
    with pytest.raises(ValueError, match="without a byte"):
        writer.encrypt_into(memoryview(b""), room, last=True)


def test_a_failed_chunk_leaves_nothing_behind() -> None:
    room = memoryview(bytearray(agefile.CHUNK))
    sealed = memoryview(bytearray(agefile.SEALED_CHUNK))
    writer = agefile.Encryptor(file_key=bytes(16), nonce=bytes(16))
    writer.encrypt_into(memoryview(b"s" * agefile.CHUNK), sealed, last=True)
    sealed[-1] ^= 1
    with pytest.raises(UntrustedError):
        agefile.Decryptor(file_key=bytes(16), nonce=bytes(16)).decrypt_into(sealed, room)
    assert not any(room)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "version"),
        (b"age-encryption.org/v2\n", "version"),
        (b"age-encryption.org/v1\n-> X25519 a\n", "end"),
        (b"age-encryption.org/v1\n-> X25519 a\n\n---\n", "MAC"),
        (b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n", "stanza"),
        (b"age-encryption.org/v1\n" + b"-> a\n\n" * 65 + b"--- " + b"A" * 43 + b"\n", "stanzas"),
        (b"age-encryption.org/v1\n-> a\n" + b"A" * 70_000 + b"\n--- " + b"A" * 43 + b"\n", "end"),
    ],
)
def test_headers_are_strict(text: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason) as caught:
        agefile.parse_header(text)
    assert caught.value.code == "age.header"


def test_random_bytes_never_leave_the_error_tree(identity: agefile.Identity, entropy: SeededEntropy) -> None:
    sealed = agefile.seal(plain(100), recipients=[identity.public], entropy=entropy)
    for seed in range(300):
        noise = SeededEntropy(f"noise{seed}").bytes(40)
        at = noise[0] * len(sealed) // 256
        bad = sealed[:at] + noise[1 : 1 + noise[1] % 30] + sealed[at + noise[2] % 30 :]
        if bad != sealed:
            with pytest.raises(ComityError):
                agefile.open_sealed(bad, identities=[identity], most_bytes=1000)


@pytest.mark.skipif(AGE is None, reason="the stock age tool is not installed")
@pytest.mark.parametrize("size", SIZES)
def test_stock_age_reads_ours_and_we_read_its(size: int, tmp_path: Path) -> None:
    assert AGE is not None
    identity = agefile.Identity(os.urandom(32))
    (tmp_path / "key").write_text(identity.text + "\n")
    ours = agefile.seal(
        plain(size), recipients=[bytes([9]) + bytes(31), identity.public], entropy=SeededEntropy(1)
    )
    opened = subprocess.run([AGE, "-d", "-i", tmp_path / "key"], input=ours, capture_output=True, check=True)
    assert opened.stdout == plain(size)
    made = subprocess.run(
        [AGE, "-r", agefile.recipient_text(identity.public)],
        input=plain(size),
        capture_output=True,
        check=True,
    )
    assert agefile.open_sealed(made.stdout, identities=[identity], most_bytes=size) == plain(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_other_library_reads_ours_and_we_read_its(size: int) -> None:
    pyrage = pytest.importorskip("pyrage", reason="pyrage is not installed")
    theirs = pyrage.x25519.Identity.generate()
    identity = agefile.parse_identity(str(theirs))
    assert agefile.recipient_text(identity.public) == str(theirs.to_public())
    sealed = agefile.seal(plain(size), recipients=[identity.public], entropy=SeededEntropy(5))
    assert pyrage.decrypt(sealed, [theirs]) == plain(size)
    made = pyrage.encrypt(plain(size), [theirs.to_public()])
    assert agefile.open_sealed(made, identities=[identity], most_bytes=size) == plain(size)
