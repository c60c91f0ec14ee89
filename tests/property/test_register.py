"""Whatever offices do, what the register says of a case that does not wait is what its fold says."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from comity.cases.duties import duties
from comity.cases.lines import DutyLine, Mark
from comity.cases.register import VERSION, is_current, keep, lines_of
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import CaseId
from tests.builders import T0, request_body
from tests.desks import Office
from tests.property.test_desk import SIDE, Offices, body_for

ALL = 1000


class Registers(Offices):
    """Two offices with several cases each, whose lines are written now and then, a few at a time."""

    def offices(self) -> tuple[Office, Office]:
        return self.world.a, self.world.b

    @rule(side=SIDE, until=st.one_of(st.none(), st.integers(1, 40)))
    def ask_in_a_case_of_its_own(self, side: str, until: int | None) -> None:
        office = self.world.office(side)
        if not self.pending(office):
            office.assessor.findings = {}
            secret = None if until is None else self.world.clock.now() + until * DAY
            self.case = office.send(
                "preservation.request", request_body(items=("1", "2"), confidential_until=secret)
            ).act.case
            self.world.settle()

    @rule(side=SIDE, most=st.integers(1, 3))
    def write_some(self, side: str, most: int) -> None:
        office = self.world.office(side)
        write(office, most=most)

    @rule(side=SIDE, kind=st.sampled_from(("case.consult", "request.clarify", "request.withdraw")))
    def act_between_two_writings(self, side: str, kind: str) -> None:
        office = self.world.office(side)
        request = office.state(self.case).requests[0].id
        if self.pending(office):
            return
        for one in self.offices():
            one.assessor.findings = {}
            write(one, most=ALL)
        now = self.world.clock.now()
        try:
            office.send(kind, body_for(office, self.case, kind, request, ("1",), now), case=self.case)
        except ComityError:
            return
        for one in self.offices():
            write(one, most=ALL)
        self.world.settle()

    @rule(side=SIDE)
    def throw_it_away(self, side: str) -> None:
        office = self.world.office(side)
        write(office, most=ALL)
        before = listed(office)
        office.tx.acts.restart_register(office.side.address.authority, version=VERSION)
        assert listed(office) == {}
        write(office, most=ALL)
        assert listed(office) == before

    @invariant()
    def what_does_not_wait_is_right(self) -> None:
        for office in self.offices():
            ours, acts = office.side.address.authority, office.tx.acts
            waiting = {mark.case for mark in acts.waiting_cases(ours, most=ALL)}
            held = {record.case for record in acts.pendings(ours)} | set(acts.cases(ours))
            for case in held - waiting:
                mark = Mark(authority=ours, case=case, number=0)
                line, owed = lines_of(office.tx, mark, reader=office.reader)
                assert listed(office).get(case) == line
                assert line is None or acts.duties_of(ours, [case]) == owed

    @rule(side=SIDE, days=st.integers(-1, 400), odd=st.sampled_from((-1, 0, 1)))
    def look_at_any_hour(self, side: str, days: int, odd: int) -> None:
        office = self.world.office(side)
        write(office, most=ALL)
        ours, acts = office.side.address.authority, office.tx.acts
        now = Instant(T0 + days * DAY + odd)
        found = {
            theirs: acts.duty_lines(ours, theirs=theirs, now=now, after=None, most=ALL)
            for theirs in (False, True)
        }
        wanted = [fact for case in acts.cases(ours) for fact in folded(office, case, now)]
        assert sorted(fact(line) for lines in found.values() for line in lines) == sorted(wanted)
        assert all((line.owner != ours) is theirs for theirs, lines in found.items() for line in lines)
        for lines in found.values():
            assert list(lines) == sorted(lines, key=lambda line: line.key)


def write(office: Office, *, most: int) -> None:
    """Write the lines of some waiting cases, as the desk does."""
    ours, acts = office.side.address.authority, office.tx.acts
    if not is_current(office.tx, ours):
        acts.restart_register(ours, version=VERSION)
    made = [
        (mark, lines_of(office.tx, mark, reader=office.reader))
        for mark in acts.waiting_cases(ours, most=most)
    ]
    assert keep(office.tx, made) == len(made)


def listed(office: Office) -> dict[CaseId, object]:
    """Return the kept lines by case."""
    found = office.tx.acts.case_lines(office.side.address.authority, after=None, most=ALL)
    return {line.case: line for line in found}


def fact(line: DutyLine) -> tuple[object, ...]:
    return (line.case, line.code, line.about, line.owner, line.due is None, line.due or 0, line.basis)


def folded(office: Office, case: CaseId, now: Instant) -> list[tuple[object, ...]]:
    """Return what the fold says is due in a case."""
    return [
        (case, d.code, d.act, d.who.authority, d.due is None, d.due or 0, d.basis)
        for d in duties(office.state(case), now=now)
    ]


TestRegisters = Registers.TestCase
TestRegisters.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
