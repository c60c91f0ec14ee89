"""The rows under which an act and our receipt of it are kept."""

from comity.cases.acts import Act
from comity.cases.ports import ActRecord, Address, ReceiptRecord
from comity.cases.wire import Parcel
from comity.exchange.ports import Accepted
from comity.kernel.clock import Instant
from comity.kernel.ids import CaseId


def act_record(parcel: Parcel, *, authority: str, own: bool, covers: int, stored_at: Instant) -> ActRecord:
    """Return the row under which an act is kept."""
    act = parcel.signed.act
    ours = act.sender.authority if own else act.to.authority
    if authority != ours:
        raise ValueError("an act is kept by its author and by its addressee only")
    return ActRecord(
        authority=ours,
        case=CaseId(act.case),
        act_id=act.id,
        kind=act.kind,
        author=act.sender,
        to=act.to,
        seq=act.seq,
        prev_own=act.prev_own,
        signed=parcel.signed.stored,
        at=act.at,
        stored_at=stored_at,
        own=own,
        covers=covers,
    )


def own_receipt(act: Act, accepted: Accepted, *, me: Address, at: Instant) -> ReceiptRecord:
    """Return the row under which our own receipt of an act is kept."""
    return ReceiptRecord(
        authority=me.authority,
        case=act.case,
        act_id=act.id,
        act_seq=act.seq,
        signer=me,
        at=at,
        your_last_seq=accepted.your_last_seq,
        own_last_seq=accepted.own_last_seq,
        pending=accepted.pending,
        result="stored",
        code="",
        receipt=b"",
    )
