"""Checking a sealed package: the plaintext stays in the node's own room, and nothing of it remains."""

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


def test_a_package_is_opened_in_the_room_only(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with verifying.opened(str(node)) as (_, _, place), place.store.snapshot() as tx:
        own = place.openers(place.authorities(tx)[0])[0]
    (tmp_path / "a.txt").write_bytes(b"secret")
    sealed = tmp_path / "a.age"
    seal_loose(
        [str(tmp_path / "a.txt")], out=str(sealed), recipients=[recipient_text(own.public)], node=str(node)
    )
    used: list[Path] = []
    really = Pump.open

    def watched(self: Pump, source: Any, **more: Any) -> Any:
        used.append(Path(more["folder"]))
        return really(self, source, **more)

    monkeypatch.setattr(Pump, "open", watched)
    before = sorted(path.name for path in node.iterdir())
    report = verifying.verify(str(sealed), trust=None, integrity_only=True, node=str(node))
    assert (report.verdict, report.exit_code) == ("UNRELEASED", 0)
    assert [(node / "room") in path.parents for path in used] == [True]
    assert sorted(path.name for path in node.iterdir()) == sorted({*before, "room"})
    assert list((node / "room").iterdir()) == []
