"""What became of the packages of a case, as its timeline tells it: who did what with which, and when."""

from dataclasses import dataclass

from comity.cases.ports import Address
from comity.evidence.touchwire import parse_touch
from comity.evidence.wire import parse_custody
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId, CaseId, OfficerName
from comity.node.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyMark:
    """One event of a chain of custody among the acts of its case.

    Attributes:
        at: When.
        bag_root: The package.
        step: What was done, a word of ISO/IEC 27037 where it has one.
        officer: Who did it, for which authority.
        to: Who has it now; empty where that does not apply.
    """

    at: Instant
    bag_root: str
    step: str
    officer: OfficerName
    authority: AuthorityId
    to: str = ""


def custody_marks(tx: Transaction, me: Address, case: CaseId) -> tuple[CustodyMark, ...]:
    """Return the events of all packages that an office holds of a case, oldest first; events in a bag too.

    They are shown as they are kept: whether each chain holds is judged where its package is shown.

    Basis: ISO/IEC 27037
    """
    found: list[CustodyMark] = []
    for record in tx.evidence.packages(me.authority, case):
        root = record.bag_root
        lines = [kept.line for kept in tx.evidence.custody(me.authority, root)]
        acts = [(event.act, "") for event in parse_custody(b"\n".join(lines) + b"\n")[0]] if lines else []
        for kept in tx.evidence.touches(me.authority, root):
            touch = parse_touch(kept.statement)
            acts.append((touch.act, touch.more.to))
        found += [
            CustodyMark(
                at=act.at,
                bag_root=root,
                step=act.step.value,
                officer=act.officer,
                authority=act.authority,
                to=to,
            )
            for act, to in acts
        ]
    return tuple(sorted(found, key=lambda mark: mark.at))
