"""The mark of a process: it holds while the process lives, and nobody removes that of a live one."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.engines.presence import Presence
from comity.kernel.errors import UnavailableError

HELD = """
import sys
from pathlib import Path
from comity.engines.presence import Presence
print(Presence(Path(sys.argv[1])).name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def presence(run: Path) -> Iterator[Presence]:
    made = Presence(run)
    yield made
    made.close()


def marks(run: Path) -> set[str]:
    return {path.name for path in run.iterdir()} if run.is_dir() else set()


def test_the_mark_is_made_when_it_is_needed_and_taken_away(run: Path, presence: Presence) -> None:
    assert marks(run) == set()
    assert presence.forget_dead() == 0
    name = presence.name
    assert marks(run) == {name} == {presence.name}
    assert presence.is_live(name)
    assert (run / name).stat().st_mode & 0o077 == 0
    assert int((run / name).read_text()) == os.getpid()
    presence.close()
    presence.close()
    assert marks(run) == set()
    assert not presence.is_live(name)
    assert presence.name != name


def test_what_is_no_name_is_not_live(run: Path, presence: Presence, tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef").touch()
    for name in ("", "..", "../0123456789abcdef", "0123456789ABCDEF", "0" * 16, f"{presence.name}\n"):
        assert not presence.is_live(name)


def test_a_process_is_live_until_it_is_killed(run: Path, presence: Presence) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HELD, str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert presence.is_live(name) and presence.is_live(presence.name)
        assert presence.forget_dead() == 0
        other.kill()
        other.wait()
        assert not presence.is_live(name)
        assert marks(run) == {name, presence.name}
        assert presence.forget_dead() == 1
    assert marks(run) == {presence.name}


def test_a_mark_that_was_taken_for_dead_while_it_was_made_is_made_again(
    run: Path, presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, removed = fcntl.flock, []

    def between(handle: int, kind: int) -> None:
        if not removed:
            removed.append(marks(run))
            monkeypatch.setattr(fcntl, "flock", flock)
            assert Presence(run).forget_dead() == 1
        flock(handle, kind)

    monkeypatch.setattr(fcntl, "flock", between)
    assert presence.is_live(presence.name)
    assert marks(run) == {presence.name}
    assert removed and presence.name not in removed[0]


def test_where_no_mark_can_be_made_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError) as caught:
        _ = Presence(tmp_path / "file" / "run").name
    assert caught.value.code == "node.presence"

    def refuse(_handle: int, _kind: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(UnavailableError, match="No locks"):
        _ = Presence(tmp_path / "run").name
