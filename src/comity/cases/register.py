"""The register of cases: what lists show of each, derived from its state and kept until the case changes.

A line is a function of acts, receipts, published keys and the pending draft. The transaction that changes one
of these notes that the lines of the case wait to be written; whoever lists cases has them written, and so
does the worker. The register may be thrown away at any time: it is made again from the same acts.

Nothing here is read by the gate, by what is permitted or by anything that is signed.
"""

from collections.abc import Callable, Sequence

from comity.cases.acts import parse_act
from comity.cases.dates import GivenDate
from comity.cases.desk import CaseReader, HeldCase
from comity.cases.duties import HOUSE, Duty, House, all_duties
from comity.cases.fold import FOLD_VERSION
from comity.cases.lines import CaseLine, DutyLine, Mark, RequestLine
from comity.cases.ports import CaseTransaction, PendingRecord
from comity.cases.state import RequestState
from comity.cases.terms import HomeTerm
from comity.kernel.ids import AuthorityId
from comity.kernel.signing import Envelope

LINES_VERSION = 4
"""To be raised when the same state would give other lines or other duties."""

VERSION = f"{FOLD_VERSION}.{LINES_VERSION}"

DateReader = Callable[[AuthorityId, HeldCase], Sequence[GivenDate | HomeTerm]]
"""Returns the dates that the parts of a case give: what reads forms stands above this room."""


def no_dates(authority: AuthorityId, held: HeldCase) -> tuple[GivenDate | HomeTerm, ...]:
    """Return no dates."""
    return ()


Lines = tuple[CaseLine | None, tuple[DutyLine, ...]]


def version_of(house: House) -> str:
    """Return the version of the lines: that of the rules, and which calendars they are reckoned by."""
    return f"{VERSION}.{house.calendars.digest}" if house.calendars.digest else VERSION


def is_current(tx: CaseTransaction, authority: AuthorityId, *, house: House = HOUSE) -> bool:
    """Tell whether the register of an office is kept, by the rules and calendars of now."""
    return tx.acts.register_version(authority) == version_of(house)


def lines_of(
    tx: CaseTransaction, mark: Mark, *, reader: CaseReader, house: House = HOUSE, dates: DateReader = no_dates
) -> Lines:
    """Return the lines of a case as it stands in this transaction; None and no duties where nothing is left.

    Args:
        tx: The transaction.
        mark: The case.
        reader: Of the office whose register it is.
        house: By what times are reckoned.
        dates: Reads the dates that parts of the case give.
    """
    pending = tx.acts.pending(mark.authority, mark.case)
    held = reader.held(tx, mark.case)
    if not held.thread.order:
        return (None if pending is None else _opening(pending)), ()
    given = dates(mark.authority, held)
    return _line(mark, held, pending), _duties(mark, all_duties(held.state, house=house, dates=given))


def keep(tx: CaseTransaction, made: Sequence[tuple[Mark, Lines]]) -> int:
    """Keep the lines of cases that have not changed since; return how many were kept."""
    return sum(tx.acts.keep_lines(mark, line, duties) for mark, (line, duties) in made)


def _line(mark: Mark, held: HeldCase, pending: PendingRecord | None) -> CaseLine:
    state = held.state
    return CaseLine(
        authority=mark.authority,
        case=mark.case,
        fold_version=VERSION,
        acts=len(held.signed),
        receipts=len(held.receipts),
        opened_at=held.thread.order[0].at,
        participants=tuple(end.authority for end in state.participants),
        closed=state.closed,
        frozen=state.is_frozen,
        requests=tuple(_request(request) for request in state.requests),
        draft=None if pending is None else pending.act_id,
    )


def _request(request: RequestState) -> RequestLine:
    return RequestLine(
        act=request.id,
        mechanism=request.mechanism,
        by=request.by.authority,
        to=request.to.authority,
        status=request.status.value,
        items=tuple((item.id, item.state.value) for item in request.items),
        preserved_until=request.preservation.kept_until,
    )


def _duties(mark: Mark, found: Sequence[Duty]) -> tuple[DutyLine, ...]:
    return tuple(
        DutyLine(
            authority=mark.authority,
            case=mark.case,
            number=number,
            theirs=duty.who.authority != mark.authority,
            code=duty.code,
            about=duty.act,
            owner=duty.who.authority,
            due=duty.due,
            after=duty.after,
            until=duty.until,
            basis=duty.basis,
            alarms_to=duty.alarms_to,
            steps=duty.steps,
        )
        for number, duty in enumerate(found, start=1)
    )


def _opening(pending: PendingRecord) -> CaseLine | None:
    """Return the line of a case that is only a draft yet; None for a draft in a case that is not here."""
    if str(pending.act_id) != str(pending.case):
        return None
    act = parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload))
    return CaseLine(
        authority=pending.authority,
        case=pending.case,
        fold_version=VERSION,
        acts=0,
        receipts=0,
        opened_at=pending.drafted_at,
        participants=tuple(end.authority for end in act.participants),
        closed=False,
        frozen=False,
        requests=(),
        draft=pending.act_id,
    )
