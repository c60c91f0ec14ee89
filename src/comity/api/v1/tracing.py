"""Routes of crypto-assets: addresses, ledgers, where value went, what has moved since, tags.

Amounts are texts of whole numbers in the smallest unit: a number of JSON would not hold them.
"""

from dataclasses import dataclass, field
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant, read_instant
from comity.kernel.errors import MalformedError
from comity.node.tracing import Grouped
from comity.tracing.addresses.networks import AddressCheck
from comity.tracing.clusters import Link
from comity.tracing.ports import Contents
from comity.tracing.questions import Question, method_of
from comity.tracing.reporting import path_value, tag_value, trail_value
from comity.tracing.since import since_value
from comity.tracing.tags import Tag

MOST = 10_000


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


@get(f"{ROOT}/addresses/check", sync_to_thread=True)
def address(*, caller: NamedDependency[Caller], value: FromQuery[str]) -> AddressCheck:
    """Tell on which networks an address holds, or what is wrong with it; a private key is not repeated."""
    return caller.desks.tracing.address(value)


@get(f"{ROOT}/tracing/ledgers", sync_to_thread=True)
def ledgers(caller: NamedDependency[Caller]) -> list[LedgerView]:
    """List the ledgers of the office: what they hold, and the digest of their inputs."""
    found = caller.desks.tracing.list(caller.actor)
    return [LedgerView(name=name, contents=one) for name, one in found.items()]


@get(f"{ROOT}/tracing/tags", sync_to_thread=True)
def tags(
    caller: NamedDependency[Caller], address: FromQuery[str] = "", title: FromQuery[str] = ""
) -> list[Tag]:
    """List who is said to own which address, with source and confidence; at most 10,000."""
    return list(caller.desks.tracing.tags.list(caller.actor, title=title, address=address)[:MOST])


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
    tags,
    taint,
    ways,
    clusters,
    reasons,
    moved,
    report,
)
