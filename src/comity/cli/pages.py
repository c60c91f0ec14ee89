"""Views of the node as lines for people: what happened, what is open, what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.clocks import explained
from comity.cli.output import isolate, printable, table, wrap
from comity.cli.values import moment
from comity.wording.clocks import rung_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.cli.words import Words
    from comity.kernel.findings import Assessment, Finding
    from comity.node.views import ActView, CaseView, DraftView, DutyView, ExhibitView, RequestView

_SHORT = 12
_MOST_MISSING = 100
_CHANGED = {
    "grew": "line.source_grew",
    "shrank": "line.source_shrank",
    "modified": "line.source_modified",
}


def short(identifier: str) -> str:
    """Return the first digits of an id: enough to type it."""
    return identifier[:_SHORT]


def _undecided(_finding: Finding) -> bool:
    return False


def assessment_lines(
    assessment: Assessment, words: Words, *, is_decided: Callable[[Finding], bool] = _undecided
) -> tuple[str, ...]:
    """Return the findings, heaviest first, and whether one may go on.

    Args:
        assessment: What was found.
        words: In which they are said.
        is_decided: Tells which findings a named officer decided already.
    """
    lines: list[str] = []
    for finding in assessment.findings:
        place = f" {isolate(finding.field, words.language)}" if finding.field else ""
        basis = isolate(finding.basis, words.language)
        head = f"{words.label('severity', finding.severity.value)}  [{basis}]{place}"
        lines += [head, *wrap(words.finding(finding), indent=4)]
        if finding.severity.value == "blocks" and (remedy := words.remedy(finding)):
            lines += wrap(f"→ {remedy}", indent=4)
        if finding.severity.value == "decide":
            done = is_decided(finding)
            lines.append(
                "    " + (words.say("line.decided") if done else words.say("line.code", code=finding.code))
            )
    if not assessment.may_proceed:
        return (*lines, words.say("line.may_not_proceed"))
    if left := sum(not is_decided(one) for one in assessment.to_decide):
        return (*lines, words.say("line.may_decide", count=left))
    return (*lines, words.say("line.may_proceed"))


def draft_lines(draft: DraftView, words: Words) -> tuple[str, ...]:
    """Return a draft: what was found, what is to decide, who is missing and the next command."""
    from comity.cases.gate import finding_key

    kind = words.label("act", draft.kind)
    lines = [words.say("line.draft", kind=kind, act=short(draft.act), case=short(draft.case))]

    def is_decided(finding: Finding) -> bool:
        return finding_key(finding) not in draft.undecided

    lines += [f"  {line}" for line in assessment_lines(draft.assessment, words, is_decided=is_decided)]
    if draft.undecided:
        lines.append("  " + words.say("line.undecided", codes=", ".join(names_of(draft.undecided))))
    if draft.approved_by:
        lines.append("  " + words.say("line.approved_by", names=", ".join(draft.approved_by)))
    lines += single_lines(draft.single, words)
    return (*lines, *(f"  {line}" for line in next_lines(draft, words)))


def next_lines(draft: DraftView, words: Words) -> tuple[str, ...]:
    """Return what a draft still lacks, with the exact command for it."""
    if not draft.assessment.may_proceed:
        return (words.say("next.mend", act=short(draft.act)),)
    decides = "".join(f' --decide {code}=proceed:"…"' for code in names_of(draft.undecided))
    command = f'comity act approve {short(draft.act)}{decides} --reason "…"'
    if not draft.approved_by:
        return (words.say("next.approve", command=command, count=draft.persons_needed),)
    if draft.roles_missing:
        roles = ", ".join(words.label("role", role) for role in draft.roles_missing)
        second = f'comity --as OFFICER act approve {short(draft.act)}{decides} --reason "…"'
        return (words.say("next.second", roles=roles, command=second),)
    if draft.undecided:
        return (words.say("next.decide", command=command),)
    return ()


def names_of(keys: Sequence[str]) -> tuple[str, ...]:
    """Return how to name each open finding in ``--decide``: its code if that is enough, else its key."""
    codes = [key.partition("@")[0] for key in keys]
    return tuple(code if codes.count(code) == 1 else key for code, key in zip(codes, keys, strict=True))


def act_lines(act: ActView, words: Words) -> tuple[str, ...]:
    """Return one issued act."""
    to = ", ".join(act.to)
    kind = words.label("act", act.kind)
    lines = [
        words.say("line.issued", kind=kind, basis=act.basis, act=short(act.act), sender=act.sender, to=to)
    ]
    if act.approved_by:
        lines.append("  " + words.say("line.approved_by", names=", ".join(act.approved_by)))
    lines += single_lines(act.single, words)
    return (*lines, "  " + words.say("line.case", case=short(act.case)))


def single_lines(single: str, words: Words) -> list[str]:
    """Return the line that tells of the mark of a single approval; nothing where nothing is marked."""
    return ["  " + words.say("line.single", why=words.label("single", single))] if single else []


def timeline(acts: Sequence[ActView], words: Words) -> tuple[str, ...]:
    """Return acts as a table, in the order given."""
    rows = []
    for act in acts:
        state = act.receipt_result or "queued"
        rows.append(
            (
                moment(act.at) or "",
                act.sender,
                short(act.act),
                act.basis,
                words.label("receipt", state),
                _kind_of(act, words),
            )
        )
    return table(rows, indent=2)


def _kind_of(act: ActView, words: Words) -> str:
    """Return the kind of an act; of an attestation, what it attests, how it came, and how it stands."""
    one = act.attested
    if one is None:
        return words.label("act", act.kind)
    told = words.say(
        "line.attests",
        sender=one.of,
        kind=words.label("act", one.kind),
        channel=words.label("talk", one.channel),
    )
    return f"{told} ({words.label('talk', one.status)})"


def request_rows(requests: Sequence[RequestView], words: Words) -> tuple[str, ...]:
    """Return requests as a table."""
    rows = []
    for request in requests:
        items = ", ".join(
            f"{isolate(name, words.language)}: {words.label('item', state)}"
            for name, state in request.items.items()
        )
        until = moment(request.preserved_until)
        kept = words.say("line.kept_until", date=until) if until else ""
        status = words.label("status", request.status)
        rows.append(
            (short(request.act), request.mechanism, f"{request.by} → {request.to}", status, items, kept)
        )
    return table(rows, indent=2)


def duty_rows(duties: Sequence[DutyView], words: Words) -> tuple[str, ...]:
    """Return duties as a table: due first, then whose."""
    rows = [
        (
            moment(duty.due) or words.say("line.no_date"),
            duty.owner,
            duty.basis,
            words.label("duty", duty.code.removeprefix("duty.")),
            short(duty.about),
            rung_text(duty.alarm, duty.alarms_to, language=words.language),
        )
        for duty in duties
    ]
    return explained(table(rows, indent=2), duties, words, indent=4)


def exhibit_rows(exhibits: Sequence[ExhibitView], words: Words) -> tuple[str, ...]:
    """Return exhibits as a table: digest, size, name as it was."""
    rows = [
        (exhibit.sha256, words.say("line.bytes", count=exhibit.size), printable(exhibit.name))
        for exhibit in exhibits
    ]
    return table(rows, indent=2)


def exhibit_notes(exhibits: Sequence[ExhibitView], words: Words) -> tuple[str, ...]:
    """Return what a reader has to know of exhibits: sources that changed, parts that make one exhibit."""
    lines = [
        "  " + words.say(_CHANGED[change], name=printable(exhibit.name), read=exhibit.read or 0)
        for exhibit in exhibits
        for change in exhibit.changes
    ]
    wholes: dict[str, list[ExhibitView]] = {}
    for exhibit in exhibits:
        if exhibit.part:
            folder, slash, _ = exhibit.name.rpartition("/")
            wholes.setdefault(folder + slash + exhibit.part_of, []).append(exhibit)
    for name, parts in wholes.items():
        lines.append("  " + words.say("line.in_parts", name=printable(name), count=len(parts)))
        here = {part.part for part in parts}
        lines.extend(
            "  " + words.say("line.part_missing", name=printable(name), number=number)
            for number in range(1, max(here))
            if number not in here and len(here) + _MOST_MISSING > max(here)
        )
        if not any(part.last for part in parts):
            lines.append("  " + words.say("line.stream_cut", name=printable(name)))
    return tuple(lines)


def case_lines(case: CaseView, words: Words) -> tuple[str, ...]:
    """Return a whole case: acts, requests, deliveries, duties, drafts and what may come next."""
    state = "line.closed" if case.closed else "line.open"
    opened = moment(case.opened_at) or ""
    lines = [words.say("line.case_head", case=case.case, state=words.say(state), opened=opened)]
    lines.append("  " + ", ".join(case.participants))
    if case.forked:
        lines.append("  " + words.say("line.forked"))
    blocks = (
        ("title.acts", timeline(case.acts, words)),
        ("title.requests", request_rows(case.requests, words)),
        ("title.items", _account_rows(case, words)),
        ("title.talks", _talk_rows(case, words)),
        ("title.teams", _team_rows(case, words)),
        ("title.deliveries", _delivery_rows(case, words)),
        ("title.duties", duty_rows(case.duties, words)),
        ("title.drafts", tuple(line for draft in case.drafts for line in draft_lines(draft, words))),
        ("title.permitted", table(((kind, words.label("act", kind)) for kind in case.permitted), indent=2)),
        ("title.stopped", _stopped_rows(case, words)),
        ("title.lanes", _lane_rows(case, words)),
        ("title.custody", _custody_rows(case, words)),
    )
    for title, block in blocks:
        if block:
            lines += ["", words.say(title), *block]
    return tuple(lines)


def _stopped_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    rows = ((one.kind, short(one.request), words.label("stop", one.why)) for one in case.stopped)
    return table(rows, indent=2)


def _lane_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    """Return what the fast lanes did in the case, a sentence each."""
    from comity.wording.lanes import event_text

    rows = (
        (moment(one.at) or "", event_text(one, language=words.language, clean=printable))
        for one in case.lane_events
    )
    return table(rows, indent=2)


def _custody_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    """Return what became of the packages of the case, a sentence each."""
    from comity.wording.custodymarks import custody_text

    rows = (
        (moment(one.at) or "", custody_text(one, language=words.language, clean=printable))
        for one in case.custody
    )
    return table(rows, indent=2)


def _delivery_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    rows = []
    for delivery in case.deliveries:
        state = "opened" if delivery.opened else "complete" if delivery.complete else "underway"
        pieces = f"{delivery.pieces_here}/{delivery.pieces}"
        rows.append((short(delivery.act), pieces, words.label("delivery", state), short(delivery.bag_root)))
    return table(rows, indent=2)


def _account_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    """Return the items that came to something: by which act, on which ground, order and delivery."""
    rows = [
        (
            isolate(one.id, words.language),
            words.label("item", one.state),
            words.label("ground", one.ground) if one.ground else one.forwarded_to,
            *(short(act) if act else "-" for act in (one.act, one.order, one.delivery)),
        )
        for request in case.requests
        for one in request.accounts
        if one.act is not None
    ]
    return table(rows, indent=2)


def _team_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    """Return the agreements on joint teams: state, digest, and what each Party did."""
    lines = []
    for team in (one for request in case.requests for one in request.teams):
        state = "replaced" if team.replaced_by else "in_force" if team.in_force else "not_in_force"
        lines.append(
            f"  {short(team.act)}  "
            + words.say("line.team", state=words.say(f"web.team.{state}"), digest=short(team.agreement))
        )
        by = {one.authority: one for one in team.signatures}
        for party in team.parties:
            said = "left" if party in team.left else "signed" if party in by else "missing"
            carried = by[party].carried if party in by else False
            proof = ("proven" if by[party].proven else "unproven") if carried else ""
            told = [words.say(f"web.team.{code}") for code in (said, proof) if code]
            lines.append(f"    {party}  " + ", ".join(told))
    return tuple(lines)


def _talk_rows(case: CaseView, words: Words) -> tuple[str, ...]:
    """Return what was asked and told, with the answer or who owes it."""
    rows = []
    for request in case.requests:
        for talk in request.talks:
            said = ", ".join(words.label("talk", code) for code in talk.codes)
            owed = words.say("line.waits_for", owner=talk.owner)
            answer = words.label("act", talk.answered_by) if talk.answered_by else owed
            rows.append((short(talk.act), talk.by, words.label("act", talk.kind), said, answer))
    return table(rows, indent=2)
