"""Signatures on our calls: method, path, media type, content digest, time and nonce, by the transport key.

Basis: RFC 9421; RFC 9530; PROTOCOL rule 20
"""

from typing import Any, Final

import httpx2
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import HTTPSignatureAlgorithm
from http_message_signatures.httpx2 import adapt_message

from comity.kernel.clock import Instant, to_datetime
from comity.kernel.digests import b64
from comity.kernel.signing import Signer, key_id

LABEL: Final = "comity"
TAG: Final = "comity-call-v1"
COVERED: Final = ("@method", "@path", "content-type", "content-digest")
COVERED_EMPTY: Final = ("@method", "@path", "content-digest")
COVERED_PIECES: Final = ("@method", "@path", "content-type", "content-length")


class _SignerAlgorithm(HTTPSignatureAlgorithm):
    """Ed25519 through the kernel's signer port, so that the key may live in a device."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self._signer: Signer = private_key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the signature base."""
        return self._signer.sign(message)


class _OneSigner(HTTPSignatureKeyResolver):
    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def resolve_private_key(self, key_id: str) -> Any:
        """Return the one signer there is."""
        return self._signer


def sign_request(
    request: httpx2.Request, *, signer: Signer, body: bytes | None, nonce: bytes, at: Instant
) -> None:
    """Sign a request in place.

    Args:
        request: The request; ``Content-Digest``, ``Signature-Input`` and ``Signature`` are added.
        signer: Our transport key.
        body: Its content; empty for GET, whose digest is that of no bytes; None for pieces, which are judged
            by their leaves, so that their length is signed and no digest.
        nonce: 16 bytes, never used twice.
        at: Now; the receiver takes it for five minutes.
    """
    covered = COVERED if body else COVERED_PIECES if body is None else COVERED_EMPTY
    HTTPMessageSigner(signature_algorithm=_SignerAlgorithm, key_resolver=_OneSigner(signer)).sign(
        adapt_message(request),
        key_id=key_id(signer.public),
        created=to_datetime(at),
        nonce=b64(nonce),
        tag=TAG,
        label=LABEL,
        covered_component_ids=covered,
        body=body,
    )
