"""Sealing without a case: for practice only, and marked for ever as not released."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.cases.gate import WayOut, require_way_out
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Limits
from comity.evidence.ports import BlobWriter
from comity.evidence.service import Vault
from comity.kernel.agefile import parse_recipient
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import OfficerName, parse_authority, parse_party
from comity.node.exhibits import seal_view
from comity.node.ports import Transaction
from comity.node.views import SealView
from comity.node.workplace import Workplace

UNRELEASED = "UNRELEASED"
NOBODY = OfficerName("practice")
"""Stands in the custody of a loose bag: nobody answers for it."""
_KEPT = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseSealer:
    """Seals files that belong to no case.

    Basis: PROTOCOL 11
    """

    place: Workplace
    vault: Vault = field(repr=False)
    tool: tuple[str, str]

    def seal(
        self, sources: Sequence[str], *, to: BlobWriter, out: str, recipients: Sequence[str]
    ) -> SealView:
        """Seal files and folders to bare keys or peers.

        Args:
            sources: Paths.
            to: The file to write.
            out: Its name, for the answer.
            recipients: ``age1…`` keys, Party codes or authority ids of peers.

        Raises:
            DeniedError: ``way_out.no_decision``: on a live node nothing is sealed without a decided act.
            NotFoundError: ``peer.absent``.
        """
        require_way_out(WayOut.SEAL, realm=self.place.realm, case=None, gate=None)
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            keys = [key for text in recipients for key in self._recipients(tx, text)]
        authority = parse_authority(f"{self.place.party}/contact-point")
        sealed = self.vault.seal(
            [source.encode("utf-8", "surrogateescape") for source in sources],
            to=to,
            recipients=keys,
            label=PackageLabel(
                realm=self.place.realm,
                case=None,
                authority=authority,
                sealed_at=now,
                handling=Handling.ORDINARY,
                limits=Limits(basis=("24(1)",), purpose="practice", retain_until=Instant(now + _KEPT)),
            ),
            acts=[
                CustodyAct(
                    step=CustodyStep.SEALED,
                    at=now,
                    officer=NOBODY,
                    authority=authority,
                    role="officer",
                    reason="loose bag, not released",
                    tool=self.tool[0],
                    tool_version=self.tool[1],
                )
            ],
        )
        return seal_view(sealed, path=out, label=UNRELEASED)

    def _recipients(self, tx: Transaction, text: str) -> tuple[bytes, ...]:
        if text.startswith("age1"):
            return (parse_recipient(text),)
        wanted = parse_party(text.partition("/")[0], where="--to")
        for pin in tx.exchange.pins():
            if pin.party == wanted:
                party = self.place.directory.party(tx.exchange, pin.fingerprint)
                entry = party.in_force(self.place.clock.now())
                offices = [office.id for office in entry.authorities] if entry is not None else []
                named = [office for office in offices if text in (wanted, office)]
                if named:
                    return party.age_recipients(named[0], at=self.place.clock.now())
        raise NotFoundError(
            "peer.absent", f"{text[:70]} is neither an age key nor a peer of this node", where="--to"
        )
