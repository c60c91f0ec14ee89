"""The exchange's door: signed calls in, answers out; and the pieces of deliveries."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from litestar import Request as HttpRequest
from litestar import Response, get, post, put
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from comity.api.bodies import announced_size, read_body, read_pieces
from comity.api.errors import busy
from comity.api.nonces import SeenNonces
from comity.api.signatures import WINDOW, Request, Signed, require_signed
from comity.exchange.calls import Caller
from comity.exchange.deliveries import MOST_START
from comity.exchange.envelope import ANSWER_TYPE, CALL_TYPE, MOST_CALL, End
from comity.exchange.errors import not_for_you
from comity.exchange.runs import MOST_RUN, PIECE
from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, KeyId

CALLS: Final = "/exchange/v1/calls"
DELIVERIES: Final = "/exchange/v1/deliveries"
HEALTH: Final = "/health"
START_TYPE: Final = "application/vnd.comity.start.v1+json"
STATUS_TYPE: Final = "application/vnd.comity.status.v1+json"
PIECE_TYPE: Final = "application/octet-stream"
MOST_OPEN: Final = 4
MOST_OPEN_OF_ALL: Final = 16

_T = TypeVar("_T")
_Http = HttpRequest[Any, Any, Any]


class PieceTaker(Protocol):
    """Takes pieces one after another."""

    def take(self, data: bytes) -> None:
        """Take the next piece."""
        ...

    def end(self) -> None:
        """Keep what was taken, durably; called once, whether or not all came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeToolbox:
    """What the door calls; all run in threads, and raise errors of the six families.

    Attributes:
        caller_key: Who signs with a transport key now, and the public key; None for whoever is not pinned.
        receive: Answers a call whose signature holds.
        delivery_status: How far a delivery of the caller is, as bytes.
        take_start: Takes header and hashes of a delivery.
        take_pieces: Returns what takes so many bytes of pieces, from a number on.
        now: This node's time.
        report: Takes one line about a fault of ours; never anything of a request.
    """

    caller_key: Callable[[KeyId], tuple[End, bytes] | None]
    receive: Callable[[Caller, bytes], bytes]
    delivery_status: Callable[[End, ActId], bytes]
    take_start: Callable[[End, ActId, bytes], None]
    take_pieces: Callable[[End, ActId, int, int], PieceTaker]
    now: Callable[[], Instant]
    report: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Judges a request in this order: signature, pace and size of the body, digest; then it is handed on.

    Attributes:
        open: How many requests of each transport key are under way.
        nonces: Those of deliveries; the nonces of calls are kept by the exchange itself, durably.
    """

    toolbox: ExchangeToolbox
    open: Counter[KeyId] = field(default_factory=Counter)
    nonces: SeenNonces = field(default_factory=SeenNonces)

    async def call(self, http: _Http) -> bytes:
        """Return the answer to a call."""

        def answer(signed: Signed, body: bytes) -> bytes:
            return self.toolbox.receive(Caller(end=signed.end, nonce=signed.nonce), body)

        return await self._serve(http, answer, most=MOST_CALL, media_type=CALL_TYPE)

    async def status(self, http: _Http, act: str) -> bytes:
        """Return how far a delivery is."""

        def answer(signed: Signed, _body: bytes) -> bytes:
            self._require_new(signed)
            return self.toolbox.delivery_status(signed.end, _act_id(act))

        return await self._serve(http, answer, most=0, media_type="")

    async def start(self, http: _Http, act: str) -> None:
        """Take header and hashes of a delivery."""

        def take(signed: Signed, body: bytes) -> None:
            self._require_new(signed)
            self.toolbox.take_start(signed.end, _act_id(act), body)

        await self._serve(http, take, most=MOST_START, media_type=START_TYPE)

    async def pieces(self, http: _Http, act: str, first: int) -> None:
        """Take the pieces of a run, each as soon as it is whole; those that came before a fault stay."""
        request = _request(http)
        signed = await sync_to_thread(
            require_signed,
            request,
            caller_key=self.toolbox.caller_key,
            now=self.toolbox.now(),
            pieces=True,
        )
        with self._place(signed.key):
            _require_type(request, PIECE_TYPE)
            size = announced_size(request.headers["content-length"], most=MOST_RUN)

            def begin() -> PieceTaker:
                self._require_new(signed)
                return self.toolbox.take_pieces(signed.end, _act_id(act), first, size)

            taker = await sync_to_thread(begin)
            try:
                async for piece in read_pieces(_chunks(http), size=size, portion=PIECE):
                    await sync_to_thread(taker.take, piece)
            finally:
                await sync_to_thread(taker.end)

    async def _serve(
        self, http: _Http, work: Callable[[Signed, bytes], _T], *, most: int, media_type: str
    ) -> _T:
        request = _request(http)
        signed = await sync_to_thread(
            require_signed, request, caller_key=self.toolbox.caller_key, now=self.toolbox.now()
        )
        with self._place(signed.key):
            _require_type(request, media_type)
            body = await read_body(
                _chunks(http),
                announced=request.headers.get("content-length", ""),
                most=most,
                digest=signed.digest,
            )
            return await sync_to_thread(work, signed, body)

    @contextmanager
    def _place(self, key: KeyId) -> Any:
        """Count a request while it lasts: bodies are kept in memory, so not many may be open at once."""
        if self.open[key] >= MOST_OPEN or self.open.total() >= MOST_OPEN_OF_ALL:
            raise busy()
        self.open[key] += 1
        try:
            yield
        finally:
            self.open[key] -= 1
            if not self.open[key]:
                del self.open[key]

    def _require_new(self, signed: Signed) -> None:
        now = self.toolbox.now()
        if not self.nonces.remember(signed.key, signed.nonce, now=now, until=Instant(now + 2 * WINDOW)):
            raise not_for_you()


def exchange_routes(toolbox: ExchangeToolbox) -> list[HTTPRouteHandler]:
    """Return the routes of the door."""
    door = Door(toolbox=toolbox)

    @post(CALLS, status_code=200)
    async def call(request: _Http) -> Response[bytes]:
        return _answer(await door.call(request), ANSWER_TYPE)

    @get(f"{DELIVERIES}/{{act:str}}", status_code=200)
    async def status(request: _Http, act: FromPath[str]) -> Response[bytes]:
        return _answer(await door.status(request, act), STATUS_TYPE)

    @put(f"{DELIVERIES}/{{act:str}}/start", status_code=204)
    async def start(request: _Http, act: FromPath[str]) -> None:
        await door.start(request, act)

    @put(f"{DELIVERIES}/{{act:str}}/pieces/{{index:int}}", status_code=204)
    async def pieces(request: _Http, act: FromPath[str], index: FromPath[int]) -> None:
        await door.pieces(request, act, index)

    @get(HEALTH, status_code=200)
    async def health() -> Response[bytes]:
        return _answer(b'{"status":"ok"}', "application/json")

    return [call, status, start, pieces, health]


def _answer(data: bytes, media_type: str) -> Response[bytes]:
    return Response(data, media_type=media_type, headers={"cache-control": "no-store"})


def _require_type(request: Request, media_type: str) -> None:
    if request.headers.get("content-type", "") != media_type:
        raise MalformedError("body.type", f"expected {media_type or 'no body'}")


def _act_id(text: str) -> ActId:
    return ActId(parse_digest(text, where="act"))


def _request(http: _Http) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in http.scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(method=http.method, path=http.scope["path"], headers=headers)


async def _chunks(http: _Http) -> AsyncIterator[bytes]:
    async for chunk in http.stream():
        yield chunk
