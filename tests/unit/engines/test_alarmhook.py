"""The operator's command for alarms: it gets JSON, no shell and no case material, and its failure is told."""

import json
import sys
from pathlib import Path

import pytest

from comity.engines.alarmhook import tell
from comity.kernel.errors import UnavailableError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.node.ringing import Alarm, Ring
from comity.node.watching import Call

CALL = Call(
    authority=AuthorityId("XAA/contact-point"),
    alarm=Alarm(id="x", code="emergency", about="4" * 64, raised_at=7, rings=(Ring(officer="a", at=8),)),
    officer=OfficerName("a.diallo"),
)


def test_the_command_reads_the_alarm_on_its_standard_input(tmp_path: Path) -> None:
    out = tmp_path / "said $(whoami).json"
    tell(
        [
            sys.executable,
            "-c",
            "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())",
            str(out),
        ],
        CALL,
    )
    assert json.loads(out.read_bytes()) == {
        "v": 1,
        "alarm": "x",
        "code": "emergency",
        "authority": "XAA/contact-point",
        "officer": "a.diallo",
        "ring": 1,
        "raised_at": 7,
    }


@pytest.mark.parametrize(
    "command", [["/nowhere/at/all"], [sys.executable, "-c", "raise SystemExit(3)"], ["a\0b"]]
)
def test_a_command_that_fails_is_told(command: list[str]) -> None:
    with pytest.raises(UnavailableError) as caught:
        tell(command, CALL)
    assert caught.value.code == "alarm.command"
