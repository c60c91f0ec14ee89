"""Labels, custody and sealed packages for the tests of evidence."""

import dataclasses
import os
from pathlib import Path

from comity.engines.files import FileReader, FileWriter
from comity.engines.pump import Pump
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Limits
from comity.evidence.opening import Expected, OpenedBag
from comity.evidence.sealing import SealedPackage, SealOrder
from comity.kernel.agefile import Identity
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.realms import Realm

NOW = Instant(1_790_000_000 * SECOND)
AUTHORITY = AuthorityId("XAA/contact-point")
IDENTITY = Identity.generate(SeededEntropy("packing"))

LIMITS = Limits(
    basis=("44(1)",),
    purpose="investigation of a phishing mailbox",
    proceedings=("XAA-2026-17",),
    confidential_until=Instant(NOW + 10 * DAY),
    retain_until=Instant(NOW + 300 * DAY),
)

LABEL = PackageLabel(
    realm=Realm.PRACTICE,
    case=None,
    authority=AUTHORITY,
    sealed_at=NOW,
    handling=Handling.ORDINARY,
    limits=LIMITS,
)

SEALING = CustodyAct(
    step=CustodyStep.SEALED,
    at=NOW,
    officer=OfficerName("a.diallo"),
    authority=AUTHORITY,
    role="investigator",
    reason="asked for under article 44",
    tool="comity",
    tool_version="1",
    place="Room 4",
)

ACQUIRING = dataclasses.replace(SEALING, step=CustodyStep.ACQUIRED, at=Instant(NOW - DAY))


def order(*sources: Path, **changes: object) -> SealOrder:
    """Return an order to seal these sources to the test identity."""
    given: dict[str, object] = {
        "sources": tuple(os.fsencode(source) for source in sources),
        "recipients": (IDENTITY.public,),
        "label": LABEL,
        "acts": (ACQUIRING, SEALING),
        **changes,
    }
    return SealOrder(**given)  # type: ignore[arg-type]


def seal_to(target: Path, *sources: Path, **changes: object) -> SealedPackage:
    """Seal sources into a file."""
    return Pump().seal(order(*sources, **changes), to=FileWriter(target), entropy=SeededEntropy(str(target)))


def open_from(
    sealed: Path, folder: Path, *, identity: Identity = IDENTITY, expected: Expected | None = None
) -> OpenedBag:
    """Open a sealed file into a folder, admitting everything; checking it finds the same."""
    source, expected = FileReader(sealed), expected or Expected(realm=Realm.PRACTICE)
    try:
        opened = Pump().open(
            source, identities=[identity], expected=expected, folder=str(folder), admit=lambda _: None
        )
        assert Pump().check(source, identities=[identity], expected=expected) == opened
        return opened
    finally:
        source.close()
