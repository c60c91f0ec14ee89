"""Sealing without a case: for practice only, and marked for ever as not released."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.cases.gate import WayOut, require_way_out
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Limits
from comity.evidence.ports import BlobWriter
from comity.evidence.sealing import SealedPackage
from comity.evidence.service import Vault
from comity.kernel.clock import DAY, Clock, Instant
from comity.kernel.ids import OfficerName, PartyCode, parse_authority
from comity.kernel.realms import Realm

UNRELEASED = "UNRELEASED"
NOBODY = OfficerName("practice")
"""Stands in the custody of a loose bag: nobody answers for it."""
_KEPT = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseSealer:
    """Seals files that belong to no case. It needs no store, so that sealing starts at once.

    Basis: PROTOCOL 11
    """

    party: PartyCode
    realm: Realm
    clock: Clock
    vault: Vault = field(repr=False)
    tool: tuple[str, str]

    def seal(self, sources: Sequence[str], *, to: BlobWriter, recipients: Sequence[bytes]) -> SealedPackage:
        """Seal files and folders to bare keys.

        Args:
            sources: Paths.
            to: The file to write.
            recipients: age recipients, all of one suite.

        Raises:
            DeniedError: ``way_out.no_decision``: on a live node nothing is sealed without a decided act.
            Others: as ``Vault.seal``.
        """
        require_way_out(WayOut.SEAL, realm=self.realm, case=None, gate=None, halts=())
        now = self.clock.now()
        authority = parse_authority(f"{self.party}/contact-point")
        return self.vault.seal(
            [source.encode("utf-8", "surrogateescape") for source in sources],
            to=to,
            recipients=recipients,
            label=PackageLabel(
                realm=self.realm,
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
