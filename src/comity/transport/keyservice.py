"""A key service over HTTPS as the guard of the node key: the transit interface of OpenBao and Vault.

    POST <base>/encrypt/<key>   {"plaintext": B64, "associated_data": B64}    data.ciphertext
    POST <base>/decrypt/<key>   {"ciphertext": TEXT, "associated_data": B64}  data.plaintext

``<base>`` is what stands before ``/keys/<key>`` in the address, such as
``https://keys.example.org:8200/v1/transit``. The token goes in the header ``X-Vault-Token`` and is read from
a file for each call; without one the header is left out, for an agent on this machine that signs in by
itself. The service's key never leaves it; of the node's keys it sees the node key alone, when it wraps it.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2

from comity.kernel.digests import b64, unb64
from comity.kernel.errors import (
    ComityError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.ijson import parse_ijson

_BOUND = b"comity node key v1"
_TIMEOUT = 20.0
_MOST = 65_536
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_KNOWN = {"token-file", "certificates"}
_HINT = "write it as https://HOST/v1/transit/keys/NAME?token-file=FILE&certificates=PEM"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAddress:
    """A key in a key service; it holds no secret.

    Attributes:
        base: URL up to the mount of the engine.
        key: Name of the key.
        token_file: File with the token; empty where none is sent.
        certificates: PEM file of who vouches for the service; empty for the system's.
    """

    base: str
    key: str
    token_file: str
    certificates: str


def parse_service(address: str) -> ServiceAddress:
    """Return the parts of an address.

    Raises:
        MalformedError: ``key.guard_address``: no such address, one with a secret in it, or plain HTTP to
            another machine.
    """
    try:
        parts = urlsplit(address)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        host, _ = parts.hostname or "", parts.port
    except ValueError as exc:
        raise _refused("the address of the key service does not read") from exc
    told = dict(given)
    if "@" in parts.netloc or parts.fragment or set(told) - _KNOWN or len(told) < len(given) or not host:
        raise _refused("this is no address of a key service")
    mount, _, key = parts.path.rpartition("/keys/")
    if parts.scheme not in ("http", "https") or not mount or not key or "/" in key:
        raise _refused("the path of the key service does not name a key")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise _refused("plain HTTP goes to this machine only")
    return ServiceAddress(
        base=f"{parts.scheme}://{parts.netloc}{mount}",
        key=key,
        token_file=told.get("token-file", ""),
        certificates=told.get("certificates", ""),
    )


class ServiceGuard:
    """The guard over one key of a key service.

    Args:
        address: Where.
        folder: Of the node; relative paths are below it.
    """

    def __init__(self, address: ServiceAddress, *, folder: Path) -> None:
        self._address, self._folder = address, folder

    def wrap(self, secret: bytes) -> bytes:
        """Return the secret as the service wraps it: its text."""
        return self._call("encrypt", {"plaintext": b64(secret)}, "ciphertext").encode("ascii")

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return what was wrapped; raise UntrustedError ``key.guard_broken`` for what is of another key."""
        answer = self._call("decrypt", {"ciphertext": wrapped.decode("ascii", "replace")}, "plaintext")
        return unb64(answer, where=self._address.base)

    def _call(self, step: str, body: dict[str, str], member: str) -> str:
        url = f"{self._address.base}/{step}/{self._address.key}"
        asked = {**body, "associated_data": b64(_BOUND)}
        try:
            with httpx2.Client(
                timeout=_TIMEOUT, follow_redirects=False, trust_env=False, verify=self._trusted()
            ) as client:
                answer = client.post(url, json=asked, headers=self._headers())
        except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
            raise self._silent(type(exc).__name__) from None
        if answer.status_code != httpx2.codes.OK:
            raise self._refusal(answer.status_code, step)
        return self._read(answer.content, member)

    def _read(self, data: bytes, member: str) -> str:
        try:
            value: Any = parse_ijson(data, most_bytes=_MOST)
            found = value["data"][member]
        except (ComityError, KeyError, TypeError):
            found = None
        if not isinstance(found, str) or not found.isascii():
            raise self._silent("an answer that is none")
        return found

    def _refusal(self, status: int, step: str) -> ComityError:
        where = f"{self._address.base}/keys/{self._address.key}"
        if status in (401, 403):
            return DeniedError(
                "key.guard_refused",
                "the key service refuses us",
                hint="look at the token file, and at the policy: it needs encrypt and decrypt of this key",
                where=where,
            )
        if status == 404:
            return NotFoundError(
                "key.guard_key_absent",
                "the key service has no such key",
                hint="make it there first",
                where=where,
            )
        if status == 400 and step == "decrypt":
            return UntrustedError(
                "key.guard_broken",
                "the key service does not open what it should have wrapped",
                hint="the key there may have been replaced or trimmed; ask whoever runs it",
                where=where,
            )
        return self._silent(f"status {status}")

    def _headers(self) -> dict[str, str]:
        if not self._address.token_file:
            return {}
        path = self._folder / self._address.token_file
        try:
            return {"X-Vault-Token": path.read_text("ascii").partition("\n")[0].strip()}
        except (OSError, UnicodeDecodeError) as exc:
            raise NotFoundError(
                "key.guard_secret",
                "the file with the token of the key service cannot be read",
                hint="write the token on its first line, readable for the node's user only",
                where=str(path),
            ) from exc

    def _trusted(self) -> ssl.SSLContext:
        path = self._address.certificates
        try:
            return ssl.create_default_context(cafile=str(self._folder / path) if path else None)
        except (OSError, ssl.SSLError) as exc:
            raise MalformedError(
                "key.guard_address",
                "the certificates of the key service cannot be read",
                hint="name a PEM file of who vouches for it",
                where=path,
            ) from exc

    def _silent(self, why: str) -> UnavailableError:
        return UnavailableError(
            "key.guard_silent",
            f"the key service cannot be used: {why}",
            hint="look at the line, and whether the service is unsealed",
            where=self._address.base,
        )


def _refused(why: str) -> MalformedError:
    return MalformedError("key.guard_address", why, hint=_HINT)
