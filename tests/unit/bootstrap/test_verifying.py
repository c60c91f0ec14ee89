"""Checking a sealed package: no plaintext is written, not for a moment."""

from pathlib import Path
from typing import Any

import pytest

from comity.bootstrap import verifying
from comity.bootstrap.loose import seal_loose
from comity.bootstrap.nodes import init_node
from comity.engines.pump import Pump
from comity.kernel.agefile import recipient_text


@pytest.fixture
def node(tmp_path: Path) -> Path:
    folder = tmp_path / "xaa"
    init_node(
        str(folder), party="XAA", name="A", practice=True, host="127.0.0.1", exchange_port=1, passphrase=None
    )
    return folder


def test_a_package_is_checked_and_nothing_of_it_is_written(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with verifying.opened(str(node)) as (_, _, place), place.store.snapshot() as tx:
        own = place.openers(place.authorities(tx)[0])[0]
    (tmp_path / "a.txt").write_bytes(b"secret")
    sealed = tmp_path / "a.age"
    seal_loose(
        [str(tmp_path / "a.txt")], out=str(sealed), recipients=[recipient_text(own.public)], node=str(node)
    )

    def written(*_: Any, **__: Any) -> Any:
        raise AssertionError("a package that is checked is not written anywhere")

    monkeypatch.setattr(Pump, "open", written)
    before = {path: path.stat().st_size for path in node.rglob("*") if path.is_file()}
    report = verifying.verify(str(sealed), trust=None, integrity_only=True, node=str(node))
    assert (report.verdict, report.exit_code) == ("UNRELEASED", 0)
    after = {path for path in node.rglob("*") if path.is_file() and not path.name.startswith("node.db")}
    assert after <= before.keys()
    assert not any(b"secret" in path.read_bytes() for path in after)
