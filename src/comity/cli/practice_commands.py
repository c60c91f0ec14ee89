"""The commands of guided cases, on practice nodes only."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_PRACTICE = Argument(name="guided", metavar="NAME", required=True)

PRACTICE = (
    Command(
        words=("practice", "list"), section="practice", code="practising:listing", example="practice list"
    ),
    Command(
        words=("practice", "start"),
        section="practice",
        code="practising:start",
        arguments=(_PRACTICE,),
        example="practice start preservation",
    ),
    Command(
        words=("practice", "next"),
        section="practice",
        code="practising:advance",
        arguments=(_PRACTICE,),
        example="practice next preservation",
    ),
    Command(
        words=("practice", "check"),
        section="practice",
        code="practising:show",
        arguments=(_PRACTICE,),
        example="practice check preservation",
    ),
)
