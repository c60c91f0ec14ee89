"""Who calls: the HTTP message signature of a request, judged from its headers alone.

The signature covers the digest of the body, so it is judged before the first byte of the body is read:
whoever is not pinned cannot make this node read, decrypt or parse anything.

Basis: RFC 9421; RFC 9530; PROTOCOL rule 20
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import HTTPSignatureAlgorithm
from http_message_signatures.exceptions import HTTPMessageSignaturesException, InvalidSignature

from comity.exchange.envelope import NONCE_SIZE, End
from comity.exchange.errors import not_for_you
from comity.kernel.clock import MINUTE, SECOND, Instant
from comity.kernel.digests import unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import KeyId
from comity.kernel.signing import is_signature

WINDOW = 5 * MINUTE
TAG: Final = "comity-call-v1"
COVERED: Final = ("@method", "@path", "content-type", "content-digest")
COVERED_EMPTY: Final = ("@method", "@path", "content-digest")
COVERED_PIECES: Final = ("@method", "@path", "content-type", "content-length")
MOST_HEADER = 2_048

_KEY_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):", re.ASCII)
_SIGNATURE_HEADERS = ("signature", "signature-input", "content-digest", "content-type")
_PARAMETERS = frozenset({"alg", "created", "keyid", "nonce", "tag"})
# Verified against for unknown key ids, so that they take as long as known ones: RFC 8032, test 1.
_NOBODY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What of a request is signed, beside its body.

    Attributes:
        path: As it came, without the query.
        headers: By lower-case name.
    """

    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def url(self) -> str:
        """An absolute URL of the same path; its host is not signed, as nodes may stand behind others."""
        return f"https://node.invalid{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request whose signature holds.

    Attributes:
        key: The transport key that signed.
        digest: SHA-256 that the body has to have; empty for pieces, which are judged by their leaves.
    """

    end: End
    key: KeyId
    nonce: bytes
    digest: bytes


class _Rule(HTTPSignatureAlgorithm):
    """Ed25519 by the one rule of the kernel."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self._public: bytes = public_key

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise InvalidSignature unless the signature holds."""
        if not is_signature(self._public, message, signature):
            raise InvalidSignature("the signature does not hold")


class _Keys(HTTPSignatureKeyResolver):
    """Looks up one key and remembers whose it is."""

    def __init__(self, caller_key: Callable[[KeyId], tuple[End, bytes] | None]) -> None:
        self._caller_key = caller_key
        self.end: End | None = None

    def resolve_public_key(self, key_id: str) -> Any:
        """Return the public key; for an unknown one a key that signed nothing."""
        found = self._caller_key(KeyId(key_id)) if _KEY_ID.fullmatch(key_id) else None
        if found is None:
            return _NOBODY
        self.end = found[0]
        return found[1]


class _Verifier(HTTPMessageVerifier):
    """The library's verifier on this node's clock."""

    def __init__(self, keys: _Keys, now: Instant) -> None:
        super().__init__(signature_algorithm=_Rule, key_resolver=keys)
        self._now = now

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Raise InvalidSignature unless the request was made within five minutes of our time."""
        if not set(sig_input.params) == _PARAMETERS:
            raise InvalidSignature("created, keyid, nonce, alg and tag are required, and nothing else")
        created = sig_input.params["created"]
        if type(created) is not int or abs(created * SECOND - self._now) > WINDOW:
            raise InvalidSignature("the request is not of these five minutes")


def require_signed(
    request: Request,
    *,
    caller_key: Callable[[KeyId], tuple[End, bytes] | None],
    now: Instant,
    pieces: bool = False,
) -> Signed:
    """Return who signed a request, and the digest its body has to have.

    1. There is one signature, with the tag of this protocol, of a bounded length.
    2. It names a transport key that the directory lists now for a pinned Party.
    3. It was made within five minutes of our time.
    4. It covers method, path, content digest and, where there is a body, the media type; for pieces method,
       path, media type and length, as the act signed the root over their leaves.
    5. It holds, by the kernel's rule for Ed25519.
    6. Its nonce has 16 bytes, and the digest is one SHA-256.

    Args:
        request: What came, its body unread.
        caller_key: Who signs with a key now, and the public key.
        now: Our time.
        pieces: Whether pieces follow.

    Raises:
        DeniedError: any step fails, always with the same words.
    """
    if any(len(request.headers.get(name, "")) > MOST_HEADER for name in _SIGNATURE_HEADERS):
        raise not_for_you()
    keys = _Keys(caller_key)
    required = COVERED_PIECES if pieces else COVERED_EMPTY if request.method == "GET" else COVERED
    try:
        results = _Verifier(keys, now).verify(request, expect_tag=TAG, require_components=required)
        if len(results) != 1 or keys.end is None:
            raise not_for_you()
        nonce = unb64(str(results[0].nonce), size=NONCE_SIZE)
        digest = b"" if pieces else _sha256_of(request.headers["content-digest"])
        key = KeyId(str(results[0].parameters["keyid"]))
    except (HTTPMessageSignaturesException, MalformedError) as exc:
        raise not_for_you() from exc
    return Signed(end=keys.end, key=key, nonce=nonce, digest=digest)


def _sha256_of(field: str) -> bytes:
    found = _DIGEST.fullmatch(field.strip(" \t"))
    if found is None:
        raise MalformedError("digest.form", "the content digest is one SHA-256")
    return unb64(found[1], size=32)
