"""Routes for large bodies and long work: uploads in portions, work that is watched, files in stretches.

An upload is resumed by sending the rest from where it stopped; a file by asking for the rest of its bytes.
"""

import re
from collections.abc import Iterator
from typing import Any

from litestar import Response, delete, get, post, put
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import CarryIn, CarryOut, Export, SealWish, UploadWish, Verification
from comity.api.v1.callers import Caller, Http
from comity.api.v1.office import ROOT
from comity.kernel.errors import MalformedError, NotFoundError
from comity.node.reading import PackageView
from comity.node.working import BYTES, UploadView, WorkFile, WorkView

_RANGE = re.compile(r"bytes=([0-9]{1,16})-([0-9]{0,16})", re.ASCII)


@post(f"{ROOT}/uploads", status_code=201, sync_to_thread=True)
def new_upload(caller: NamedDependency[Caller], data: JSONBody[UploadWish]) -> UploadView:
    """Make room for a file; it is thrown away after a day."""
    return caller.toolbox.work.room.new_upload(caller.session.officer, name=data.name)


@get(f"{ROOT}/uploads/{{upload:str}}", sync_to_thread=True)
def upload(caller: NamedDependency[Caller], upload: FromPath[str]) -> UploadView:
    """Tell how many bytes of a file are durably here."""
    return caller.toolbox.work.room.upload(caller.session.officer, upload)


@put(f"{ROOT}/uploads/{{upload:str}}", request_max_body_size=None)
async def append(
    request: Http, caller: NamedDependency[Caller], upload: FromPath[str], at: FromQuery[int] = 0
) -> UploadView:
    """Append the body, whatever its length; ``at`` is how many bytes are here. What arrived is kept."""
    room = caller.toolbox.work.room
    return await room.append(caller.session.officer, upload, request.stream(), at=at)


@delete(f"{ROOT}/uploads/{{upload:str}}", status_code=204, sync_to_thread=True)
def drop_upload(caller: NamedDependency[Caller], upload: FromPath[str]) -> None:
    """Throw an upload away."""
    caller.toolbox.work.room.drop_upload(caller.session.officer, upload)


@get(f"{ROOT}/cases/{{case:str}}/packages", sync_to_thread=True)
def packages(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> list[PackageView]:
    """List what this office sealed for a case; the reading is in the log first."""
    held = caller.desks.cases.resolve(case)
    stated = caller.purpose(purpose)
    return list(caller.toolbox.reading.packages(caller.actor, case=held, purpose=stated))


@post(f"{ROOT}/cases/{{case:str}}/packages", status_code=202, sync_to_thread=True)
def seal(caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[SealWish]) -> WorkView:
    """Begin to seal uploaded files for a request; the result names the package. Nothing leaves by sealing."""
    return caller.toolbox.work.seal(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        request=caller.desks.cases.resolve(data.request),
        handling=data.handling,
        limits=data.limits,
        uploads=data.uploads,
    )


@post(f"{ROOT}/deliveries/{{act:str}}/opening", status_code=202, sync_to_thread=True)
def open_delivery(
    caller: NamedDependency[Caller], act: FromPath[str], purpose: FromQuery[str | None] = None
) -> WorkView:
    """Begin to verify and open a delivery; the reading is in the log before the first byte is opened."""
    stated = caller.purpose(purpose)
    return caller.toolbox.work.open(caller.actor, delivery=caller.desks.cases.resolve(act), purpose=stated)


@post(f"{ROOT}/cases/{{case:str}}/court-files", status_code=202, sync_to_thread=True)
def export(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    data: JSONBody[Export],
    purpose: FromQuery[str | None] = None,
) -> WorkView:
    """Begin to write the court file of a case, under a decided release where the realm is live."""
    return caller.toolbox.work.export(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        purpose=caller.purpose(purpose),
        withhold=data.withhold,
        release=data.release,
    )


@post(f"{ROOT}/releases/{{release:str}}/onward", status_code=202, sync_to_thread=True)
def pass_on(
    caller: NamedDependency[Caller], release: FromPath[str], purpose: FromQuery[str | None] = None
) -> WorkView:
    """Begin to write what a decided release lets go to a third State; the consent is read again.

    Basis: 36(3)
    """
    return caller.toolbox.work.pass_on(caller.actor, release=release, purpose=caller.purpose(purpose))


@post(f"{ROOT}/verifications", status_code=202, sync_to_thread=True)
def verify(caller: NamedDependency[Caller], data: JSONBody[Verification]) -> WorkView:
    """Begin to judge an uploaded court file or package against the pins of this node."""
    return caller.toolbox.work.verify(caller.actor, upload=data.upload)


@post(f"{ROOT}/courier/exports", status_code=202, sync_to_thread=True)
def carry_out(caller: NamedDependency[Caller], data: JSONBody[CarryOut]) -> WorkView:
    """Begin to write what waits for a peer, or for all, into an archive for a disk."""
    return caller.toolbox.work.carry_out(caller.actor, peer=data.peer)


@post(f"{ROOT}/courier/imports", status_code=202, sync_to_thread=True)
def carry_in(caller: NamedDependency[Caller], data: JSONBody[CarryIn]) -> WorkView:
    """Begin to take in the archive of a disk; the result's file holds the answers for the way back."""
    return caller.toolbox.work.carry_in(caller.actor, upload=data.upload)


@get(f"{ROOT}/works", sync_to_thread=True)
def works(caller: NamedDependency[Caller]) -> list[WorkView]:
    """List the caller's work, newest first."""
    return list(caller.toolbox.work.room.works(caller.session.officer))


@get(f"{ROOT}/works/{{work:str}}", sync_to_thread=True)
def work(caller: NamedDependency[Caller], work: FromPath[str]) -> WorkView:
    """Tell how far a piece of work is, and what it made."""
    return caller.toolbox.work.room.work(caller.session.officer, work)


@get(f"{ROOT}/works/{{work:str}}/files/{{number:int}}")
async def file(
    request: Http, caller: NamedDependency[Caller], work: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Give a file of a finished piece of work, or the stretch that the header ``range`` asks for.

    Basis: RFC 9110 section 14
    """
    room, officer = caller.toolbox.work.room, caller.session.officer
    found = await sync_to_thread(room.work, officer, work)
    one = next((one for one in found.files if one.number == number), None)
    if one is None:
        raise NotFoundError("work.file", "there is no such file of this work", where=str(number))
    first, last = _stretch(request.headers.get("range", ""), one)
    chunks = await sync_to_thread(lambda: room.chunks(officer, work, number, at=first, most=last - first + 1))
    return Stretch(chunks, first=first, last=last, size=one.size)


@delete(f"{ROOT}/works/{{work:str}}", status_code=204, sync_to_thread=True)
def drop(caller: NamedDependency[Caller], work: FromPath[str]) -> None:
    """Throw a piece of work away with its files."""
    caller.toolbox.work.room.drop(caller.session.officer, work)


class Stretch(Response[bytes]):
    """A stretch of a file, read in threads and sent as it is read. Basis: RFC 9110 section 14.4"""

    def __init__(self, chunks: Iterator[bytes], *, first: int, last: int, size: int) -> None:
        whole = (first, last) == (0, size - 1)
        super().__init__(b"", status_code=200 if whole else 206, media_type=BYTES)
        self.headers["accept-ranges"] = "bytes"
        self.headers["content-length"] = str(last - first + 1)
        if not whole:
            self.headers["content-range"] = f"bytes {first}-{last}/{size}"
        self._chunks = chunks

    def to_asgi_response(self, *_arguments: Any, **_named: Any) -> Any:
        """Return what sends it."""
        return self._send

    async def _send(self, _scope: Any, _receive: Any, send: Any) -> None:
        named = {"content-type": BYTES, **self.headers}
        head = [(name.encode("ascii"), value.encode("ascii")) for name, value in named.items()]
        await send({"type": "http.response.start", "status": self.status_code, "headers": head})
        while chunk := await sync_to_thread(next, self._chunks, b""):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _stretch(header: str, file: WorkFile) -> tuple[int, int]:
    """Return the first and last byte that a range names; the whole file where none is asked for.

    Raises:
        MalformedError: ``work.range``: it lies outside the file.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return 0, file.size - 1
    first = int(match[1])
    last = min(int(match[2]), file.size - 1) if match[2] else file.size - 1
    if not 0 <= first <= last:
        raise MalformedError("work.range", f"the file has {file.size} bytes", where="range")
    return first, last


WORKING: tuple[HTTPRouteHandler, ...] = (
    new_upload, upload, append, drop_upload, packages, seal, open_delivery, export, pass_on, verify,
    carry_out, carry_in, works, work, file, drop,
)  # fmt: skip
