"""The vector of ``docs/spec/package.md``: what the text says is what the code writes."""

import re
from pathlib import Path

import pytest

from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Limits
from comity.evidence.package import BagWriter, Original
from comity.evidence.pieces import PieceHasher, PieceList
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId, CaseId, OfficerName
from comity.kernel.realms import Realm

SPECIFICATION = (Path(__file__).parents[2] / "docs" / "spec" / "package.md").read_text("utf-8")
CONTENT = b"From: x\r\n\n"
LENGTHS = (1, 1 << 20, (1 << 20) + 1, 5 * (1 << 20), 7 * (1 << 20) + 3)
NOW = Instant(1_790_000_000 * SECOND)


def drawn() -> tuple[bytes, str, bytes]:
    """Return archive, bag root and custody of the vector."""
    authority = AuthorityId("XAB/contact-point")
    limits = Limits(basis=("44(1)",), purpose="investigation", retain_until=Instant(NOW + 365 * DAY))
    label = PackageLabel(
        realm=Realm.PRACTICE,
        case=CaseId("c" * 64),
        authority=authority,
        sealed_at=NOW,
        handling=Handling.ORDINARY,
        limits=limits,
    )
    act = CustodyAct(
        step=CustodyStep.SEALED,
        at=NOW,
        officer=OfficerName("b.okoro"),
        authority=authority,
        role="investigator",
        reason="execution of the request",
    )
    writer = BagWriter(label)
    archive = writer.begin(Original(name=b"mail.eml", size=len(CONTENT), modified=NOW)) + CONTENT
    writer.update(memoryview(CONTENT))
    archive += writer.end()
    tail, bag = writer.close([act])
    return archive + b"".join(tail), bag.bag_root, bag.custody


def piece_root(length: int) -> str:
    hasher = PieceHasher()
    pattern = bytes(n % 251 for n in range(251))
    hasher.update(memoryview((pattern * (length // 251 + 1))[:length]))
    return PieceList(payload_length=length, leaves=hasher.leaves()).root


def test_the_bag_is_the_one_in_the_text() -> None:
    archive, bag_root, custody = drawn()
    assert f"archive has {len(archive):,} bytes" in SPECIFICATION
    assert f"archive   SHA-256  {sha256(archive).hex()}\n" in SPECIFICATION
    assert f"bag root           {bag_root}\n" in SPECIFICATION
    assert f"\ncustody.jsonl\n{custody.decode()}\n" in SPECIFICATION
    found = re.search(r"\nexhibits\.jsonl\n(.*?\n)\n", SPECIFICATION, re.DOTALL)
    assert found is not None
    assert found[1].encode() in archive


@pytest.mark.parametrize("length", LENGTHS)
def test_the_piece_roots_are_those_in_the_text(length: int) -> None:
    assert f"| {length:,} | `{piece_root(length)}` |" in SPECIFICATION
