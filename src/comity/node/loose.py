"""Sealing without a case: for practice only, and marked for ever as not released."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comity.cases.gate import WayOut, require_way_out
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Limits
from comity.evidence.ports import KeptSealing
from comity.evidence.resuming import SealingPlan
from comity.evidence.sealing import SealedPackage, Sealing, SealOrder
from comity.evidence.service import Vault
from comity.kernel.agekeys import suite_of
from comity.kernel.clock import DAY, Clock, Instant
from comity.kernel.ids import AuthorityId, OfficerName, PartyCode, parse_authority
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

    @property
    def authority(self) -> AuthorityId:
        """The office in whose name a loose bag is sealed."""
        return parse_authority(f"{self.party}/contact-point")

    def plan(
        self, sources: Sequence[str], *, out: str, recipients: Sequence[bytes], name: str, segment: int
    ) -> SealingPlan:
        """Return what is to be done to seal files and folders to bare keys.

        Args:
            sources: Paths; ``-`` for standard input.
            out: The file to write.
            recipients: age recipients, all of one suite.
            name: Of the sealing.
            segment: Bytes of one exhibit of a stream.

        Raises:
            DeniedError: ``way_out.no_decision``: on a live node nothing is sealed without a decided act.
        """
        require_way_out(WayOut.SEAL, realm=self.realm, case=None, gate=None, halts=())
        suite_of(recipients)
        now, authority = self.clock.now(), self.authority
        order = SealOrder(
            sources=tuple(source.encode("utf-8", "surrogateescape") for source in sources),
            recipients=tuple(recipients),
            segment=segment,
            label=PackageLabel(
                realm=self.realm,
                case=None,
                authority=authority,
                sealed_at=now,
                handling=Handling.ORDINARY,
                limits=Limits(basis=("24(1)",), purpose="practice", retain_until=Instant(now + _KEPT)),
            ),
            acts=(
                CustodyAct(
                    step=CustodyStep.SEALED,
                    at=now,
                    officer=NOBODY,
                    authority=authority,
                    role="officer",
                    reason="loose bag, not released",
                    tool=self.tool[0],
                    tool_version=self.tool[1],
                ),
            ),
        )
        return SealingPlan(name=name, began=now, order=order, out=out)

    def carry_out(self, kept: KeptSealing, *, tell: Callable[[Sealing], None] | None = None) -> SealedPackage:
        """Seal what a plan orders, from the beginning or from where it was interrupted.

        Raises:
            DeniedError: ``way_out.no_decision``: the node is live.
            Others: as ``Vault.carry_out``.
        """
        require_way_out(WayOut.SEAL, realm=self.realm, case=None, gate=None, halts=())
        return self.vault.carry_out(kept, tell=tell)
