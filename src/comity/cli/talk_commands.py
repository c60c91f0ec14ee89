"""The commands of conversation and of what happens outside any node."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_CHANNELS = ("post", "interpol", "portal", "mail", "voice", "courier", "diplomatic")
_CHECKS = ("callback", "sealed", "portal_login", "known_sender", "not_checked")
_CHANNEL = Argument(name="channel", flags=("--channel",), choices=_CHANNELS, required=True)
_AT = Argument(name="at", flags=("--at",), metavar="TIME")
_REFERENCE = Argument(name="reference", flags=("--reference",), metavar="TEXT")
_SCAN = Argument(name="scan", flags=("--scan",), metavar="FILE")

TALK = (
    Command(
        words=("act", "example"),
        section="acts",
        code="talking:example",
        arguments=(Argument(name="kind", metavar="KIND", required=True),),
        example="act example conditions.offer",
    ),
    Command(
        words=("request", "register"),
        section="requests",
        code="talking:register",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="sender", flags=("--from",), metavar="PARTY", required=True),
            _CHANNEL,
            Argument(name="case", flags=("--case",), metavar="CASE"),
            _AT,
            _REFERENCE,
            _SCAN,
            Argument(name="checked", flags=("--checked",), choices=_CHECKS),
            Argument(name="confirms", flags=("--confirms",), metavar="ACT"),
            Argument(name="statement", flags=("--statement",), metavar="TEXT"),
            Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE"),
        ),
        example="request register form.json --from XAC --channel post",
    ),
    Command(
        words=("request", "sent"),
        section="requests",
        code="talking:sent",
        arguments=(
            Argument(name="act", metavar="ACT", required=True),
            _CHANNEL,
            Argument(name="arrived", flags=("--arrived",), is_flag=True),
            _AT,
            _REFERENCE,
            _SCAN,
            Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE"),
        ),
        example='request sent 4be1c09a --channel post --reference "RR123456789XX"',
    ),
)
