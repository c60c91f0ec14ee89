"""Routes of releases and of custody: what may leave, who decides it, and what became of a package."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import ApprovalWish, CustodyWish, OnwardWish, ReleaseDecision
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant
from comity.node.custodial import HeldPackage
from comity.node.releasing import ReleaseView


@get(f"{ROOT}/releases", sync_to_thread=True)
def releases(
    caller: NamedDependency[Caller],
    case: FromQuery[str | None] = None,
    purpose: FromQuery[str | None] = None,
) -> list[ReleaseView]:
    """List the releases of the office, open and decided, newest first; the reading is in the log first."""
    held = caller.desks.cases.resolve(case) if case else None
    desk = caller.desks.court.releases
    return list(desk.list(caller.actor, case=held, purpose=caller.purpose(purpose)))


@get(f"{ROOT}/releases/{{release:str}}", sync_to_thread=True)
def release(
    caller: NamedDependency[Caller], release: FromPath[str], purpose: FromQuery[str | None] = None
) -> ReleaseView:
    """Show a release: what was found, what waits for a decision, who must still approve."""
    desk = caller.desks.court.releases
    return desk.show(caller.actor, release=release, purpose=caller.purpose(purpose))


@post(f"{ROOT}/cases/{{case:str}}/releases", status_code=201, sync_to_thread=True)
def propose(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> ReleaseView:
    """Propose that a case leave as a court file; the answer shows what has to be decided first."""
    held = caller.desks.cases.resolve(case)
    return caller.desks.court.releases.propose(caller.actor, case=held, purpose=caller.purpose(purpose))


@post(f"{ROOT}/acts/{{act:str}}/onward", status_code=201, sync_to_thread=True)
def onward(
    caller: NamedDependency[Caller],
    act: FromPath[str],
    data: JSONBody[OnwardWish],
    purpose: FromQuery[str | None] = None,
) -> ReleaseView:
    """Propose that what came by an act go to a third State; refused without a consent that covers it.

    Basis: 36(3)
    """
    return caller.desks.court.onward.propose(
        caller.actor,
        act=caller.desks.cases.resolve(act),
        recipient=data.recipient,
        use=data.use,
        purpose=caller.purpose(purpose),
    )


@post(f"{ROOT}/releases/{{release:str}}/decisions", status_code=201, sync_to_thread=True)
def decide(
    caller: NamedDependency[Caller], release: FromPath[str], data: JSONBody[ReleaseDecision]
) -> ReleaseView:
    """Decide by name that one open finding does not stand against a release."""
    return caller.desks.court.releases.decide(
        caller.actor, release=release, finding=data.finding, inner=data.inner, outer=data.outer
    )


@post(f"{ROOT}/releases/{{release:str}}/approvals", status_code=201, sync_to_thread=True)
def approve(
    caller: NamedDependency[Caller], release: FromPath[str], data: JSONBody[ApprovalWish]
) -> ReleaseView:
    """Approve a release with the officer's own key; a finding that waits for a decision refuses it."""
    approver = caller.approver(data.passphrase)
    return caller.desks.court.releases.approve(approver, release=release, reason=data.reason)


@get(f"{ROOT}/cases/{{case:str}}/custody", sync_to_thread=True)
def custody(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> list[HeldPackage]:
    """List the packages of a case with their chains of custody; the reading is in the log first."""
    held = caller.desks.cases.resolve(case)
    return list(caller.desks.custody.packages(caller.actor, case=held, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/cases/{{case:str}}/custody", status_code=201, sync_to_thread=True)
def record(caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[CustodyWish]) -> HeldPackage:
    """Add an event that happened outside the node to the chain of a package."""
    return caller.desks.custody.record(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        bag_root=data.bag_root,
        step=data.step,
        reason=data.reason,
        where=data.where,
        at=None if data.at is None else Instant(data.at),
        to=data.to,
        operation=data.operation,
        tool=(data.tool, data.tool_version),
    )


RELEASING: tuple[HTTPRouteHandler, ...] = (
    releases, release, propose, onward, decide, approve, custody, record,
)  # fmt: skip
