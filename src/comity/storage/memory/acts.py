"""Acts, receipts, parts, drafts and decisions in memory: for tests, the simulator, and as an example."""

from collections.abc import Sequence
from dataclasses import replace

from comity.cases.ports import (
    ActRecord,
    Address,
    DecisionRecord,
    DossierRecord,
    GateRecord,
    PartRecord,
    PendingRecord,
    ReceiptRecord,
)
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint
from comity.storage.memory.facts import MemoryFacts


class MemoryActReads:
    """The reading half of the store: acts and receipts."""

    def __init__(self) -> None:
        self._acts: dict[tuple[AuthorityId, ActId], ActRecord] = {}
        self._cases: dict[tuple[AuthorityId, CaseId], tuple[ActId, ...]] = {}
        self._seqs: dict[tuple[AuthorityId, CaseId, Address, int], tuple[ActId, ...]] = {}
        self._last: dict[tuple[AuthorityId, CaseId, Address], int] = {}
        self._receipts: dict[tuple[AuthorityId, CaseId], dict[tuple[ActId, Address], ReceiptRecord]] = {}
        self._parts: dict[tuple[AuthorityId, ActId], dict[str, PartRecord]] = {}
        self._pending: dict[tuple[AuthorityId, CaseId], PendingRecord] = {}
        self._decisions: dict[tuple[AuthorityId, ActId], dict[tuple[str, str], DecisionRecord]] = {}
        self._gates: dict[tuple[AuthorityId, ActId], GateRecord] = {}
        self._dossiers: dict[tuple[AuthorityId, str, CaseId], DossierRecord] = {}

    def get(self, authority: AuthorityId, act_id: ActId) -> ActRecord | None:
        """Return one act, or None."""
        return self._acts.get((authority, act_id))

    def of_case(self, authority: AuthorityId, case: CaseId) -> tuple[ActRecord, ...]:
        """Return all acts of a case, ordered by ``act_id``."""
        ids = sorted(self._cases.get((authority, case), ()))
        return tuple(self._acts[authority, act_id] for act_id in ids)

    def cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        """Return every case with at least one act, sorted."""
        return tuple(sorted(case for ours, case in self._cases if ours == authority))

    def named(self, authority: AuthorityId, prefix: str, *, most: int = 2) -> tuple[ActId, ...]:
        """Return ids of acts and drafts that begin with these hexadecimal digits, sorted, so many at most."""
        drafts = (record.act_id for (ours, _), record in self._pending.items() if ours == authority)
        acts = (act_id for ours, act_id in self._acts if ours == authority)
        return tuple(sorted({name for name in (*acts, *drafts) if name.startswith(prefix)}))[:most]

    def at_seq(
        self, authority: AuthorityId, case: CaseId, author: Address, *, seq: int
    ) -> tuple[ActRecord, ...]:
        """Return the acts of one author with one ``seq``, ordered by ``act_id``."""
        ids = sorted(self._seqs.get((authority, case, author, seq), ()))
        return tuple(self._acts[authority, act_id] for act_id in ids)

    def last_seq(self, authority: AuthorityId, case: CaseId, author: Address) -> int:
        """Return the highest ``seq`` held of an author in a case; 0 for none."""
        return self._last.get((authority, case, author), 0)

    def receipts_of_case(self, authority: AuthorityId, case: CaseId) -> tuple[ReceiptRecord, ...]:
        """Return all receipts of a case, ordered by ``act_id`` and signer."""
        found = self._receipts.get((authority, case), {}).values()
        return tuple(sorted(found, key=lambda r: (r.act_id, r.signer.authority, r.signer.root)))

    def expect(self, authority: AuthorityId, act_ids: Sequence[ActId]) -> None:
        """Nothing has to be read here."""

    def receipt(
        self, authority: AuthorityId, case: CaseId, act_id: ActId, *, signer: Address
    ) -> ReceiptRecord | None:
        """Return the receipt of one signer for an act."""
        return self._receipts.get((authority, case), {}).get((act_id, signer))

    def receipted_seq(
        self, authority: AuthorityId, case: CaseId, signer: Address, *, below: int, but: ActId
    ) -> int:
        """Return the highest ``act_seq`` that ``signer`` receipted as stored, under the two conditions."""
        found = self._receipts.get((authority, case), {}).values()
        return max(
            (
                r.act_seq
                for r in found
                if r.signer == signer and r.result == "stored" and r.own_last_seq < below and r.pending != but
            ),
            default=0,
        )


class MemoryDeskReads(MemoryActReads):
    """The reading half that only the desk needs."""

    def parts(self, authority: AuthorityId, act_id: ActId) -> tuple[PartRecord, ...]:
        """Return the parts of an act, ordered by name."""
        found = self._parts.get((authority, act_id), {})
        return tuple(found[name] for name in sorted(found))

    def pending(self, authority: AuthorityId, case: CaseId) -> PendingRecord | None:
        """Return the draft of an authority in a case, or None."""
        return self._pending.get((authority, case))

    def pendings(self, authority: AuthorityId) -> tuple[PendingRecord, ...]:
        """Return all drafts of an authority, ordered by case."""
        found = [record for (ours, _), record in self._pending.items() if ours == authority]
        return tuple(sorted(found, key=lambda record: record.case))

    def pendings_after(
        self, authority: AuthorityId, case: CaseId | None, *, most: int
    ) -> tuple[PendingRecord, ...]:
        """Return so many drafts of an authority at most, ordered by case, from after one on."""
        return tuple(r for r in self.pendings(authority) if case is None or r.case > case)[:most]

    def drafts_named(
        self, authority: AuthorityId, prefix: str, *, most: int = 2
    ) -> tuple[PendingRecord, ...]:
        """Return so many drafts at most whose id begins with these hexadecimal digits, by id."""
        found = [r for r in self.pendings(authority) if r.act_id.startswith(prefix)]
        return tuple(sorted(found, key=lambda record: record.act_id))[:most]

    def decisions(self, authority: AuthorityId, act_id: ActId) -> tuple[DecisionRecord, ...]:
        """Return the decisions on an act, ordered by finding and officer."""
        found = self._decisions.get((authority, act_id), {})
        return tuple(found[key] for key in sorted(found))

    def gate(self, authority: AuthorityId, act_id: ActId) -> GateRecord | None:
        """Return the closed gate of an act, or None."""
        return self._gates.get((authority, act_id))

    def dossiers(self, authority: AuthorityId) -> tuple[DossierRecord, ...]:
        """Return every membership of a case in a dossier, ordered by dossier and case."""
        return tuple(self._dossiers[key] for key in sorted(self._dossiers) if key[0] == authority)


class MemoryActStore(MemoryDeskReads, MemoryFacts):
    """The whole store; ``copy`` gives the all-or-nothing of a transaction."""

    def __init__(self) -> None:
        MemoryDeskReads.__init__(self)
        MemoryFacts.__init__(self)

    def mark_party(self, root: Fingerprint) -> None:
        """Mark the cases of a Party whose published keys changed."""
        for record in self._acts.values():
            if root in (record.author.root, record.to.root):
                self._mark(record.authority, record.case)

    def _held_cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        drafts = (case for ours, case in self._pending if ours == authority)
        return tuple(dict.fromkeys((*self.cases(authority), *drafts)))

    def copy(self) -> "MemoryActStore":
        """Return an independent store with the same records; records themselves never change."""
        made = MemoryActStore()
        for name, held in vars(self).items():
            inner = {key: dict(v) if isinstance(v, dict) else v for key, v in held.items()}
            setattr(made, name, inner)
        return made

    def add(self, record: ActRecord) -> bool:
        """Keep an act; return False when the authority has it already."""
        key = (record.authority, record.act_id)
        if key in self._acts:
            return False
        self._acts[key] = record
        self._mark(record.authority, record.case)
        case = (record.authority, record.case)
        self._cases[case] = (*self._cases.get(case, ()), record.act_id)
        at = (*case, record.author, record.seq)
        self._seqs[at] = (*self._seqs.get(at, ()), record.act_id)
        author = (*case, record.author)
        self._last[author] = max(self._last.get(author, 0), record.seq)
        return True

    def add_receipt(self, record: ReceiptRecord) -> None:
        """Keep a receipt, one for each act and signer; a second one only fills in missing bytes."""
        self._mark(record.authority, record.case)
        kept = self._receipts.setdefault((record.authority, record.case), {})
        key = (record.act_id, record.signer)
        old = kept.get(key)
        if old is None:
            kept[key] = record
        elif not old.receipt:
            kept[key] = replace(old, receipt=record.receipt)

    def put_part(self, record: PartRecord) -> None:
        """Keep a part; the same part again changes nothing, and an erased one stays erased."""
        self._parts.setdefault((record.authority, record.act_id), {}).setdefault(record.name, record)

    def erase_part(self, authority: AuthorityId, act_id: ActId, name: str) -> bool:
        """Destroy salt and bytes of a part; return False when there was nothing left to destroy."""
        kept = self._parts.get((authority, act_id), {})
        if name not in kept or kept[name].data is None:
            return False
        kept[name] = replace(kept[name], salt=None, data=None)
        return True

    def put_pending(self, record: PendingRecord) -> None:
        """Keep or replace the draft of an authority in a case."""
        self._mark(record.authority, record.case)
        self._pending[record.authority, record.case] = record

    def drop_pending(self, authority: AuthorityId, case: CaseId) -> None:
        """Forget the draft; nothing happens when there is none."""
        self._mark(authority, case)
        self._pending.pop((authority, case), None)

    def put_decision(self, record: DecisionRecord) -> None:
        """Keep a decision; a later one by the same officer on the same finding replaces it."""
        kept = self._decisions.setdefault((record.authority, record.act_id), {})
        kept[record.finding, record.officer] = record

    def put_gate(self, record: GateRecord) -> None:
        """Keep the closed gate of an act."""
        self._gates[record.authority, record.act_id] = record

    def put_dossier(self, record: DossierRecord) -> None:
        """Put a case into a dossier; again changes nothing."""
        self._dossiers.setdefault((record.authority, record.dossier, record.case), record)
