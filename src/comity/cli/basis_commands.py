"""The commands of legal bases: which instrument opens a mechanism, and a form put on another one."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_ON = Argument(name="on", flags=("--on",), metavar="DATE")
_OVERLAY = Argument(name="overlay", flags=("--overlay",), metavar="FILE")

BASES = (
    Command(
        words=("basis",),
        section="requests",
        code="basing:show",
        arguments=(
            Argument(name="requesting", flags=("--from",), metavar="PARTY", required=True),
            Argument(name="requested", flags=("--to",), metavar="PARTY", required=True),
            Argument(name="kind", flags=("--kind",), metavar="KIND", required=True),
            _ON,
            Argument(name="scope", flags=("--class",), choices=("A", "B", "C")),
            _OVERLAY,
        ),
        example="basis --from KEN --to FRA --kind preservation --on 2026-11-02",
    ),
    Command(
        words=("request", "rebase"),
        section="requests",
        code="basing:rebase",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="instrument", flags=("--instrument",), metavar="ID", required=True),
            Argument(name="out", flags=("-o", "--out"), metavar="FILE", required=True),
            _ON,
            _OVERLAY,
        ),
        example="request rebase form.json --instrument budapest -o again.json",
    ),
)
