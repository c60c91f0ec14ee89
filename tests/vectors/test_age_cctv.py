"""The age test kit of C2SP CCTV, judged by our reader: native vectors for their verdict and payload."""

import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.kernel import agefile
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, MalformedError, UntrustedError

_SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / "shared"))
_FOLDER = _SHARED / "data" / "age" / "cctv" / "testdata"
_NAMES = sorted(path.name for path in _FOLDER.glob("*")) if _FOLDER.is_dir() else []
_MOST = 1 << 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One file of the test kit."""

    keys: dict[str, str]
    identities: tuple[agefile.Identity, ...]
    passphrase: bool
    data: bytes


def _load(name: str) -> Vector:
    head, _, data = (_FOLDER / name).read_bytes().partition(b"\n\n")
    lines = [line.partition(": ") for line in head.decode().splitlines()]
    keys = {key: value for key, _, value in lines}
    texts = [value for key, _, value in lines if key == "identity"]
    if keys.get("compressed") == "zlib":
        data = zlib.decompress(data)
    return Vector(
        keys=keys,
        identities=tuple(agefile.parse_identity(text) for text in texts),
        passphrase="passphrase" in keys,
        data=data,
    )


def _stream(vector: Vector) -> tuple[bytes, ComityError | None]:
    """Open chunk by chunk, as the pump does, and return what was released and the error that ended it."""
    released = bytearray()
    try:
        found = agefile.parse_header(vector.data)
        file_key = agefile.unwrap(found, vector.identities)
        body = vector.data[found.size :]
        agefile.require_nonce(body)
        opener = agefile.Decryptor(file_key=file_key, nonce=body[:16])
        chunks = memoryview(body)[16:]
        room = memoryview(bytearray(agefile.CHUNK))
        for at in range(0, len(chunks), agefile.SEALED_CHUNK):
            size = opener.decrypt_into(chunks[at : at + agefile.SEALED_CHUNK], room)
            released += room[:size]
        opener.finish()
        return bytes(released), None
    except ComityError as exc:
        return bytes(released), exc


@pytest.mark.skipif(not _NAMES, reason="the shared age vectors are not here")
@pytest.mark.parametrize("name", _NAMES)
def test_vector_gets_its_verdict(name: str) -> None:
    vector = _load(name)
    if vector.keys.get("armored"):
        pytest.skip("armored text is no form of this protocol")
    if vector.passphrase:
        _check_foreign(vector)
        return
    released, error = _stream(vector)
    verdict = vector.keys["expect"]
    if "payload" in vector.keys:
        assert hashlib.sha256(released).hexdigest() == vector.keys["payload"]
    if verdict == "success":
        assert error is None
        assert agefile.open_sealed(vector.data, identities=vector.identities, most_bytes=_MOST) == released
        return
    assert error is not None
    assert (
        error.code
        == {
            "no match": "age.no_identity",
            "HMAC failure": "age.header_mac",
            "header failure": "age.header",
            "payload failure": "age.payload",
        }[verdict]
    )
    with pytest.raises((MalformedError, UntrustedError)):
        agefile.open_sealed(vector.data, identities=vector.identities, most_bytes=_MOST)


def _check_foreign(vector: Vector) -> None:
    """A passphrase file is never opened: its header is refused, or no identity of ours matches."""
    stranger = agefile.Identity.generate(SeededEntropy("stranger"))
    with pytest.raises((MalformedError, UntrustedError)) as caught:
        agefile.open_sealed(vector.data, identities=(*vector.identities, stranger), most_bytes=_MOST)
    if vector.keys["expect"] in {"success", "no match"}:
        assert caught.value.code == "age.no_identity"
    else:
        assert caught.value.code in {"age.no_identity", "age.header"}
