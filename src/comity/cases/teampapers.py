"""The papers of a joint team: the agreement in the open, and what another Party did, carried over.

An agreement is one I-JSON object; its SHA-256 is what each Party signs. The same agreement lies in every case
between two of the Parties, byte for byte.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from comity.cases import teamacts
from comity.cases.acts import Act
from comity.cases.approvals import require_approvals
from comity.cases.kinds import parse_body
from comity.cases.ports import Directory
from comity.cases.teamacts import MOST_PARTIES, Office
from comity.cases.wire import SignedAct, parse_signed_act
from comity.kernel.clock import DAY, Instant, start_of
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import ALGORITHM

_MOST = 1024 * 1024
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=60_000)]
_Short = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
_Powers = Annotated[str, msgspec.Meta(pattern=r"\A(present|assists|acts_under_host_law)\Z")]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Words of the agreement and their language; a translation may stand beside them."""

    text: _Text
    language: Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")]
    translation: dict[str, Any] | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Who works in the team, as an office and its functions, and with which powers abroad."""

    office: _Short
    functions: _Short
    powers: _Powers


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What the Parties of a joint team agree.

    Attributes:
        parties: The authorities that sign.
        first: The first day.
        last: The last day.
        information: How what is found may be used, and what of it may not.
        powers: What seconded members may do, and under whose law and lead.
        liability: Who answers for harm that a member does.

    Basis: 48
    """

    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    parties: Annotated[tuple[Office, ...], msgspec.Meta(min_length=2, max_length=MOST_PARTIES)]
    leader: Office
    purpose: Words
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    members: Annotated[tuple[Member, ...], msgspec.Meta(min_length=1, max_length=64)]
    information: Words
    powers: Words
    liability: Words
    evidence: Words
    costs: Words | None = None
    disclosure: Words | None = None


def parse_agreement(data: bytes) -> Agreement:
    """Return the agreement in the bytes of a part; raise MalformedError ``team.agreement``.

    Basis: 48
    """
    try:
        return msgspec.convert(parse_ijson(data, most_bytes=_MOST, where="the agreement"), Agreement)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "team.agreement",
            f"this is no agreement on a joint team: {exc}",
            hint="docs/spec/acts.md lists what an agreement holds",
            where="/parts/agreement",
        ) from exc


def agreement_body(data: bytes) -> dict[str, Any]:
    """Return the members of a skeleton of ``team.agree`` that follow from the agreement itself.

    Raises:
        MalformedError: ``team.agreement``.
    """
    found = parse_agreement(data)
    return {
        "agreement": sha256(data).hex(),
        "parties": list(found.parties),
        "leader": found.leader,
        "from": start_of(found.first),
        "until": start_of(found.last) + DAY,
    }


def carried_body(carried: SignedAct) -> dict[str, Any]:
    """Return the members of a skeleton of ``team.carry`` that follow from the act that is carried.

    Raises:
        MalformedError: ``team.carried``: nobody signs or leaves a team by this act.
    """
    act = carried.act
    body = parse_body(act) if act.kind in (teamacts.AGREE, teamacts.SIGN, teamacts.LEAVE) else None
    if body is None:
        raise _not_carried("only a signature under an agreement, or a leaving, is carried")
    return {
        "agreement": getattr(body, "agreement", ""),
        "authority": act.sender.authority,
        "act": act.id,
        "what": teamacts.LEFT if act.kind == teamacts.LEAVE else teamacts.SIGNED,
    }


def require_papers(act: Act, parts: Mapping[str, bytes]) -> None:
    """Check that the papers of a joint team say what the skeleton of their act says.

    Args:
        act: Any act.
        parts: Its parts in the open, by name.

    Raises:
        MalformedError: ``team.agreement``, ``team.carried``.

    Basis: PROTOCOL rule 6
    """
    body = parse_body(act)
    if isinstance(body, teamacts.AgreeBody):
        said = agreement_body(parts[teamacts.AGREEMENT])
        if any(act.body.get(name) != value for name, value in said.items()):
            raise MalformedError(
                "team.agreement",
                "the agreement says something else than the skeleton of its act",
                where="/body",
            )
    if isinstance(body, teamacts.CarryBody):
        carried = parse_signed_act(parts[teamacts.SIGNATURE])
        if carried.act.realm is not act.realm:
            raise _not_carried("what is carried is of another realm")
        if any(act.body.get(name) != value for name, value in carried_body(carried).items()):
            raise _not_carried("what is carried is not what the skeleton says")


def is_proven(data: bytes, *, directory: Directory, at: Instant) -> bool:
    """Tell whether a carried act was signed by its author and approved, by what is known here at a time.

    It is not where the Party is not pinned here, or its keys were not valid then.

    Basis: PROTOCOL rules 2, 9 and 14
    """
    carried = parse_signed_act(data)
    act, author = carried.act, carried.act.sender
    if directory.algorithms(author.root, at=at) - {ALGORITHM}:
        return False
    keys = directory.act_keys(author.authority, author.root, at=at)
    if not any(act.envelope.is_signed_by(key.public) for key in keys):
        return False
    try:
        require_approvals(act, carried.approvals, directory=directory, at=at)
    except UntrustedError:
        return False
    return True


def agreement_bytes(value: Mapping[str, Any]) -> bytes:
    """Return the bytes of an agreement, with sorted names and no spaces; what is not said is left out.

    Raises:
        MalformedError: ``team.agreement``.
    """
    made = dump_ijson({name: one for name, one in value.items() if one is not None})
    parse_agreement(made)
    return made


def _not_carried(message: str) -> MalformedError:
    return MalformedError(
        "team.carried",
        message,
        hint="carry the act by which that Party signed or left",
        where="/parts/signature",
    )
