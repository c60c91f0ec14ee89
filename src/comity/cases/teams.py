"""Joint teams: who signed which agreement, whether it is in force, and what may not yet be shared.

One agreement, named by its digest, lies in a case between each two of its Parties. An agreement is in force
in a case once every Party that it names has signed it there: the two participants by their own acts, any
other by an act of its own that one of the two carries over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from comity.cases import teamacts
from comity.cases.acts import Act
from comity.cases.agreements import Signature, Team
from comity.cases.ports import Address
from comity.cases.rulings import Step
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId

NOT_IN_FORCE = "team.not_in_force"


def teams(thread: Thread, steps: Sequence[Step]) -> tuple[Team, ...]:
    """Return every agreement about one request, in causal order.

    Args:
        thread: The case.
        steps: The regular steps about the request, or those that one author knew.

    Basis: 48
    """
    made = [_team(thread, step, step.body, steps) for step in steps if _is_agreement(step)]
    whole = {team.replaces: team.act for team in made if team.replaces is not None and not team.missing}
    return tuple(replace(team, replaced_by=whole.get(team.act)) for team in made)


def _is_agreement(step: Step) -> bool:
    ends = {step.act.sender.authority, step.act.to.authority}
    return isinstance(step.body, teamacts.AgreeBody) and ends <= set(step.body.parties)


def _team(thread: Thread, step: Step, body: msgspec.Struct, steps: Sequence[Step]) -> Team:
    assert isinstance(body, teamacts.AgreeBody)
    signed: dict[str, Signature] = {
        step.act.sender.authority: Signature(authority=step.act.sender.authority, act=step.id, carried=False)
    }
    left: dict[str, ActId] = {}
    for one in steps:
        if getattr(one.body, "team", None) != step.id or not thread.descends(one.id, step.id):
            continue
        if getattr(one.body, "agreement", None) != body.agreement:
            continue
        who = _said_of(one, body.parties)
        if who is None:
            continue
        what = one.body.what if isinstance(one.body, teamacts.CarryBody) else one.kind
        if what in (teamacts.SIGN, teamacts.SIGNED):
            carried = one.kind == teamacts.CARRY
            signed.setdefault(who, Signature(authority=who, act=one.id, carried=carried))
        elif what in (teamacts.LEAVE, teamacts.LEFT):
            left.setdefault(who, one.id)
    return Team(
        act=step.id,
        agreement=body.agreement,
        by=step.act.sender,
        parties=body.parties,
        leader=body.leader,
        start=Instant(body.start),
        until=Instant(body.until),
        replaces=None if body.replaces is None else ActId(body.replaces),
        signatures=tuple(signed[party] for party in body.parties if party in signed),
        left=tuple(party for party in body.parties if party in left),
    )


def _said_of(step: Step, parties: Sequence[str]) -> str | None:
    """Return whose signature or leaving an act tells; None where nobody may tell it.

    The two participants speak for themselves; for any other Party one of the two carries its own act over.
    """
    ends = (step.act.sender.authority, step.act.to.authority)
    if isinstance(step.body, teamacts.CarryBody):
        who: str = step.body.authority
        return who if who in parties and who not in ends else None
    return step.act.sender.authority if step.act.sender.authority in parties else None


def early(thread: Thread, request: Step, steps: Sequence[Step]) -> Iterator[ActId]:
    """Yield what was shared before its author knew every signature, or after one of the two had left.

    Basis: 48
    """
    if mechanism_of(request) != teamacts.MECHANISM:
        return
    for step in steps:
        if step.kind in teamacts.SHARING and not step.attestation:
            known = [one for one in steps if thread.descends(step.id, one.id)]
            ends = (step.act.sender.authority, step.act.to.authority)
            named = getattr(step.body, "team", None)
            if not any(t.is_in_force(ends) and named in (None, t.act) for t in teams(thread, known)):
                yield step.id


def drop_early(
    thread: Thread, requests: Mapping[str, Step], found: dict[str, list[Step]]
) -> tuple[ActId, ...]:
    """Take what was shared too early out of the steps by request, and return which acts it is."""
    gone: list[ActId] = []
    for key, steps in found.items():
        too_early = set(early(thread, requests[key], steps))
        steps[:] = [step for step in steps if step.id not in too_early]
        gone += sorted(too_early)
    return tuple(gone)


def fits_team(kind: str, request: Step) -> bool:
    """Tell whether a kind, where it is one of a joint team, is about a request that asks for one."""
    return kind not in teamacts.KINDS_OF_TEAM or mechanism_of(request) == teamacts.MECHANISM


def mechanism_of(request: Step) -> str:
    """Return the mechanism of a request; empty for what is none."""
    asked = getattr(request.body, "request", None)
    return str(getattr(asked, "mechanism", ""))


def team_fault(
    found: Sequence[Team], kind: str, *, mechanism: str, me: Address, other: Address, now: Instant
) -> str:
    """Return why an act of a joint team may not be sent now, whatever its skeleton says; empty where it may.

    Args:
        found: The agreements about the request.
        kind: Of the act.
        mechanism: Of the request.
        me: Who would send it.
        other: The other participant.
        now: When.

    Basis: 48
    """
    ends = (me.authority, other.authority)
    if kind in teamacts.SHARING and mechanism == teamacts.MECHANISM:
        return "" if any(team.is_open(ends, now) for team in found) else "permitted.team_not_in_force"
    if kind not in teamacts.KINDS_OF_TEAM:
        return ""
    if mechanism != teamacts.MECHANISM:
        return "permitted.mechanism"
    if kind == teamacts.CARRY and not any(len(team.parties) > 2 for team in found):
        return "permitted.team_nobody_else"
    if kind == teamacts.LEAVE and not any(_may_leave(team, me) for team in found):
        return "permitted.team_not_signed"
    return ""


def team_act_fault(act: Act, body: msgspec.Struct, found: Sequence[Team], *, now: Instant) -> str:
    """Return why what an act of a joint team says does not fit the agreements of its case.

    Basis: 48
    """
    ends = (act.sender.authority, act.to.authority)
    if isinstance(body, teamacts.AgreeBody):
        return _agreement_fault(body, ends, found)
    if act.kind not in teamacts.KINDS_OF_TEAM:
        return ""
    team = next((one for one in found if one.act == getattr(body, "team", None)), None)
    if team is None:
        return "permitted.team_unknown"
    if isinstance(body, teamacts.ShareBody):
        return "" if team.is_open(ends, now) else "permitted.team_not_in_force"
    if getattr(body, "agreement", None) != team.agreement:
        return "permitted.team_other_agreement"
    if isinstance(body, teamacts.CarryBody):
        is_third = body.authority in team.parties and body.authority not in ends
        return "" if is_third else "permitted.team_no_third"
    if act.kind == teamacts.LEAVE and not _may_leave(team, act.sender):
        return "permitted.team_not_signed"
    return ""


def _agreement_fault(body: teamacts.AgreeBody, ends: Sequence[str], found: Sequence[Team]) -> str:
    if not set(ends) <= set(body.parties) or body.leader not in body.parties:
        return "permitted.team_parties"
    if len(set(body.parties)) != len(body.parties) or body.until <= body.start:
        return "permitted.team_parties"
    stands = {team.act for team in found if team.is_in_force(ends)}
    if body.replaces is None:
        return "permitted.team_replaces" if stands else ""
    return "" if body.replaces in stands else "permitted.team_unknown"


def _may_leave(team: Team, me: Address) -> bool:
    return any(one.authority == me.authority for one in team.signatures) and me.authority not in team.left
