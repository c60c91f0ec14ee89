"""Random sequences of everything an office can do: nothing leaves without its gate, and nobody is doubted."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from comity.cases.acts import Act
from comity.cases.approvals import EMERGENCY_KINDS, check_approvals, persons_needed
from comity.cases.gate import WayOut, finding_key
from comity.cases.kinds import KINDS, REQUEST_KINDS
from comity.cases.permitted import permissions
from comity.cases.wire import parse_parcel, parse_signed_act
from comity.exchange.ports import Accepted
from comity.kernel.clock import DAY, SECOND
from comity.kernel.errors import ComityError, UntrustedError
from comity.kernel.findings import Severity
from comity.kernel.ids import ActId, CaseId, OfficerName
from comity.kernel.signing import is_signature
from tests.builders import request_body
from tests.desks import Office, deliver_body, finding, make_world
from tests.talking import TALKED, talk_body

OFFICERS = ("a.diallo", "b.okafor", "c.laurent")
SIDE = st.sampled_from("ab")
MARK = st.sampled_from(["", "", "no-time"])
FINDINGS = (
    (),
    (finding("scope.unclear"),),
    (finding("scope.unclear"), finding("rights.persecution", place=2)),
    (finding("form.incomplete", Severity.BLOCKS),),
)


def body_for(
    office: Office, case: str, kind: str, request: str, items: tuple[str, ...], now: int
) -> dict[str, object]:
    """Return a body that fits the state of the request."""
    found = office.state(case).request(request)
    names = list(items) or ["1"]
    asked = found.clarifications[0] if found and found.clarifications else "0" * 64
    decision = found.decisions[-1].act if found and found.decisions else "0" * 64
    about = {"request": request, "items": names}
    if kind in TALKED:
        state = office.state(case)
        return talk_body(kind, state, me=office.side.address, request=request, items=names[:1], now=now)
    own = "XAB" if found is None else found.to.authority[:3]
    return {
        "preservation.request": request_body(items=("1", "2")),
        "data.request": request_body("44(1)", items=("1", "2"), preservation=request or None),
        "assistance.request": request_body("40(3)(a)", items=("1", "2")),
        "cooperation.request": request_body("48", items=("1", "2")),
        "police.request": request_body("47(1)", items=("1", "2")),
        "information.offer": request_body("40(4)", items=("1", "2")),
        "request.forward": about | {"authority": f"{own}/other-office"},
        "execution.report": {
            "request": request,
            "items": [{"id": name, "result": "executed"} for name in names],
        },
        "request.refuse": about | {"ground": "R-40.21b", "consulted": None},
        "request.postpone": about | {"ground": "P-40.27", "until": None},
        "request.clarify": {"request": request, "fields": ["/facts"]},
        "request.answer": {"request": request, "clarify": asked},
        "case.consult": {"request": request, "about": "refusal"},
        "order.record": about | {"from": now, "until": now + 90 * DAY},
        "preservation.effect": {
            "request": request,
            "items": [{"id": name, "state": "held"} for name in names],
            "t0": now,
            "expires": now + 61 * DAY,
        },
        "preservation.extend": {"request": request, "until": now + 120 * DAY},
        "preservation.release": {"request": request},
        "evidence.deliver": deliver_body(request, decision, items=names[:1]),
        "case.close": {"outcome": "done"},
        "original.confirm": {"request": request, "form": "paper", "at": now},
        "measure.lift": about | {"ground": "other"},
    }.get(kind, about)


class Offices(RuleBasedStateMachine):
    """Two offices that draft, decide, approve, issue, drop, carry and try to get things out."""

    def __init__(self) -> None:
        super().__init__()
        self.world = make_world()
        self.pick_policy()
        self.case = self.opened()
        self.world.settle()

    def pick_policy(self) -> None:
        """Both Parties let one person approve alone; nothing here is an emergency, so nobody ever may."""
        self.world.pair.directory.single.update(
            side.address.root for side in (self.world.a.side, self.world.b.side)
        )

    def opened(self) -> CaseId:
        return self.world.a.send("data.request", request_body("44(1)", items=("1", "2"))).act.case

    def may_be_single(self, office: Office, act: Act) -> bool:
        return False

    def pending(self, office: Office) -> CaseId | None:
        found = office.tx.acts.pendings(office.side.address.authority)
        return found[0].case if found else None

    @rule(side=SIDE, pick=st.integers(0, 999), findings=st.sampled_from(FINDINGS), single=MARK)
    def draft_something_permitted(self, side: str, pick: int, findings: tuple, single: str) -> None:  # type: ignore[type-arg]
        office = self.world.office(side)
        now = self.world.clock.now()
        state = office.state(self.case)
        allowed = [p for p in permissions(state, office.side.address, now=now) if p.is_allowed]
        if self.pending(office) or not allowed:
            return
        chosen = allowed[pick % len(allowed)]
        if chosen.kind == "case.close" and pick % 3:
            return
        if chosen.kind == "act.attest" and state.closed:
            return
        office.assessor.findings = dict.fromkeys(KINDS, findings)
        request = chosen.request or (state.requests[0].id if chosen.kind == "data.request" else "")
        body = body_for(office, self.case, chosen.kind, request, chosen.items, now)
        try:
            office.draft(chosen.kind, body, case=self.case, single=single)
        except UntrustedError:
            assert single

    @rule(side=SIDE, kind=st.sampled_from(sorted(set(KINDS) - REQUEST_KINDS)), single=MARK)
    def draft_anything(self, side: str, kind: str, single: str) -> None:
        office = self.world.office(side)
        request = office.state(self.case).requests[0].id
        try:
            office.draft(
                kind,
                body_for(office, self.case, kind, request, ("1",), self.world.clock.now()),
                case=self.case,
                single=single,
            )
        except ComityError:
            return

    @rule(side=SIDE, officer=st.sampled_from(OFFICERS))
    def decide(self, side: str, officer: str) -> None:
        office = self.world.office(side)
        case = self.pending(office)
        if case is None:
            return
        for found in office.desk.assessment(office.tx, case).findings:
            try:
                office.desk.decide(
                    office.tx, case, finding=finding_key(found), officer=OfficerName(officer), inner="weighed"
                )
            except ComityError:
                assert found.severity is not Severity.DECIDE

    @rule(side=SIDE, officer=st.sampled_from(OFFICERS))
    def approve(self, side: str, officer: str) -> None:
        office = self.world.office(side)
        case = self.pending(office)
        if case is not None:
            try:
                office.approve(case, officer)
            except ComityError:
                return

    @rule(side=SIDE)
    def issue(self, side: str) -> None:
        office = self.world.office(side)
        case = self.pending(office)
        if case is not None:
            self.world.clock.advance(SECOND)
            try:
                office.desk.issue(office.tx, case)
            except ComityError:
                assert self.pending(office) == case

    @rule(
        side=SIDE,
        officers=st.sampled_from([OFFICERS, OFFICERS[:2], OFFICERS[2:]]),
        findings=st.sampled_from(FINDINGS),
    )
    def push_through(self, side: str, officers: tuple[str, ...], findings: tuple) -> None:  # type: ignore[type-arg]
        """Approve all one can, let the findings change, and issue in spite of everything."""
        office = self.world.office(side)
        for officer in officers:
            self.approve(side, officer)
        office.assessor.findings = dict.fromkeys(KINDS, findings)
        self.issue(side)

    @rule(side=SIDE)
    def drop(self, side: str) -> None:
        office = self.world.office(side)
        case = self.pending(office)
        if case is not None:
            office.desk.drop(office.tx, case)

    @rule(side=SIDE)
    def carry(self, side: str) -> None:
        office = self.world.office(side)
        if office.dispatch.queued:
            answer = self.world.carry(office, office.dispatch.queued.pop(0))
            assert isinstance(answer, Accepted), answer

    @rule(side=SIDE, way=st.sampled_from(WayOut), pick=st.integers(0, 99))
    def try_a_way_out(self, side: str, way: WayOut, pick: int) -> None:
        office = self.world.office(side)
        ours = office.side.address.authority
        records = office.tx.acts.of_case(ours, self.case)
        ids = [r.act_id for r in records] + [p.act_id for p in office.tx.acts.pendings(ours)]
        chosen = [None, ActId("0" * 64), *ids][pick % (2 + len(ids))]
        try:
            passage = office.releases.require_way_out(office.tx, way, case=self.case, decided_by=chosen)
        except ComityError:
            return
        gate = None if chosen is None else office.tx.acts.gate(ours, chosen)
        assert passage.is_released == (gate is not None)
        if gate is None:
            assert way not in (WayOut.ISSUE, WayOut.COURIER)

    @precondition(lambda self: self.pending(self.world.a) is None)
    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.world.clock.advance(days * DAY)

    @invariant()
    def nothing_left_without_its_gate(self) -> None:
        for office in (self.world.a, self.world.b):
            ours = office.side.address.authority
            for message_id, plaintext in office.dispatch.queued:
                assert office.tx.acts.gate(ours, message_id) is not None
                assert parse_parcel(plaintext).signed.act.id == message_id
            for record in office.tx.acts.of_case(ours, self.case):
                if not record.own:
                    continue
                signed = parse_signed_act(record.signed)
                gate = office.tx.acts.gate(ours, record.act_id)
                assert gate is not None
                taken = {d.finding for d in office.tx.acts.decisions(ours, record.act_id)}
                assert set(gate.findings) <= taken
                assert not check_approvals(
                    signed.act,
                    signed.approvals,
                    directory=self.world.pair.directory,
                    at=self.world.clock.now(),
                )
                if signed.act.single:
                    assert self.may_be_single(office, signed.act) and len(signed.approvals) == 1
                elif persons_needed(signed.act.kind) == 2:
                    assert len(signed.approvals) >= 2
                made = signed.act.envelope.signatures[0].signature
                assert is_signature(office.side.act_key.public, signed.act.envelope.pae, made)

    @invariant()
    def who_keeps_the_rules_is_never_doubted(self) -> None:
        for office in (self.world.a, self.world.b):
            state = office.state(self.case)
            assert not state.is_frozen and not state.orphans

    def teardown(self) -> None:
        self.world.settle()
        assert self.world.a.state(self.case) == self.world.b.state(self.case)


class Emergencies(Offices):
    """The same in an emergency, where the requested Party alone lets one person approve."""

    def pick_policy(self) -> None:
        self.world.pair.directory.single.add(self.world.b.side.address.root)

    def opened(self) -> CaseId:
        body = request_body("41(3)(e)", items=("1", "2"))
        return self.world.a.send("assistance.request", body).act.case

    def may_be_single(self, office: Office, act: Act) -> bool:
        about = act.body.get("request") == self.case
        return office is self.world.b and act.kind in EMERGENCY_KINDS and about


Offices.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestOffices = Offices.TestCase
Emergencies.TestCase.settings = settings(max_examples=20, stateful_step_count=40, deadline=None)
TestEmergencies = Emergencies.TestCase
