"""The commands on custody: what became of a package, what was made from it, its holds and its end."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_THE_CASE = Argument(name="case", flags=("--case",), metavar="CASE", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_BAG = Argument(name="bag_root", metavar="BAG-ROOT", required=True)
_REASON = Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)
_PLACE = Argument(name="place", flags=("--place",), metavar="TEXT")
_AT = Argument(name="at", flags=("--at",), metavar="TIME")
_TOOL = Argument(name="tool", flags=("--tool",), metavar="NAME")
_TOOL_VERSION = Argument(name="tool_version", flags=("--tool-version",), metavar="VERSION")
_MADE = (
    Argument(name="source", metavar="SRC", many=True, required=True),
    Argument(name="parent", flags=("--from",), metavar="BAG-ROOT[:N,N]", many=True, required=True),
    _THE_CASE,
    Argument(name="operation", flags=("--operation",), metavar="TEXT", required=True),
    Argument(
        name="handling",
        flags=("--handling",),
        choices=("ordinary", "intimate", "child-abuse", "privileged", "classified"),
    ),
    _TOOL,
    _TOOL_VERSION,
    _PLACE,
    Argument(name="decide", flags=("--decide",), metavar="CODE=proceed:REASON", many=True),
    _PURPOSE,
)

CUSTODY = (
    Command(
        words=("evidence", "custody"),
        section="evidence",
        code="custody:show",
        arguments=(_THE_CASE, _PURPOSE),
        example="evidence custody --case 4be1c09a --purpose court",
    ),
    Command(
        words=("evidence", "custody", "show"),
        section="evidence",
        code="custody:show",
        arguments=(_THE_CASE, _PURPOSE),
        example="evidence custody show --case 4be1c09a --purpose court",
    ),
    Command(
        words=("evidence", "custody", "export"),
        section="evidence",
        code="custody:export",
        arguments=(
            _THE_CASE,
            Argument(name="format", flags=("--format",), choices=("case", "bagit", "pdf"), required=True),
            Argument(name="out", flags=("-o", "--out"), metavar="FILE", required=True),
            Argument(name="language", flags=("--language",), metavar="LANGUAGE[,LANGUAGE]"),
            Argument(name="release", flags=("--release",), metavar="RELEASE"),
            _PURPOSE,
        ),
        example="evidence custody export --case 4be1c09a --format case -o custody.jsonld --purpose court",
    ),
    Command(
        words=("evidence", "record"),
        section="evidence",
        code="custody:record",
        arguments=(
            _BAG,
            _THE_CASE,
            Argument(
                name="step",
                flags=("--step",),
                choices=("received", "copied", "examined", "disclosed", "returned"),
                required=True,
            ),
            _REASON,
            Argument(name="recipient", flags=("--to",), metavar="TEXT"),
            Argument(name="operation", flags=("--operation",), metavar="TEXT"),
            _TOOL,
            _TOOL_VERSION,
            _PLACE,
            _AT,
        ),
        example='evidence record 1f0e… --case 4be1c09a --step copied --reason "copy for the expert"',
    ),
    Command(
        words=("evidence", "derive"),
        section="evidence",
        code="custody:derive",
        arguments=_MADE,
        example='evidence derive accounts.csv --from 1f0e…:2 --case 4be1c09a --operation "counted accounts"',
    ),
    Command(
        words=("evidence", "redact"),
        section="evidence",
        code="custody:redact",
        arguments=_MADE,
        example='evidence redact public.pdf --from 1f0e…:1 --case 4be1c09a --operation "names removed"',
    ),
    Command(
        words=("evidence", "return"),
        section="evidence",
        code="custody:hand_back",
        arguments=(
            _BAG,
            _THE_CASE,
            Argument(name="recipient", flags=("--to",), metavar="TEXT", required=True),
            _REASON,
            _PLACE,
            _AT,
        ),
        example='evidence return 1f0e… --case 4be1c09a --to XAB --reason "retention ended"',
    ),
    Command(
        words=("evidence", "hold"),
        section="evidence",
        code="custody:hold",
        arguments=(
            _BAG,
            _THE_CASE,
            _REASON,
            Argument(name="lift", flags=("--lift",), metavar="NUMBER"),
        ),
        example='evidence hold 1f0e… --case 4be1c09a --reason "an appeal was lodged"',
    ),
    Command(
        words=("evidence", "disclose"),
        section="evidence",
        code="custody:disclose",
        arguments=(
            _THE_CASE,
            Argument(name="withhold", flags=("--withhold",), metavar="ACT/PART=GROUND", many=True),
            Argument(name="out", flags=("-o", "--out"), metavar="FILE"),
            Argument(name="release", flags=("--release",), metavar="RELEASE"),
            Argument(name="recipient", flags=("--to",), metavar="TEXT"),
            _PURPOSE,
        ),
        example='evidence disclose --case 4be1c09a --withhold "9c3f5e21=privileged: letters to counsel"',
    ),
    Command(
        words=("evidence", "destroy"),
        section="evidence",
        code="custody:destroy",
        arguments=(
            _BAG,
            _THE_CASE,
            Argument(name="reason", flags=("--reason",), metavar="TEXT"),
            Argument(name="release", flags=("--release",), metavar="RELEASE"),
        ),
        example='evidence destroy 1f0e… --case 4be1c09a --reason "retention ended"',
    ),
    Command(
        words=("evidence", "certificate"),
        section="evidence",
        code="custody:certificate",
        arguments=(
            _BAG,
            _THE_CASE,
            Argument(name="out", flags=("-o", "--out"), metavar="FILE", required=True),
            _PURPOSE,
        ),
        example="evidence certificate 1f0e… --case 4be1c09a -o certificate.json --purpose oversight",
    ),
)
