"""Joint teams at the desk: what an act of a team is filled in with, and what each side checks for itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from comity.cases import teamacts
from comity.cases.acts import Act
from comity.cases.agreements import Team
from comity.cases.errors import GateClosedError
from comity.cases.parts import open_parts
from comity.cases.ports import Directory
from comity.cases.service import PartInput
from comity.cases.state import CaseState, RequestState
from comity.cases.teampapers import agreement_body, agreement_bytes, carried_body, is_proven
from comity.cases.wire import parse_signed_act
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import parse_ijson
from comity.node.drafting import JSON, ActForm
from comity.node.ports import Transaction
from comity.node.talkviews import SignatureView, TeamView
from comity.requests.teams import agreement_of
from comity.requests.wire import parse_form

LIABILITY = "liability"
_FORM = "form"


def team_form(
    tx: Transaction,
    authority: AuthorityId,
    kind: str,
    form: ActForm,
    *,
    state: CaseState,
    resolve: Callable[[str], str],
) -> ActForm:
    """Return the form of an act with what a joint team fills in; any other act's as it is.

    ``team.agree`` takes the agreement that is handed in as a part, else the one that the request sets out,
    with words on liability from the part ``liability`` where the request has none. ``team.carry`` takes the
    member ``act`` of the body: the act of another Party that this office holds.

    Raises:
        MalformedError: ``request.incomplete``, ``team.agreement``, ``team.carried``.
        NotFoundError: ``act.unknown``: this office holds no such act.

    Basis: 48
    """
    if kind not in teamacts.KINDS_OF_TEAM:
        return form
    body, parts = dict(form.body), {part.name: part for part in form.parts}
    request = _request(state, body)
    if kind == teamacts.AGREE:
        data = _agreement(tx, authority, request, parts)
        parts = {teamacts.AGREEMENT: PartInput(name=teamacts.AGREEMENT, media=JSON, data=data)}
        body = agreement_body(data) | body
        if request is not None and "replaces" not in body:
            body["replaces"] = _standing(request)
    elif kind == teamacts.CARRY and "act" in body and teamacts.SIGNATURE not in parts:
        stored = _held(tx, authority, resolve(str(body["act"])))
        body |= carried_body(parse_signed_act(stored))
        parts[teamacts.SIGNATURE] = PartInput(name=teamacts.SIGNATURE, media=JSON, data=stored)
    if kind != teamacts.AGREE and request is not None:
        _name_team(kind, body, request)
    return replace(form, body=body, parts=tuple(parts.values()))


def require_proven(
    tx: Transaction, authority: AuthorityId, act: Act, *, state: CaseState, directory: Directory
) -> None:
    """Refuse to share in a team on the word of the other side alone that a third Party signed.

    Raises:
        GateClosedError: ``gate.team_unproven``.

    Basis: 48; PROTOCOL rule 6
    """
    request = state.request(str(act.body.get("request", "")))
    if act.kind not in teamacts.SHARING or request is None or request.mechanism != teamacts.MECHANISM:
        return
    ends = [end.authority for end in state.participants]
    for team in request.teams:
        if act.body.get("team", team.act) != team.act or not team.is_in_force(ends):
            continue
        for one in _signatures(tx, authority, team, directory):
            if not one.proven:
                raise GateClosedError(
                    "gate.team_unproven",
                    f"the signature of {one.authority} under the agreement was not verified here",
                    hint="pin that Party first, so that its signature can be checked",
                    where=one.act,
                )


def team_views(
    tx: Transaction, authority: AuthorityId, request: RequestState, *, directory: Directory
) -> tuple[TeamView, ...]:
    """Return the agreements of a request, who signed each of them, and what was checked here."""
    ends = (request.by.authority, request.to.authority)
    return tuple(
        TeamView(
            act=team.act,
            agreement=team.agreement,
            parties=team.parties,
            leader=team.leader,
            start=team.start,
            until=team.until,
            in_force=team.is_in_force(ends),
            signatures=_signatures(tx, authority, team, directory),
            missing=team.missing,
            left=team.left,
            replaced_by=team.replaced_by,
        )
        for team in request.teams
    )


def _signatures(
    tx: Transaction, authority: AuthorityId, team: Team, directory: Directory
) -> tuple[SignatureView, ...]:
    return tuple(
        SignatureView(
            authority=one.authority,
            act=one.act,
            carried=one.carried,
            proven=not one.carried or _proven(tx, authority, one.act, directory),
        )
        for one in team.signatures
    )


def _proven(tx: Transaction, authority: AuthorityId, act: ActId, directory: Directory) -> bool:
    record = tx.acts.get(authority, act)
    for part in open_parts(tx.acts.parts(authority, act)):
        if part.name == teamacts.SIGNATURE and record is not None:
            return is_proven(part.data, directory=directory, at=record.stored_at)
    return False


def _request(state: CaseState, body: Mapping[str, Any]) -> RequestState | None:
    """Return the request that the form names, else the only one of the case that asks for a team."""
    if "request" in body:
        return state.request(str(body["request"]))
    found = [one for one in state.requests if one.mechanism == teamacts.MECHANISM]
    return found[0] if len(found) == 1 else None


def _agreement(
    tx: Transaction, authority: AuthorityId, request: RequestState | None, parts: Mapping[str, PartInput]
) -> bytes:
    if teamacts.AGREEMENT in parts:
        return agreement_bytes(parse_ijson(parts[teamacts.AGREEMENT].data))
    named = ActId("") if request is None else request.id
    form = next((p for p in open_parts(tx.acts.parts(authority, named)) if p.name == _FORM), None)
    if form is None:
        raise NotFoundError("part.absent", "the form of the request is not held", where=named)
    words = parts.get(LIABILITY)
    liability = parse_ijson(words.data) if words is not None else None
    return agreement_bytes(agreement_of(parse_form(form.data), liability=liability))


def _standing(request: RequestState) -> ActId | None:
    ends = (request.by.authority, request.to.authority)
    return next((team.act for team in request.teams if team.is_in_force(ends)), None)


def _held(tx: Transaction, authority: AuthorityId, act: str) -> bytes:
    record = tx.acts.get(authority, ActId(act))
    if record is None:
        raise NotFoundError("act.unknown", "no such act", where=act[:64])
    return record.signed


def _name_team(kind: str, body: dict[str, Any], request: RequestState) -> None:
    """Name the agreement that an act is about, where only one fits: the newest that was not replaced."""
    fits = [team for team in request.teams if team.replaced_by is None]
    if "agreement" in body:
        fits = [team for team in fits if team.agreement == body["agreement"]]
    named = next((team for team in request.teams if team.act == body.get("team")), fits[-1] if fits else None)
    if named is not None:
        body.setdefault("team", named.act)
        if kind != teamacts.SHARE:
            body.setdefault("agreement", named.agreement)
