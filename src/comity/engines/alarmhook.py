"""The alarm's way out of the machine: a local command of the operator's, such as one that sends mail.

It is run without a shell, and is told of the alarm as JSON on its standard input: never any case material.
"""

import json
import subprocess
from collections.abc import Sequence

from comity.kernel.errors import UnavailableError
from comity.node.watching import Call

SECONDS = 30
"""How long the command may take."""


def tell(command: Sequence[str], call: Call) -> None:
    """Run the command for one ring.

    Raises:
        UnavailableError: ``alarm.command``: it cannot be run, fails, or takes too long.
    """
    said = {
        "v": 1,
        "alarm": call.alarm.id,
        "code": call.alarm.code,
        "authority": call.authority,
        "officer": call.officer,
        "ring": len(call.alarm.rings),
        "raised_at": call.alarm.raised_at,
    }
    try:
        subprocess.run(  # noqa: S603  the operator's own command
            list(command),
            input=json.dumps(said).encode(),
            check=True,
            timeout=SECONDS,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, ValueError) as exc:
        raise UnavailableError(
            "alarm.command",
            f"the command for alarms did not do its work: {type(exc).__name__}",
            hint="run it by hand, with JSON on its standard input; the alarm rings on",
        ) from exc
