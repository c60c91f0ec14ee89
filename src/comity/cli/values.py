"""Views of the node as JSON values: names and forms here are stable, scripts read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.kernel.clock import Instant, format_instant

if TYPE_CHECKING:
    from comity.cli.words import Words
    from comity.kernel.findings import Assessment
    from comity.node.sealed import UnfinishedView
    from comity.node.talkviews import AttestationView, TalkView, TeamView
    from comity.node.views import (
        ActView,
        CaseView,
        DeliveryView,
        DraftView,
        DutyView,
        ExhibitView,
        LogView,
        NodeInfo,
        OfficerView,
        PeerView,
        RequestView,
        SealView,
    )

Value = dict[str, object]


def moment(at: Instant | None) -> str | None:
    """Return an instant as RFC 3339 text, None as None."""
    return None if at is None else format_instant(at)


def assessment_value(assessment: Assessment, words: Words) -> Value:
    """Return an assessment with a sentence for each finding."""
    findings = [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "basis": finding.basis,
            "field": finding.field,
            "message": words.finding(finding),
        }
        for finding in assessment.findings
    ]
    return {"findings": findings, "may_proceed": assessment.may_proceed}


def node_value(info: NodeInfo) -> Value:
    """Return which node this is."""
    return {
        "party": info.party,
        "name": info.name,
        "realm": info.realm.value,
        "root": info.root,
        "authorities": list(info.authorities),
        "endpoint": info.endpoint,
        "shelter": info.is_shelter,
    }


def officer_value(officer: OfficerView) -> Value:
    """Return one officer."""
    return {"name": officer.name, "authority": officer.authority, "roles": list(officer.roles)}


def peer_value(peer: PeerView) -> Value:
    """Return one pinned Party."""
    return {
        "party": peer.party,
        "root": peer.root,
        "words": list(peer.words),
        "confirmed_by": list(peer.confirmed_by),
        "authorities": list(peer.authorities),
        "endpoint": peer.endpoint,
        "queued": peer.queued,
        "alarms": list(peer.alarms),
    }


def draft_value(draft: DraftView, words: Words) -> Value:
    """Return an act in preparation."""
    return {
        "act": draft.act,
        "case": draft.case,
        "kind": draft.kind,
        "authority": draft.authority,
        "assessment": assessment_value(draft.assessment, words),
        "undecided": list(draft.undecided),
        "approved_by": list(draft.approved_by),
        "persons_needed": draft.persons_needed,
        "single": draft.single,
        "roles_missing": list(draft.roles_missing),
        "ready": draft.is_ready,
    }


def act_value(act: ActView) -> Value:
    """Return one act of a case."""
    return {
        "id": act.act,
        "case": act.case,
        "kind": act.kind,
        "from": act.sender,
        "to": list(act.to),
        "at": moment(act.at),
        "seq": act.seq,
        "basis": act.basis,
        "approved_by": list(act.approved_by),
        "single": act.single,
        "receipted_at": moment(act.receipted_at),
        "receipt": act.receipt_result,
        "body": dict(act.body),
        "parts": list(act.parts),
        "attested": None if act.attested is None else attestation_value(act.attested),
    }


def attestation_value(one: AttestationView) -> Value:
    """Return what an act attests of the other side."""
    return {
        "kind": one.kind,
        "of": one.of,
        "channel": one.channel,
        "at": moment(one.at),
        "checked": one.checked,
        "reference": one.reference,
        "scan": one.scan,
        "status": one.status,
        "confirms": one.confirms,
    }


def request_value(request: RequestView) -> Value:
    """Return one request and its items."""
    return {
        "act": request.act,
        "case": request.case,
        "mechanism": request.mechanism,
        "by": request.by,
        "to": request.to,
        "status": request.status,
        "items": dict(request.items),
        "preserved_until": moment(request.preserved_until),
        "attested": request.attested,
        "accounts": [
            {
                "item": one.id,
                "state": one.state,
                "act": one.act,
                "ground": one.ground,
                "order": one.order,
                "delivery": one.delivery,
                "forwarded_to": one.forwarded_to,
            }
            for one in request.accounts
        ],
        "talks": [talk_value(one) for one in request.talks],
        "teams": [_team_value(one) for one in request.teams],
    }


def _team_value(team: TeamView) -> dict[str, object]:
    return {
        "act": team.act,
        "agreement": team.agreement,
        "parties": list(team.parties),
        "leader": team.leader,
        "from": moment(team.start),
        "until": moment(team.until),
        "in_force": team.in_force,
        "signatures": [
            {"authority": one.authority, "act": one.act, "carried": one.carried, "proven": one.proven}
            for one in team.signatures
        ],
        "missing": list(team.missing),
        "left": list(team.left),
        "replaced_by": team.replaced_by,
    }


def talk_value(talk: TalkView) -> Value:
    """Return what one side asked or told the other, and its answer."""
    return {
        "act": talk.act,
        "kind": talk.kind,
        "by": talk.by,
        "owner": talk.owner,
        "items": list(talk.items),
        "codes": list(talk.codes),
        "asked_at": moment(talk.asked_at),
        "answer": talk.answer,
        "answered_by": talk.answered_by,
        "until": moment(talk.until),
    }


def duty_value(duty: DutyView, words: Words) -> Value:
    """Return one duty, its arithmetic step by step, and the alarm that came last: hours before the time."""
    from comity.cli.reckoned import steps_value
    from comity.kernel.clock import HOUR

    return {
        "code": duty.code,
        "about": duty.about,
        "owner": duty.owner,
        "due": moment(duty.due),
        "basis": duty.basis,
        "alarm": None if duty.alarm is None else duty.alarm // HOUR,
        "alarms_to": moment(duty.alarms_to),
        "arithmetic": steps_value(duty.steps, words),
    }


def delivery_value(delivery: DeliveryView) -> Value:
    """Return one delivery and how far it came."""
    return {
        "act": delivery.act,
        "case": delivery.case,
        "bag_root": delivery.bag_root,
        "pieces": delivery.pieces,
        "pieces_here": delivery.pieces_here,
        "complete": delivery.complete,
        "opened": delivery.opened,
    }


def exhibit_value(exhibit: ExhibitView) -> Value:
    """Return one exhibit."""
    value: Value = {
        "number": exhibit.number,
        "name": exhibit.name,
        "sha256": exhibit.sha256,
        "bytes": exhibit.size,
    }
    if exhibit.changes:
        value["changes"] = list(exhibit.changes)
    if exhibit.read is not None:
        value["read"] = exhibit.read
    if exhibit.part:
        value["part"] = {"of": exhibit.part_of, "number": exhibit.part, "last": exhibit.last}
    return value


def unfinished_value(one: UnfinishedView) -> Value:
    """Return a sealing that was interrupted."""
    return {
        "name": one.name,
        "began": moment(one.began),
        "case": one.case or None,
        "sources": list(one.sources),
        "out": one.out or None,
    }


def seal_value(sealed: SealView) -> Value:
    """Return a sealed package."""
    return {
        "path": sealed.path,
        "bag_root": sealed.bag_root,
        "piece_root": sealed.piece_root,
        "payload_length": sealed.payload_length,
        "pieces": sealed.pieces,
        "exhibits": [exhibit_value(exhibit) for exhibit in sealed.exhibits],
        "label": sealed.label,
    }


def case_value(case: CaseView, words: Words) -> Value:
    """Return a case as one office sees it now."""
    return {
        "case": case.case,
        "participants": list(case.participants),
        "opened_at": moment(case.opened_at),
        "closed": case.closed,
        "forked": case.forked,
        "acts": [act_value(act) for act in case.acts],
        "requests": [request_value(request) for request in case.requests],
        "deliveries": [delivery_value(delivery) for delivery in case.deliveries],
        "duties": [duty_value(duty, words) for duty in case.duties],
        "permitted": list(case.permitted),
        "stopped": [{"kind": one.kind, "request": one.request, "why": one.why} for one in case.stopped],
        "drafts": [draft_value(draft, words) for draft in case.drafts],
        "custody": [
            {
                "at": moment(one.at),
                "bag_root": one.bag_root,
                "step": one.step,
                "officer": one.officer,
                "authority": one.authority,
                "to": one.to,
            }
            for one in case.custody
        ],
    }


def log_value(log: LogView) -> Value:
    """Return the head of one log."""
    return {
        "origin": log.origin,
        "size": log.size,
        "root": log.root,
        "checkpoint": log.checkpoint,
        "cosigned_by": list(log.cosigned_by),
    }
