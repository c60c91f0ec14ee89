"""The vault: what it refuses before and after the engine has worked."""

import dataclasses
import os
from pathlib import Path

import pytest

from comity.engines.files import FileReader, FileWriter
from comity.engines.pump import Pump
from comity.evidence.custody import CustodyStep
from comity.evidence.handling import Handling, Step
from comity.evidence.limits import Use
from comity.evidence.opening import Expected, OpenedBag
from comity.evidence.service import Reader, Vault, check_use
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import DeniedError
from comity.kernel.findings import Severity
from comity.kernel.ids import AuthorityId
from comity.kernel.realms import Realm
from tests.packing import IDENTITY, LABEL, LIMITS, NOW, SEALING

READER = Reader(roles=frozenset(), use=Use(step=Step.OPEN, purpose=LIMITS.purpose, at=NOW))


@pytest.fixture
def vault() -> Vault:
    return Vault(engine=Pump(), entropy=SeededEntropy("vault"))


def seal(vault: Vault, folder: Path, **changes: object) -> Path:
    (folder / "in").write_bytes(b"mail")
    label = dataclasses.replace(LABEL, **changes)  # type: ignore[arg-type]
    acts = [dataclasses.replace(SEALING, authority=label.authority)]
    target = FileWriter(folder / "sealed")
    source = os.fsencode(folder / "in")
    vault.seal([source], to=target, recipients=[IDENTITY.public], label=label, acts=acts)
    return folder / "sealed"


def unseal(vault: Vault, sealed: Path, reader: Reader = READER) -> OpenedBag:
    return vault.open(
        FileReader(sealed),
        identities=[IDENTITY],
        expected=Expected(realm=Realm.PRACTICE),
        folder=str(sealed.parent / "opened"),
        reader=reader,
    )


def test_what_was_sealed_is_opened(vault: Vault, tmp_path: Path) -> None:
    opened = unseal(vault, seal(vault, tmp_path))
    assert (tmp_path / "opened" / opened.exhibits[0].stored_name).read_bytes() == b"mail"
    restored = vault.restore(opened, folder=str(tmp_path / "opened"), to=str(tmp_path / "original"))
    assert [item.path for item in restored] == [b"in"]
    assert (tmp_path / "original" / "in").read_bytes() == b"mail"


def test_child_abuse_material_is_refused(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(DeniedError) as caught:
        seal(vault, tmp_path, handling=Handling.CHILD_ABUSE)
    assert caught.value.code == "handling.child_abuse_refused"
    assert not (tmp_path / "sealed").exists()


def test_a_live_node_seals_for_a_case_only(vault: Vault, tmp_path: Path) -> None:
    live = {"realm": Realm.LIVE, "authority": AuthorityId("KEN/contact-point")}
    with pytest.raises(DeniedError) as caught:
        seal(vault, tmp_path, **live)
    assert caught.value.code == "seal.loose_on_live"
    seal(vault, tmp_path, **live, case="c" * 64)


def test_custody_ends_with_the_sealing_by_who_seals(vault: Vault, tmp_path: Path) -> None:
    wrong = [
        [],
        [dataclasses.replace(SEALING, step=CustodyStep.COPIED)],
        [dataclasses.replace(SEALING, authority=AuthorityId("XAB/contact-point"))],
    ]
    for acts in wrong:
        with pytest.raises(ValueError, match="custody"):
            vault.seal(
                [os.fsencode(tmp_path)],
                to=FileWriter(tmp_path / "x"),
                recipients=[IDENTITY.public],
                label=LABEL,
                acts=acts,
            )


@pytest.mark.parametrize(
    ("handling", "roles", "use"),
    [
        (Handling.PRIVILEGED, frozenset(), READER.use),
        (Handling.ORDINARY, frozenset(), dataclasses.replace(READER.use, at=LIMITS.retain_until)),
        (Handling.ORDINARY, frozenset(), dataclasses.replace(READER.use, proceedings="other")),
    ],
)
def test_a_use_that_is_not_allowed_opens_nothing(
    handling: Handling, roles: frozenset[str], use: Use, vault: Vault, tmp_path: Path
) -> None:
    sealed = seal(vault, tmp_path, handling=handling)
    with pytest.raises(DeniedError) as caught:
        unseal(vault, sealed, Reader(roles=roles, use=use))
    assert caught.value.code == "evidence.use_refused"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "sealed"]


def test_a_clearance_opens(vault: Vault, tmp_path: Path) -> None:
    sealed = seal(vault, tmp_path, handling=Handling.PRIVILEGED)
    unseal(vault, sealed, dataclasses.replace(READER, roles=frozenset({"privilege-review"})))


def test_a_reader_opens_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="opens"):
        dataclasses.replace(READER, use=dataclasses.replace(READER.use, step=Step.EXPORT))


def test_findings_stand_once_at_the_first_exhibit(vault: Vault, tmp_path: Path) -> None:
    opened = unseal(vault, seal(vault, tmp_path, handling=Handling.INTIMATE), dataclasses.replace(
        READER, roles=frozenset({"victim-material"})))  # fmt: skip
    many = [*opened.exhibits] * 3
    found = check_use(
        many, use=dataclasses.replace(READER.use, step=Step.EXPORT), roles=frozenset({"victim-material"})
    )
    assert [(item.code, item.severity, item.field) for item in found.findings] == [
        ("handling.decide", Severity.DECIDE, "/exhibits/0"),
        ("limits.confidential", Severity.DECIDE, "/exhibits/0"),
    ]
