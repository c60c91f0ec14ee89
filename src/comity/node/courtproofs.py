"""What a court file has beside acts and evidence: leaves, time stamps, events of custody, and who decided.

Basis: PROTOCOL 11, 14, 17, 22
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from comity.cases.courtcontents import CourtCustody, CourtDecision
from comity.cases.releases import Releases
from comity.cases.wire import SignedAct
from comity.evidence.custody import CustodyStep
from comity.evidence.records import PackageRecord
from comity.kernel.digests import sha256
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.signing import Signer
from comity.ledger.notes import parse_note
from comity.ledger.origins import peer_log_origin, witness_name
from comity.ledger.proofs import LoggedLeaf
from comity.ledger.service import Log
from comity.ledger.stamps import HEAD, PACKAGE
from comity.node.custodybook import CustodyBook
from comity.node.ports import Transaction
from comity.node.stamping import kept_stamp, stamped_sizes
from comity.node.workplace import Workplace

_Heads = tuple[tuple[int, bytes], ...]


@dataclass(slots=True, kw_only=True)
class Witnessing:
    """Leaves of a case in the log shared with its peer, and the time stamps over heads and bags.

    A leaf is shown under the newest head, under the first that the other side co-signed, and under the first
    that was time-stamped: each may be the earliest proof of when an act was there.

    Attributes:
        tx: The transaction in which it is read.
        office: Whose log.
        signer: Signs the newest head, where it is not signed yet.
        stamps: Tokens over the heads that leaves were shown under, and over bags, by digest.

    Basis: PROTOCOL 14
    """

    tx: Transaction = field(repr=False)
    place: Workplace = field(repr=False)
    office: AuthorityId
    signer: Signer = field(repr=False)
    stamps: dict[str, bytes] = field(default_factory=dict, repr=False)
    _heads: dict[str, tuple[_Heads, ...]] = field(default_factory=dict, repr=False)

    def leaves(self, signed: SignedAct) -> tuple[LoggedLeaf, ...]:
        """Return an act's first leaf under each head that tells something; nothing where it has none."""
        act = signed.act
        peer = act.to if act.sender.authority == self.office else act.sender
        origin = peer_log_origin(self.place.realm, authority=self.office, peer_root=peer.root)
        log = Log(store=self.tx.logs, origin=origin)
        found = self.tx.logs.find(origin, signed.digest)
        if not found:
            return ()
        if origin not in self._heads:
            self._heads[origin] = self._heads_of(log, peer.authority)
        above = (next((one for one in heads if one[0] > found[0]), None) for heads in self._heads[origin])
        chosen = dict(one for one in above if one is not None)
        for size, note in chosen.items():
            self._keep(HEAD, f"{origin} {size}", sha256(parse_note(note).text.encode()))
        return tuple(log.open_leaf(found[0], note=note) for note in chosen.values())

    def add_stamp(self, bag_root: str) -> None:
        """Add the token over a bag, where there is one."""
        self._keep(PACKAGE, bag_root, bytes.fromhex(bag_root))

    def _keep(self, kind: str, name: str, digest: bytes) -> None:
        kept = kept_stamp(self.tx, self.office, kind, name)
        if kept is not None and kept.subject.digest == digest:
            self.stamps[digest.hex()] = kept.token

    def _heads_of(self, log: Log, peer: AuthorityId) -> tuple[_Heads, ...]:
        """Return the co-signed heads, the stamped ones, and the newest alone, each smallest first."""
        newest = (self.tx.logs.size(log.origin), log.sign_checkpoint(self.signer))
        line = f"\n\N{EM DASH} {witness_name(self.place.realm, authority=peer)} ".encode()
        signed = self.tx.logs.checkpoints(log.origin)
        cosigned = tuple((size, note) for size, note in signed if line in note)
        sizes = stamped_sizes(self.tx, self.office, log.origin)
        stamped = tuple((size, note) for size, note in signed if size in sizes)
        return cosigned, stamped, (newest,)


def custody_of(
    tx: Transaction, book: CustodyBook, releases: Releases, records: Iterable[PackageRecord]
) -> tuple[CourtCustody, ...]:
    """Return what became of packages: their signed events, and of one that was destroyed, who decided it."""
    found = []
    for record in records:
        touches = book.touches(tx, record)
        ends = [one.more.decision for one in touches if one.act.step is CustodyStep.DESTROYED]
        if touches:
            found.append(
                CourtCustody(
                    bag_root=record.bag_root,
                    events=tuple(one.signed for one in touches),
                    decision=decision_of(tx, releases, ends[0]) if ends else None,
                )
            )
    return tuple(found)


def decision_of(tx: Transaction, releases: Releases, release: str) -> CourtDecision:
    """Return a release as a court file shows it; raise NotFoundError ``release.unknown``."""
    held = releases.get(tx, ActId(release))
    return CourtDecision(statement=held.envelope, approvals=held.approvals)
