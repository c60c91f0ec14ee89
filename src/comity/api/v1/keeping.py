"""Routes of what is kept: legal holds, exhibits made from others, the end of packages and its certificate."""

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import (
    DecidedDestruction,
    DecidedDisclosure,
    DeriveWish,
    DestructionWish,
    DisclosureWish,
    HoldWish,
)
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.custodial import HeldPackage
from comity.node.deriving import Work
from comity.node.releasing import ReleaseView
from comity.node.working import WorkView
from comity.wording.custody import custody_file


@post(f"{ROOT}/cases/{{case:str}}/holds", status_code=201, sync_to_thread=True)
def hold(caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[HoldWish]) -> HeldPackage:
    """Set a legal hold on a package, or lift one: nothing is returned or destroyed while one stands."""
    return caller.desks.custody.hold(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        bag_root=data.bag_root,
        reason=data.reason,
        lift=data.lift,
    )


@post(f"{ROOT}/cases/{{case:str}}/derivations", status_code=202, sync_to_thread=True)
def derive(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    data: JSONBody[DeriveWish],
    purpose: FromQuery[str | None] = None,
) -> WorkView:
    """Begin to seal uploaded files that were made from exhibits; the originals stay as they are."""
    return caller.toolbox.work.derive(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        uploads=data.uploads,
        work=Work(
            parents=tuple(data.parents),
            operation=data.operation,
            redacted=data.redacted,
            handling=data.handling,
            tool=(data.tool, data.tool_version),
            where=data.where,
            decisions=data.decisions,
        ),
        purpose=caller.purpose(purpose),
    )


@post(f"{ROOT}/cases/{{case:str}}/disclosures", status_code=201, sync_to_thread=True)
def propose_disclosure(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    data: JSONBody[DisclosureWish],
    purpose: FromQuery[str | None] = None,
) -> ReleaseView:
    """Propose that a case be disclosed, less what is listed; two officers approve exactly that list."""
    return caller.desks.disclosing.propose(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        purpose=caller.purpose(purpose),
        withhold=data.withhold,
    )


@post(f"{ROOT}/cases/{{case:str}}/disclosures/{{release:str}}", status_code=202, sync_to_thread=True)
def disclose(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    release: FromPath[str],
    data: JSONBody[DecidedDisclosure],
    purpose: FromQuery[str | None] = None,
) -> WorkView:
    """Begin to write the disclosure package that a closed release decided."""
    return caller.toolbox.work.disclose(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        purpose=caller.purpose(purpose),
        release=release,
        to=data.to,
    )


@post(f"{ROOT}/cases/{{case:str}}/destructions", status_code=201, sync_to_thread=True)
def propose(
    caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[DestructionWish]
) -> ReleaseView:
    """Propose that a package be destroyed; the answer shows what two officers have to decide first."""
    return caller.desks.destroying.propose(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        bag_root=data.bag_root,
        reason=data.reason,
    )


@post(f"{ROOT}/cases/{{case:str}}/destructions/{{release:str}}", sync_to_thread=True)
def destroy(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    release: FromPath[str],
    data: JSONBody[DecidedDestruction],
) -> HeldPackage:
    """Destroy a package as a closed release decided; nothing undoes it."""
    return caller.desks.destroying.destroy(
        caller.actor, case=caller.desks.cases.resolve(case), bag_root=data.bag_root, release=release
    )


@get(f"{ROOT}/cases/{{case:str}}/certificates/{{bag_root:str}}", sync_to_thread=True)
def certificate(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    bag_root: FromPath[str],
    purpose: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the certificate of a destruction, byte for byte, for anybody to check."""
    data = caller.desks.destroying.certificate(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        bag_root=bag_root,
        purpose=caller.purpose(purpose),
    )
    return Response(data, media_type=MediaType.JSON)


@get(f"{ROOT}/cases/{{case:str}}/custody/export", sync_to_thread=True)
def export(
    caller: NamedDependency[Caller],
    case: FromPath[str],
    *,
    format: FromQuery[str] = "case",  # noqa: A002  the name that callers write
    language: FromQuery[str] = "",
    release: FromQuery[str | None] = None,
    purpose: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the custody of a case as ``case`` (CASE/UCO JSON-LD), ``bagit`` (a tar) or ``pdf``."""
    told = caller.desks.telling.tell(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        purpose=caller.purpose(purpose),
        release=release,
    )
    data, media = custody_file(told, format, language=language, printer=caller.toolbox.print_custody)
    return Response(data, media_type=media)


KEEPING: tuple[HTTPRouteHandler, ...] = (
    hold, derive, propose_disclosure, disclose, propose, destroy, certificate, export,
)  # fmt: skip
