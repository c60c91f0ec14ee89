"""What every adapter of ``cases.ports.RegisterRows`` does, and when it marks a case as changed."""

from dataclasses import replace

import pytest

from comity.cases.lines import CaseKey, CaseLine, DutyLine, Mark, RequestLine
from comity.cases.ports import ActRecord
from comity.cases.reckoning import Step
from comity.exchange.ports import Pin
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.node.ports import Store, Transaction
from tests.builders import T0, Thread, make_pair
from tests.contract.test_act_store import pending_of, receipt_of, record_of

OURS, OTHER = AuthorityId("XAA/contact-point"), AuthorityId("XAB/contact-point")
CASES = tuple(CaseId(letter * 64) for letter in "0123456789abcdef")


def line_of(case: CaseId, *, opened_at: int = T0, **more: object) -> CaseLine:
    made = CaseLine(
        authority=OURS,
        case=case,
        fold_version="1.1",
        acts=3,
        receipts=2,
        opened_at=Instant(opened_at),
        participants=(OURS, OTHER),
        closed=False,
        frozen=True,
        requests=(
            RequestLine(
                act=ActId(case),
                mechanism="42(1)",
                by=OURS,
                to=OTHER,
                status="asked",
                items=(("1", "asked"), ("é", "held")),
                preserved_until=None,
            ),
        ),
        draft=None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def duty_of(case: CaseId, number: int = 1, *, due: int | None = T0, **more: object) -> DutyLine:
    made = DutyLine(
        authority=OURS,
        case=case,
        number=number,
        theirs=False,
        code="duty.decide",
        about=ActId(case),
        owner=OURS,
        due=None if due is None else Instant(due),
        after=None,
        until=None,
        basis="42(4)",
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture
def record() -> ActRecord:
    return record_of(Thread(make_pair()))


def numbers(tx: Transaction) -> dict[CaseId, int]:
    return {mark.case: mark.number for mark in tx.acts.waiting_cases(OURS, most=100)}


def put(tx: Transaction, *lines: tuple[CaseLine, tuple[DutyLine, ...]]) -> None:
    """Keep lines of cases that have an act of the same name each."""
    thread = Thread(make_pair())
    template = record_of(thread)
    for line, _ in lines:
        tx.acts.add(replace(template, act_id=ActId(line.case), case=line.case))
    for line, duties in lines:
        assert tx.acts.keep_lines(
            Mark(authority=OURS, case=line.case, number=numbers(tx)[line.case]), line, duties
        )


def test_what_changes_a_case_marks_it_and_each_change_has_a_number_of_its_own(
    node_store: Store, record: ActRecord
) -> None:
    case = record.case
    with node_store.transaction() as tx:
        tx.acts.add(record)
    seen = []
    steps = (
        lambda tx: tx.acts.add_receipt(receipt_of(record)),
        lambda tx: tx.acts.put_pending(replace(pending_of(Thread(make_pair())), case=case)),
        lambda tx: tx.acts.drop_pending(OURS, case),
        lambda tx: tx.acts.add(replace(record, act_id=ActId("f" * 64))),
    )
    for step in steps:
        with node_store.transaction() as tx:
            (mark,) = tx.acts.waiting_cases(OURS, most=9)
            seen.append(mark.number)
            assert tx.acts.keep_lines(mark, line_of(case), ())
            assert tx.acts.waiting_cases(OURS, most=9) == ()
        with node_store.transaction() as tx:
            step(tx)
        with node_store.snapshot() as tx:
            assert [m.case for m in tx.acts.waiting_cases(OURS, most=9)] == [case]
            assert tx.acts.waiting_cases(OTHER, most=9) == ()
    assert len(set(seen)) == len(steps)


def test_a_case_that_changes_after_its_lines_in_one_transaction_waits_again(
    tx: Transaction, record: ActRecord
) -> None:
    tx.acts.add(record)
    (mark,) = tx.acts.waiting_cases(OURS, most=9)
    tx.acts.keep_lines(mark, line_of(record.case), ())
    tx.acts.add(replace(record, act_id=ActId("f" * 64)))
    assert [m.case for m in tx.acts.waiting_cases(OURS, most=9)] == [record.case]


def test_lines_of_a_case_that_has_changed_meanwhile_are_not_kept(
    node_store: Store, record: ActRecord
) -> None:
    with node_store.transaction() as tx:
        tx.acts.add(record)
    with node_store.snapshot() as tx:
        (mark,) = tx.acts.waiting_cases(OURS, most=9)
    with node_store.transaction() as tx:
        tx.acts.add_receipt(receipt_of(record))
    with node_store.transaction() as tx:
        assert not tx.acts.keep_lines(mark, line_of(record.case), (duty_of(record.case),))
        assert tx.acts.case_lines(OURS, after=None, most=9) == ()
        assert [m.case for m in tx.acts.waiting_cases(OURS, most=9)] == [record.case]


def test_a_transaction_that_fails_marks_nothing(node_store: Store, record: ActRecord) -> None:
    with pytest.raises(ZeroDivisionError), node_store.transaction() as tx:
        tx.acts.add(record)
        raise ZeroDivisionError
    with node_store.snapshot() as tx:
        assert tx.acts.waiting_cases(OURS, most=9) == ()


def test_new_keys_of_a_party_mark_its_cases_and_no_others(node_store: Store, record: ActRecord) -> None:
    stranger = Fingerprint("e" * 64)
    changes = (
        lambda tx, root: tx.exchange.put_root(root, version=1, envelope=b"root"),
        lambda tx, root: tx.exchange.put_entry(root, version=1, envelope=b"entry"),
        lambda tx, root: tx.exchange.pin(
            Pin(
                fingerprint=root,
                party=PartyCode("XAB"),
                realm=Realm.PRACTICE,
                pinned_at=T0,
                officers=(OfficerName("a.diallo"),),
                channel="voice",
                ours=False,
            )
        ),
    )
    with node_store.transaction() as tx:
        tx.acts.add(record)
    for change in changes:
        for root, waits in ((stranger, False), (record.author.root, True), (record.to.root, True)):
            with node_store.transaction() as tx:
                for mark in tx.acts.waiting_cases(OURS, most=9):
                    assert tx.acts.keep_lines(mark, line_of(record.case), ())
            with node_store.transaction() as tx:
                change(tx, root)
            with node_store.snapshot() as tx:
                assert bool(tx.acts.waiting_cases(OURS, most=9)) is waits


def test_a_register_that_starts_again_has_no_lines_and_waits_for_every_case(
    tx: Transaction, record: ActRecord
) -> None:
    assert tx.acts.register_version(OURS) == ""
    draft = pending_of(Thread(make_pair()))
    put(tx, (line_of(CASES[1]), (duty_of(CASES[1]),)))
    tx.acts.put_pending(draft)
    before = numbers(tx)
    tx.acts.restart_register(OURS, version="1.1")
    assert tx.acts.register_version(OURS) == "1.1"
    assert tx.acts.register_version(OTHER) == ""
    assert tx.acts.case_lines(OURS, after=None, most=9) == ()
    assert tx.acts.duty_lines(OURS, theirs=False, now=T0, after=None, most=9) == ()
    after = numbers(tx)
    assert set(after) == {CASES[1], draft.case}
    assert after[draft.case] > before[draft.case]
    tx.acts.restart_register(OURS, version="1.2")
    assert tx.acts.register_version(OURS) == "1.2"


def test_lines_come_back_as_they_were_kept_and_newer_ones_take_their_place(tx: Transaction) -> None:
    first = line_of(CASES[1], draft=ActId("d" * 64), closed=True, frozen=False)
    duties = (duty_of(CASES[1]), duty_of(CASES[1], 2, due=None, theirs=True, owner=OTHER))
    put(tx, (first, duties))
    assert tx.acts.case_lines(OURS, after=None, most=9) == (first,)
    assert tx.acts.duties_of(OURS, [first.case]) == duties
    tx.acts.add_receipt(receipt_of(replace(record_of(Thread(make_pair())), case=CASES[1])))
    (mark,) = tx.acts.waiting_cases(OURS, most=9)
    second = line_of(CASES[1], acts=4)
    assert tx.acts.keep_lines(mark, second, duties[:1])
    assert tx.acts.case_lines(OURS, after=None, most=9) == (second,)
    assert tx.acts.duties_of(OURS, [second.case]) == duties[:1]
    tx.acts.drop_pending(OURS, CASES[1])
    (mark,) = tx.acts.waiting_cases(OURS, most=9)
    assert tx.acts.keep_lines(mark, None, ())
    assert tx.acts.case_lines(OURS, after=None, most=9) == ()


def test_cases_come_by_time_of_opening_either_way_page_by_page(tx: Transaction) -> None:
    lines = [line_of(case, opened_at=T0 + place // 2) for place, case in enumerate(CASES[:7])]
    put(tx, *((line, (duty_of(line.case),)) for line in reversed(lines)))
    for newest, wanted in ((False, lines), (True, lines[::-1])):
        found: list[CaseLine] = []
        place: CaseKey | None = None
        while page := tx.acts.case_lines(OURS, after=place, most=3, newest=newest):
            found += page
            place = page[-1].key
        assert found == wanted
    wanted_cases = [line.case for line in lines[1:5]]
    found_duties = tx.acts.duties_of(OURS, [*reversed(wanted_cases), wanted_cases[0], CASES[9]])
    assert [duty.case for duty in found_duties] == sorted(wanted_cases)
    assert tx.acts.duties_of(OURS, []) == ()
    assert tx.acts.case_lines(OTHER, after=None, most=9) == ()


def test_duties_come_by_time_page_by_page_for_one_side_and_one_hour(tx: Transaction) -> None:
    one, two, three = CASES[1:4]
    duties = {
        "late": duty_of(one, 1, due=T0 - 5),
        "same": duty_of(two, 1, due=T0 + 5),
        "same again": duty_of(two, 2, due=T0 + 5),
        "same elsewhere": duty_of(three, 1, due=T0 + 5),
        "ends": duty_of(one, 2, due=T0 + 7, until=Instant(T0 + 7)),
        "arises": duty_of(one, 3, due=T0 + 7, after=Instant(T0 + 7)),
        "theirs": duty_of(one, 4, due=T0, theirs=True),
        "never": duty_of(three, 2, due=None),
        "zero": duty_of(three, 3, due=0, after=Instant(0)),
    }
    put(
        tx,
        *(
            (line_of(case), tuple(duty for duty in duties.values() if duty.case == case))
            for case in (one, two, three)
        ),
    )

    def open_at(now: int, *, theirs: bool = False, most: int = 2) -> list[str]:
        names = {duty: name for name, duty in duties.items()}
        found, place = [], None
        while page := tx.acts.duty_lines(OURS, theirs=theirs, now=Instant(now), after=place, most=most):
            assert len(page) <= most
            found += [names[duty] for duty in page]
            place = page[-1].key
        return found

    steady = ["zero", "late", "same", "same again", "same elsewhere"]
    for most in (1, 2, 9):
        assert open_at(T0, most=most) == [*steady, "ends", "never"]
        assert open_at(T0 + 7, most=most) == [*steady, "ends", "never"]
        assert open_at(T0 + 8, most=most) == [*steady, "arises", "never"]
    assert open_at(0) == [name for name in [*steady, "ends", "never"] if name != "zero"]
    assert open_at(T0, theirs=True) == ["theirs"]
    for now in (0, T0 - 5, T0, T0 + 7, T0 + 8):
        wanted = sorted((d for d in duties.values() if d.is_open(Instant(now))), key=lambda d: d.key)
        named = {duty: name for name, duty in duties.items()}
        assert open_at(now) == [named[duty] for duty in wanted if not duty.theirs]


def test_waiting_cases_come_by_id_so_many_at_most(tx: Transaction, record: ActRecord) -> None:
    for case in reversed(CASES):
        tx.acts.add(replace(record, act_id=ActId(case), case=case))
    assert [mark.case for mark in tx.acts.waiting_cases(OURS, most=3)] == list(CASES[:3])
    assert len(tx.acts.waiting_cases(OURS, most=99)) == len(CASES)


def test_ids_are_found_by_their_beginning(tx: Transaction, record: ActRecord) -> None:
    ids = [ActId(text.ljust(64, "0")) for text in ("abcdef01", "abcdef02", "abcdef0f", "abcdefff", "abd")]
    for act_id in ids:
        tx.acts.add(replace(record, act_id=act_id))
    draft = replace(pending_of(Thread(make_pair())), act_id=ActId("abcdef03".ljust(64, "0")))
    tx.acts.put_pending(draft)
    assert tx.acts.named(OURS, "abcdef01") == (ids[0],)
    assert tx.acts.named(OURS, "abcdef0") == (ids[0], ids[1])
    assert tx.acts.named(OURS, "abcdef0", most=9) == (ids[0], ids[1], draft.act_id, ids[2])
    assert tx.acts.named(OURS, "abcdef", most=9) == (ids[0], ids[1], draft.act_id, ids[2], ids[3])
    assert tx.acts.named(OURS, "abcdef1") == ()
    assert tx.acts.named(OTHER, "abcdef01") == ()
    assert tx.acts.drafts_named(OURS, "abcdef") == (draft,)
    assert tx.acts.drafts_named(OURS, "abcdef01") == ()


def test_drafts_come_page_by_page(tx: Transaction) -> None:
    drafts = sorted((pending_of(Thread(make_pair(seed))) for seed in range(5)), key=lambda d: d.case)
    for draft in drafts:
        tx.acts.put_pending(draft)
    assert tx.acts.pendings_after(OURS, None, most=2) == tuple(drafts[:2])
    assert tx.acts.pendings_after(OURS, drafts[1].case, most=9) == tuple(drafts[2:])


def test_a_case_is_marked_for_what_is_no_act_of_it(tx: Transaction, record: ActRecord) -> None:
    tx.acts.add(record)
    (mark,) = tx.acts.waiting_cases(OURS, most=9)
    assert tx.acts.keep_lines(mark, line_of(record.case), ())
    tx.acts.case_changed(OURS, record.case)
    (again,) = tx.acts.waiting_cases(OURS, most=9)
    assert again.case == record.case and again.number > mark.number
    assert not tx.acts.keep_lines(mark, line_of(record.case), ())


def test_the_arithmetic_of_a_time_and_its_alarms_are_kept(tx: Transaction) -> None:
    case = CASES[0]
    steps = (
        Step(code="effected", at=Instant(T0), given=(("name", "é"),)),
        Step(code="plus_days", at=Instant(T0 + 60), given=(("count", 60),)),
    )
    kept = duty_of(case, due=T0 + 60, steps=steps, alarms_to=Instant(T0 + 60))
    put(tx, (line_of(case), (kept, duty_of(case, 2))))
    assert tx.acts.duties_of(OURS, [case]) == (kept, duty_of(case, 2))
