"""Routes of crypto-assets: addresses, ledgers, where value went, what has moved since, tags.

Amounts are texts of whole numbers in the smallest unit: a number of JSON would not hold them.
"""

from dataclasses import dataclass, field
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant, read_instant
from comity.kernel.errors import MalformedError
from comity.node.access import Action, require_access
from comity.node.tagging import Taken
from comity.node.tracing import Grouped
from comity.tracing.addresses.networks import AddressCheck
from comity.tracing.clusters import Link
from comity.tracing.packs import Pack, Refused
from comity.tracing.ports import Contents, Source
from comity.tracing.questions import Asked, Question, method_of
from comity.tracing.reporting import figures_value, path_value, tag_value, trail_value
from comity.tracing.since import since_value
from comity.tracing.tags import Gone, Leaned, Tag

MOST = 10_000
MOST_FILE = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceWish:
    """What is followed, and in which ledger.

    Attributes:
        ledger: Name of the ledger.
        seeds: ``TXID``, ``TXID:N`` or an address that received.
        method: ``fifo``, ``haircut`` or ``poison``.
        since: Only payments to seeds from this time on; RFC 3339.
        until: Only payments to seeds before this time.
        targets: Of a path: addresses; tagged services where none is named.
    """

    ledger: str
    seeds: list[str]
    method: str = "haircut"
    since: str = ""
    until: str = ""
    targets: list[str] = field(default_factory=list)

    def question(self) -> Question:
        """Return it as a question; raise MalformedError ``trace.method``, ``time.form``."""
        return Question(
            method=method_of(self.method),
            seeds=tuple(self.seeds),
            since=_instant(self.since, "since"),
            until=_instant(self.until, "until"),
        )


def _instant(text: str, where: str) -> Instant | None:
    try:
        return read_instant(text) if text else None
    except ValueError as exc:
        raise MalformedError(
            "time.form", f"{text[:40]!r} is no time", hint="e.g. 2026-11-20T08:00:00Z", where=where
        ) from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWish:
    """An upload with transactions; of which network, and of which token, where the file does not say it."""

    upload: str
    network: str = ""
    asset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterWish:
    """Rules to apply to a ledger; the usual ones where none is named."""

    ledger: str
    rules: list[str] = field(default_factory=list)
    keep_mixes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyWish:
    """Two addresses of one cluster."""

    ledger: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedWish:
    """An earlier answer by its digest, or the first 8 digits of it or more."""

    ledger: str
    trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """A ledger by name."""

    name: str
    contents: Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWish:
    """A pack of tags or of retractions, as the text of its YAML; what is vouched for where it states none."""

    text: str
    name: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionWish:
    """Tags to retract: those of an address, of a pack by its title, or of both; and why."""

    reason: str
    address: str = ""
    pack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackView:
    """A pack as the text of its YAML, and how many tags or retractions it holds."""

    count: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenView:
    """What became of a pack.

    Attributes:
        title: Its title.
        creator: Who made it.
        digest: SHA-256 of its bytes; empty where an officer retracted by hand.
        fresh: Tags that are new.
        refused: What was not taken, by place.
        moved: Addresses of another network than the pack says.
        gone: Tags that were taken back.
        leaned: Reports and paths that leaned on these.
        freezes: Assets at whose addresses they stood when the books were begun, told now.
    """

    title: str
    creator: str
    digest: str
    fresh: int
    refused: tuple[Refused, ...]
    moved: dict[str, str]
    gone: tuple[Tag, ...]
    leaned: tuple[Leaned, ...]
    freezes: tuple[str, ...]


def _taken(taken: Taken) -> TakenView:
    pack = taken.pack
    return TakenView(
        title=pack.title,
        creator=pack.creator,
        digest=taken.digest,
        fresh=taken.fresh,
        refused=pack.refused[:MOST],
        moved=dict(pack.moved) if isinstance(pack, Pack) else {},
        gone=taken.gone[:MOST],
        leaned=taken.leaned[:MOST],
        freezes=taken.freezes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView:
    """A ledger in figures: what it holds; and counts, times and sums, these as texts."""

    name: str
    contents: Contents
    figures: dict[str, Any]


@get(f"{ROOT}/addresses/check", sync_to_thread=True)
def address(*, caller: NamedDependency[Caller], value: FromQuery[str]) -> AddressCheck:
    """Tell on which networks an address holds, or what is wrong with it; a private key is not repeated."""
    return caller.desks.tracing.address(value)


@get(f"{ROOT}/tracing/ledgers", sync_to_thread=True)
def ledgers(caller: NamedDependency[Caller]) -> list[LedgerView]:
    """List the ledgers of the office: what they hold, and the digest of their inputs."""
    found = caller.desks.tracing.list(caller.actor)
    return [LedgerView(name=name, contents=one) for name, one in found.items()]


@get(f"{ROOT}/tracing/ledgers/{{ledger:str}}", sync_to_thread=True)
def one_ledger(caller: NamedDependency[Caller], ledger: FromPath[str]) -> FiguresView:
    """Tell what a ledger holds, with its statistics."""
    contents, found = caller.desks.tracing.figures(caller.actor, ledger=ledger)
    return FiguresView(name=ledger, contents=contents, figures=figures_value(found))


@post(f"{ROOT}/tracing/ledgers/{{ledger:str}}/files", status_code=201, sync_to_thread=True)
def take_file(caller: NamedDependency[Caller], ledger: FromPath[str], data: JSONBody[FileWish]) -> Source:
    """Take an uploaded file of transactions into a ledger; the ledger is made where it is absent."""
    room, officer = caller.toolbox.work.room, caller.session.officer
    desk, place = caller.desks.tracing, caller.desks.place
    require_access(caller.actor, Action.TRACE_IMPORT, realm=place.realm, owner=caller.actor.authority)
    if room.upload(officer, data.upload).size > MOST_FILE:
        raise MalformedError(
            "trace.upload",
            f"an upload brings files of at most {MOST_FILE >> 20} MiB together",
            hint="larger files are taken in on the command line: comity trace import FILE",
            where="upload",
        )
    taken = desk.take(
        caller.actor,
        ledger=ledger,
        path=room.path(officer, data.upload),
        network=data.network,
        asset=data.asset,
    )
    room.drop_upload(officer, data.upload)
    return taken


@get(f"{ROOT}/tracing/ledgers/{{ledger:str}}/questions", sync_to_thread=True)
def asked(
    caller: NamedDependency[Caller], ledger: FromPath[str], purpose: FromQuery[str | None] = None
) -> list[Asked]:
    """List the questions that were answered from a ledger, the latest first; at most 10,000."""
    found = caller.desks.tracing.asked(caller.actor, ledger=ledger, purpose=caller.purpose(purpose))
    return list(found[:MOST])


@get(f"{ROOT}/tracing/tags", sync_to_thread=True)
def tags(
    caller: NamedDependency[Caller], address: FromQuery[str] = "", title: FromQuery[str] = ""
) -> list[Tag]:
    """List who is said to own which address, with source and confidence; at most 10,000."""
    return list(caller.desks.tracing.tags.list(caller.actor, title=title, address=address)[:MOST])


@get(f"{ROOT}/tracing/tags/retracted", sync_to_thread=True)
def retracted(
    caller: NamedDependency[Caller], address: FromQuery[str] = "", title: FromQuery[str] = ""
) -> list[Gone]:
    """List the tags that were retracted: when, by whom and why; at most 10,000."""
    return list(caller.desks.tracing.tags.retracted(caller.actor, title=title, address=address)[:MOST])


@get(f"{ROOT}/tracing/tags/leaned", sync_to_thread=True)
def leaned(caller: NamedDependency[Caller]) -> list[Leaned]:
    """List the reports and paths that leaned on tags, with what was retracted of these since."""
    return list(caller.desks.tracing.tags.leaned(caller.actor)[:MOST])


@get(f"{ROOT}/tracing/tags/pack", sync_to_thread=True)
def pack(
    caller: NamedDependency[Caller],
    title: FromQuery[str],
    creator: FromQuery[str],
    of: FromQuery[str] = "",
    retracted: FromQuery[bool] = False,
) -> PackView:
    """Return the tags that stand as a pack that others read, or a pack of what was retracted."""
    count, data = caller.desks.tracing.tags.told(
        caller.actor, title=title, creator=creator, pack=of, retracted=retracted
    )
    return PackView(count=count, text=data.decode())


@post(f"{ROOT}/tracing/tags", sync_to_thread=True)
def take_tags(caller: NamedDependency[Caller], data: JSONBody[PackWish]) -> TakenView:
    """Take in a pack of tags, or of retractions; a tag without source and confidence is refused."""
    desk = caller.desks.tracing.tags
    return _taken(
        desk.take_bytes(
            caller.actor, data=data.text.encode(), confidence=data.confidence, where=data.name[:100]
        )
    )


@post(f"{ROOT}/tracing/tags/retractions", sync_to_thread=True)
def retract(caller: NamedDependency[Caller], data: JSONBody[RetractionWish]) -> TakenView:
    """Retract the tags of an address or of a pack; they do not come back with the same pack."""
    desk = caller.desks.tracing.tags
    return _taken(desk.retract(caller.actor, why=data.reason, title=data.pack, address=data.address))


@post(f"{ROOT}/tracing/taint", status_code=200, sync_to_thread=True)
def taint(caller: NamedDependency[Caller], data: JSONBody[TraceWish]) -> dict[str, Any]:
    """Tell where tainted value lies; the question is in the log first."""
    traced = caller.desks.tracing.taint(
        caller.actor, ledger=data.ledger, question=data.question(), purpose=caller.purpose(None)
    )
    return {**trail_value(traced.trail, most=MOST), "tags": [tag_value(tag) for tag in traced.tags]}


@post(f"{ROOT}/tracing/paths", status_code=200, sync_to_thread=True)
def ways(caller: NamedDependency[Caller], data: JSONBody[TraceWish]) -> dict[str, Any]:
    """Tell the earliest path from the seeds to services, or to addresses that are named."""
    found = caller.desks.tracing.path(
        caller.actor,
        ledger=data.ledger,
        question=data.question(),
        purpose=caller.purpose(None),
        targets=data.targets,
    )
    return {
        "inputs": found.contents.digest,
        "digest": found.digest,
        "paths": [path_value(one) for one in found.paths],
        "tags": [tag_value(tag) for tag in found.tags],
    }


@post(f"{ROOT}/tracing/clusters", status_code=200, sync_to_thread=True)
def clusters(caller: NamedDependency[Caller], data: JSONBody[ClusterWish]) -> Grouped:
    """Apply rules that take addresses for one hand's, and keep the links; a link is an inference."""
    return caller.desks.tracing.cluster(
        caller.actor,
        ledger=data.ledger,
        purpose=caller.purpose(None),
        rules=data.rules,
        keeps_mixes=data.keep_mixes,
        most=MOST,
    )


@post(f"{ROOT}/tracing/reasons", status_code=200, sync_to_thread=True)
def reasons(caller: NamedDependency[Caller], data: JSONBody[WhyWish]) -> list[Link]:
    """Tell which links join two addresses, and what each rule saw."""
    return list(
        caller.desks.tracing.explain(
            caller.actor,
            ledger=data.ledger,
            first=data.first,
            second=data.second,
            purpose=caller.purpose(None),
        )
    )


@post(f"{ROOT}/tracing/moved", status_code=200, sync_to_thread=True)
def moved(caller: NamedDependency[Caller], data: JSONBody[MovedWish]) -> dict[str, Any]:
    """Ask an earlier question again of what was taken in later: what has moved, and what remains."""
    found = caller.desks.tracing.moved(
        caller.actor, ledger=data.ledger, trace=data.trace, purpose=caller.purpose(None)
    )
    return since_value(found, most=MOST)


@post(f"{ROOT}/tracing/reports", status_code=200, sync_to_thread=True)
def report(caller: NamedDependency[Caller], data: JSONBody[TraceWish]) -> dict[str, Any]:
    """Return the report of a question by all methods, with the digests of its inputs."""
    made = caller.desks.tracing.report(
        caller.actor, ledger=data.ledger, question=data.question(), purpose=caller.purpose(None)
    )
    return {"digest": made.digest, "report": made.value()}


TRACING: tuple[HTTPRouteHandler, ...] = (
    address,
    ledgers,
    one_ledger,
    take_file,
    asked,
    tags,
    retracted,
    leaned,
    pack,
    take_tags,
    retract,
    taint,
    ways,
    clusters,
    reasons,
    moved,
    report,
)
