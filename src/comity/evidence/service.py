"""The vault: seals exhibits into packages, opens packages, checks handling and limits on the way.

It decides nothing about cases: the gate of a delivery, the leaf of a read and the approvals stand
before it, in the rooms above.
"""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.exhibits import Exhibit
from comity.evidence.handling import Step, check_handling, require_lawful
from comity.evidence.inspection import Inspection
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Use, check_limits
from comity.evidence.opening import Expected, OpenedBag
from comity.evidence.originals import Restored
from comity.evidence.ports import BlobReader, BlobWriter, KeptSealing, PackageEngine
from comity.evidence.sealing import SealedPackage, Sealing, SealOrder
from comity.kernel.agefile import Identity
from comity.kernel.entropy import Entropy
from comity.kernel.errors import DeniedError
from comity.kernel.findings import Assessment, Finding
from comity.kernel.realms import Realm


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who opens a package, and for what.

    Attributes:
        roles: Roles and clearances of the officer.
        use: The use that is made; its step is opening.
    """

    roles: frozenset[str]
    use: Use

    def __post_init__(self) -> None:
        if self.use.step is not Step.OPEN:
            raise ValueError("a reader opens; every other use is checked on its own")


class Vault:
    """The use cases of evidence, over an engine that does the reading and writing."""

    def __init__(self, *, engine: PackageEngine, entropy: Entropy) -> None:
        self._engine = engine
        self._entropy = entropy

    def seal(
        self,
        sources: Sequence[bytes],
        *,
        to: BlobWriter,
        recipients: Sequence[bytes],
        label: PackageLabel,
        acts: Sequence[CustodyAct],
        language: str = "",
        leave_out: bool = False,
    ) -> SealedPackage:
        """Seal files and folders into one package.

        Args:
            sources: Paths, as the system's bytes.
            to: Where the sealed file is written; committed under its Merkle root.
            recipients: age recipients, all of one suite.
            label: What the package says about itself.
            acts: Custody up to now, oldest first; the last is the sealing.
            language: Main language of the exhibits (BCP 47), where it is known.
            leave_out: Whether links and special files are left out and recorded.

        Raises:
            DeniedError: ``handling.child_abuse_refused``; ``seal.loose_on_live`` for a live package
                without a case.
            Others: as ``PackageEngine.seal``.

        Basis: PROTOCOL rules 11, 21, 25
        """
        require_sealable(label, acts)
        order = SealOrder(
            sources=tuple(sources),
            recipients=tuple(recipients),
            label=label,
            acts=tuple(acts),
            language=language,
            leave_out=leave_out,
        )
        return self._engine.seal(order, to=to, entropy=self._entropy)

    def carry_out(self, kept: KeptSealing, *, tell: Callable[[Sealing], None] | None = None) -> SealedPackage:
        """Seal what a plan orders, from the beginning or from where it was interrupted.

        Args:
            kept: Holds the plan and takes the ciphertext.
            tell: Called now and then with how far it is.

        Raises:
            As :meth:`seal`.

        Basis: PROTOCOL rules 11, 21, 25
        """
        order = kept.plan.order
        require_sealable(order.label, order.acts)
        return self._engine.seal(order, to=kept, entropy=self._entropy, kept=kept, tell=tell)

    def open(
        self,
        source: BlobReader,
        *,
        identities: Sequence[Identity],
        expected: Expected,
        folder: str,
        reader: Reader,
    ) -> OpenedBag:
        """Open a package into a new folder.

        Raises:
            DeniedError: ``evidence.use_refused`` with the first finding that blocks, or
                ``handling.child_abuse_refused``; nothing is left of the plaintext then.
            Others: as ``PackageEngine.open``.

        Basis: PROTOCOL rules 24, 25; 40(19)
        """

        def admit(bag: OpenedBag) -> None:
            require_use(check_use(bag.exhibits, use=reader.use, roles=reader.roles))

        return self._engine.open(source, identities=identities, expected=expected, folder=folder, admit=admit)

    def inspect(
        self, source: BlobReader, *, identities: Sequence[Identity], reader: Reader | None = None
    ) -> Inspection:
        """Return what a sealed file says of itself, and what is inside where an identity opens it.

        Args:
            source: The sealed file.
            identities: Keys to try; none shows the header alone.
            reader: Who reads, and for what; None where no office holds the key.

        Raises:
            DeniedError: ``evidence.use_refused``, ``handling.child_abuse_refused``.
            Others: as ``PackageEngine.inspect``.

        Basis: PROTOCOL rule 25; 40(19)
        """
        found = self._engine.inspect(source, identities=identities)
        if found.inside is not None and reader is not None:
            require_use(check_use(found.inside.exhibits, use=reader.use, roles=reader.roles))
        return found

    def restore(self, bag: OpenedBag, *, folder: str, to: str) -> tuple[Restored, ...]:
        """Write the exhibits of an opened bag under their original names into a new folder.

        Args:
            bag: As it was opened, by somebody who was allowed to.
            folder: Where it was opened.
            to: Folder to make; errors as ``PackageEngine.restore``.
        """
        return self._engine.restore(folder, bag.exhibits, to=to)


def require_sealable(label: PackageLabel, acts: Sequence[CustodyAct]) -> None:
    """Raise unless a package may be sealed under this label.

    Raises:
        DeniedError: ``handling.child_abuse_refused``; ``seal.loose_on_live`` for a live package
            without a case.

    Basis: PROTOCOL rules 11, 25
    """
    require_lawful([label.handling])
    if label.realm is Realm.LIVE and label.case is None:
        raise DeniedError(
            "seal.loose_on_live",
            "a live node seals for a case only",
            hint="name the case whose delivery was decided",
        )
    if not acts or acts[-1].step is not CustodyStep.SEALED or acts[-1].authority != label.authority:
        raise ValueError("custody up to sealing ends with the sealing, by the authority on the label")


def check_use(exhibits: Sequence[Exhibit], *, use: Use, roles: Collection[str]) -> Assessment:
    """Return the findings on one use of these exhibits, each finding once, at the first exhibit it concerns.

    Basis: PROTOCOL rule 25
    """
    found: dict[tuple[str, str, str], Finding] = {}
    judged = set()
    for at, exhibit in enumerate(exhibits):
        if (exhibit.handling, exhibit.limits) in judged:
            continue
        judged.add((exhibit.handling, exhibit.limits))
        field = f"/exhibits/{at}"
        for assessment in (
            check_handling(exhibit.handling, step=use.step, roles=roles, field=field),
            check_limits(exhibit.limits, use, field=field),
        ):
            for finding in assessment.findings:
                bare = dataclasses.replace(finding, field="")
                found.setdefault((bare.code, bare.basis, repr(sorted(bare.parameters.items()))), finding)
    return Assessment.of(found.values())


def require_use(assessment: Assessment) -> None:
    """Raise DeniedError ``evidence.use_refused`` with the first finding that blocks the use."""
    if not assessment.may_proceed:
        first = assessment.findings[0]
        raise DeniedError(
            "evidence.use_refused",
            f"this use of the exhibits is not allowed: {first.code} ({first.basis})",
            hint="the sending authority can consent, or an officer with the clearance can act",
            where=first.field,
        )
