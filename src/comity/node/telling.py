"""The desk that takes custody out of the node: as CASE/UCO JSON-LD, as a BagIt bag, or for a printed report.

What leaves is the custody, never an exhibit. It passes the gate of an export, and names of exhibits leave
only where their handling lets them.

Basis: PROTOCOL 11, 25; RFC 8493
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.cases.gate import WayOut
from comity.evidence.frames import END, entry_frame, padding
from comity.evidence.handling import RULES, Step
from comity.evidence.listing import unpacked
from comity.evidence.package import BAGIT_TEXT
from comity.evidence.records import PackageRecord
from comity.kernel.clock import Instant, to_date
from comity.kernel.digests import sha256
from comity.kernel.ids import ActId, CaseId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.access import Action, require_access
from comity.node.caseuco import ToldPackage, case_uco
from comity.node.custodial import CustodyDesk
from comity.node.packages import package_terms
from comity.node.ports import EvidenceFiles, Transaction
from comity.node.releasing import ReleaseDesk
from comity.node.sealed import exhibit_views
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_LIST = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCustody:
    """The custody of a case as it leaves.

    Attributes:
        party: Whose node tells it.
        practice: Whether it is a drill.
        at: When it was read.
        files: Bytes of its parts, by their path in a bag.
    """

    case: CaseId
    party: str
    authority: str
    practice: bool
    at: Instant
    packages: tuple[ToldPackage, ...]
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def json_ld(self) -> bytes:
        """The custody as CASE/UCO JSON-LD."""
        return case_uco(self.case, self.packages)

    @property
    def bag(self) -> bytes:
        """The custody as a BagIt bag in a canonical tar. Basis: RFC 8493"""
        payload = {**self.files, "data/custody.jsonld": self.json_ld}
        size = sum(len(content) for content in payload.values())
        tags = {
            "bag-info.txt": (
                f"Bagging-Date: {to_date(self.at).isoformat()}\n"
                f"External-Identifier: {self.case}\n"
                f"Payload-Oxum: {size}.{len(payload)}\n"
                f"Source-Organization: {self.authority}\n"
            ).encode("ascii"),
            "bagit.txt": BAGIT_TEXT,
            "manifest-sha256.txt": _manifest(payload),
        }
        members = {**payload, **tags, "tagmanifest-sha256.txt": _manifest(tags)}
        return (
            b"".join(
                entry_frame(name, len(members[name])) + members[name] + padding(len(members[name]))
                for name in sorted(members)
            )
            + END
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingDesk:
    """Custody of the officer's authority as it leaves.

    Basis: PROTOCOL 11, 25
    """

    place: Workplace
    custody: CustodyDesk = field(repr=False)
    files: EvidenceFiles = field(repr=False)

    def tell(self, actor: Actor, *, case: str, purpose: str, release: str | None = None) -> ToldCustody:
        """Return the custody of a case for an export. The reading is in the log first.

        Args:
            actor: Who takes it out.
            case: Full id of the case.
            purpose: Why.
            release: The closed release of the case's export; a live node demands one.

        Raises:
            DeniedError: ``access.role``, ``access.purpose``; ``way_out.…``.
            ConflictError: ``case.frozen``.

        Basis: PROTOCOL 11, 18
        """
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            ReleaseDesk(place=self.place).releases(tx, actor).require_way_out(
                tx,
                WayOut.EXPORT,
                case=CaseId(case),
                decided_by=ActId(release) if release else None,
                subjects=[record.act_id for record in tx.acts.of_case(actor.authority, CaseId(case))],
                purpose=purpose,
            )
            self.place.journal.read(tx, actor, action="custody.export", about=case, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            records = tx.evidence.packages(actor.authority, CaseId(case))
            return ToldCustody(
                case=CaseId(case),
                party=self.place.party,
                authority=actor.authority,
                practice=self.place.realm.value == "practice",
                at=now,
                packages=tuple(self._told(tx, record) for record in records),
                files=self._files(tx, records),
            )

    def write(self, data: bytes, *, out: str) -> str:
        """Write bytes to a new file and return their SHA-256."""
        writer = self.files.writer(out)
        try:
            writer.write(data)
            writer.commit("")
        finally:
            writer.abort()
        return sha256(data).hex()

    def _told(self, tx: Transaction, record: PackageRecord) -> ToldPackage:
        held = self.custody.held(tx, record)
        handling, _ = package_terms(tx, record.authority, record)
        shut = not record.exhibits or Step.EXPORT in RULES[handling].forbidden
        exhibits = () if shut else unpacked(record.exhibits)[1]
        open_ones = [one for one in exhibits if Step.EXPORT not in RULES[one.handling].forbidden]
        return ToldPackage(held=held, exhibits=exhibit_views(open_ones))

    def _files(self, tx: Transaction, records: tuple[PackageRecord, ...]) -> dict[str, bytes]:
        root = self.place.root(tx)
        found = {
            "data/identity/roots.json": _array(tx.exchange.roots(root)),
            "data/identity/entries.json": _array(tx.exchange.entries(root)),
        }
        for record in records:
            folder = f"data/packages/{record.bag_root}"
            lines = tx.evidence.custody(record.authority, record.bag_root)
            events = tx.evidence.touches(record.authority, record.bag_root)
            found[f"{folder}/bag.jsonl"] = b"".join(one.line + b"\n" for one in lines)
            found[f"{folder}/events.jsonl"] = b"".join(one.statement + b"\n" for one in events)
        return found


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(files[name]).hex()}  {name}\n" for name in sorted(files)).encode("ascii")


def _array(envelopes: tuple[bytes, ...]) -> bytes:
    return dump_ijson([parse_ijson(one, most_bytes=MOST_LIST) for one in envelopes])
