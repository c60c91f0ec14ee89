"""Calls over HTTPS: signed, and over TLS to the one certificate that the peer's signed entry names.

What a peer answers is untrusted: it is read within limits, and nothing of its text is repeated.
"""

import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import httpx2
import msgspec

from comity.exchange.calls import CallToMake, Destination
from comity.exchange.deliveries import MOST_STATUS
from comity.exchange.envelope import ANSWER_TYPE, CALL_TYPE, MOST_ANSWER, NONCE_SIZE, End
from comity.exchange.runs import Run
from comity.kernel.clock import Clock
from comity.kernel.entropy import Entropy
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    DeniedError,
    MalformedError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.ids import ActId
from comity.kernel.ijson import parse_ijson
from comity.transport.signatures import sign_request

CALLS: Final = "/exchange/v1/calls"
DELIVERIES: Final = "/exchange/v1/deliveries"
START_TYPE: Final = "application/vnd.comity.start.v1+json"
STATUS_TYPE: Final = "application/vnd.comity.status.v1+json"
PIECE_TYPE: Final = "application/octet-stream"
MOST_REPLY: Final = 64 * 1024
PORTION: Final = 16 * 1024
ANSWER_SECONDS: Final = 300.0
# Calls and pieces have two connections each, so that no piece holds up an act: a peer serves four at once.
# It lets an idle connection go after fifteen seconds; we let it go first.
_LIMITS = httpx2.Limits(max_connections=2, max_keepalive_connections=2, keepalive_expiry=10.0)
_TIMEOUT = httpx2.Timeout(connect=5.0, read=60.0, write=60.0, pool=300.0)
_ENDPOINT = re.compile(r"https://[^/?#@\s]+/?")
_CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+", re.ASCII)
_FAMILIES: dict[int, type[ComityError]] = {
    400: MalformedError,
    401: DeniedError,
    403: DeniedError,
    409: ConflictError,
    413: MalformedError,
    415: MalformedError,
    422: MalformedError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One request to make."""

    method: str
    path: str
    body: bytes = b""
    run: Run | None = None
    media_type: str = ""
    accept: str = "application/problem+json"
    nonce: bytes
    most: int = MOST_REPLY


def pinned_context(certificate: bytes) -> ssl.SSLContext:
    """Return a TLS context that trusts one certificate (DER), and no authority or name of any machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_verify_locations(cadata=certificate)
    except ssl.SSLError as exc:
        raise UntrustedError(
            "peer.certificate_form", "the entry names no certificate that can be read"
        ) from exc
    return context


class Pace(Protocol):
    """How fast pieces may go."""

    def is_paced(self) -> bool:
        """Tell whether pieces go in portions now."""
        ...

    def portion(self, peer: End, size: int) -> None:
        """Wait until so many bytes of a piece may go to a peer."""
        ...


class HttpsTransport:
    """The exchange's transports for calls and pieces; keeps connections open, and may serve several threads.

    Every method raises:
        UnavailableError: ``peer.no_endpoint``, ``peer.unreachable``, or the peer is busy or broken.
        UntrustedError: ``peer.certificate``: who answered does not hold the pinned certificate.
        DeniedError: the peer turned the call away.
        MalformedError: it calls ours malformed, or its answer is beyond its limits.
        ConflictError: the state of a delivery over there does not allow the step.
    """

    def __init__(
        self, *, clock: Clock, entropy: Entropy, timeout: httpx2.Timeout = _TIMEOUT, pace: Pace | None = None
    ) -> None:
        self._pace = pace
        self._clock = clock
        self._entropy = entropy
        self._timeout = timeout
        self._clients: dict[tuple[str, bytes, bool], httpx2.Client] = {}
        self._lock = threading.Lock()

    def call(self, call: CallToMake) -> bytes:
        """Return the answer to a call."""
        return self._carry(
            call.to,
            _Step(
                method="POST",
                path=CALLS,
                body=call.body,
                media_type=CALL_TYPE,
                accept=ANSWER_TYPE,
                nonce=call.nonce,
                most=MOST_ANSWER,
            ),
        )

    def status(self, to: Destination, act_id: ActId) -> bytes:
        """Return the status of a delivery over there."""
        step = _Step(
            method="GET",
            path=f"{DELIVERIES}/{act_id}",
            accept=STATUS_TYPE,
            nonce=self._nonce(),
            most=MOST_STATUS,
        )
        return self._carry(to, step)

    def put_start(self, to: Destination, act_id: ActId, body: bytes) -> None:
        """Hand over header and hashes of a delivery."""
        path = f"{DELIVERIES}/{act_id}/start"
        self._carry(to, _Step(method="PUT", path=path, body=body, media_type=START_TYPE, nonce=self._nonce()))

    def put_pieces(self, to: Destination, act_id: ActId, run: Run) -> None:
        """Hand over the pieces of a run."""
        path = f"{DELIVERIES}/{act_id}/pieces/{run.first}"
        self._carry(to, _Step(method="PUT", path=path, run=run, media_type=PIECE_TYPE, nonce=self._nonce()))

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _nonce(self) -> bytes:
        return self._entropy.bytes(NONCE_SIZE)

    def _carry(self, to: Destination, step: _Step) -> bytes:
        client = self._client(to, bulk=step.path != CALLS)
        headers = {"accept": step.accept, "accept-encoding": "identity", "user-agent": "comity"}
        if step.media_type:
            headers["content-type"] = step.media_type
        content: bytes | Iterator[bytes] | None = step.body or None
        if step.run is not None:
            headers["content-length"] = str(step.run.size)
            content = self._paced(step.run, to.peer)
        request = client.build_request(step.method, step.path, content=content, headers=headers)
        body = None if step.run is not None else step.body
        sign_request(request, signer=to.office.transport, body=body, nonce=step.nonce, at=self._clock.now())
        with _translated(to):
            response = client.send(request, stream=True)
            try:
                good = response.status_code in (200, 204)
                reply = _read(response, step.most if good else MOST_REPLY)
            finally:
                response.close()
        if good:
            return reply
        raise _refusal(response.status_code, reply, to)

    def _paced(self, run: Run, peer: End) -> Iterator[bytes]:
        pace = self._pace
        for piece in run.pieces():
            if pace is not None and pace.is_paced():
                yield from _portions(piece, peer, pace)
            else:
                yield piece

    def _client(self, to: Destination, *, bulk: bool) -> httpx2.Client:
        if to.endpoint is None or to.certificate is None:
            raise UnavailableError(
                "peer.no_endpoint",
                f"the entry of {to.peer.authority} names no endpoint",
                hint="carry the messages in a folder: comity courier export",
            )
        if not _ENDPOINT.fullmatch(to.endpoint):
            raise UnavailableError(
                "peer.endpoint", f"the endpoint of {to.peer.authority} is no https address of a host"
            )
        key = (to.endpoint, to.certificate, bulk)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = httpx2.Client(
                    base_url=to.endpoint,
                    verify=pinned_context(to.certificate),
                    timeout=self._timeout,
                    limits=_LIMITS,
                    trust_env=False,
                    follow_redirects=False,
                )
            return self._clients[key]


def _portions(body: bytes, peer: End, pace: Pace) -> Iterator[bytes]:
    for at in range(0, len(body), PORTION):
        portion = body[at : at + PORTION]
        pace.portion(peer, len(portion))
        yield portion


def _read(response: httpx2.Response, most: int) -> bytes:
    """Return the bytes of an answer; refuse more than ``most``, compressed ones, and a trickle."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise MalformedError("peer.answer_encoding", "the peer compressed its answer unasked")
    latest = time.monotonic() + ANSWER_SECONDS
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > most:
            raise MalformedError("peer.answer_size", f"the peer answered with more than {most} bytes")
        if time.monotonic() > latest:
            raise UnavailableError("peer.slow", "the peer's answer took longer than five minutes")
    return bytes(data)


@contextmanager
def _translated(to: Destination) -> Iterator[None]:
    try:
        yield
    except (httpx2.TransportError, httpx2.InvalidURL) as exc:
        if _is_certificate_fault(exc):
            raise UntrustedError(
                "peer.certificate",
                f"who answers for {to.peer.authority} does not hold the certificate of its entry",
                hint="fetch the newest card of the peer; if it is the same, somebody stands between you",
            ) from exc
        raise UnavailableError(
            "peer.unreachable",
            f"{to.peer.authority} did not answer: {type(exc).__name__}",
            hint="it is tried again by itself; look at the network, or use the courier",
        ) from exc


def _is_certificate_fault(exc: BaseException | None) -> bool:
    while exc is not None:
        if isinstance(exc, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(exc):
            return True
        exc = exc.__cause__ or exc.__context__
    return False


def _refusal(status: int, reply: bytes, to: Destination) -> ComityError:
    family = _FAMILIES.get(status, UnavailableError)
    code = _problem_code(reply)
    return family(
        "peer.refused",
        f"{to.peer.authority} answered with status {status}" + (f" ({code})" if code else ""),
        hint="look at the journal of the other side, compare clocks and the twelve words",
    )


class _Problem(msgspec.Struct, frozen=True):
    code: str = ""


def _problem_code(reply: bytes) -> str:
    """Return the code in a problem document, if it is one of ours in form; never a peer's sentences."""
    try:
        code = msgspec.convert(parse_ijson(reply, most_bytes=MOST_REPLY, most_depth=4), _Problem).code
    except (MalformedError, msgspec.ValidationError):
        return ""
    return code if len(code) <= 64 and _CODE.fullmatch(code) else ""
