"""The commands of procedure at home: sheets, and what is recorded of the steps there."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_FILE = Argument(name="file", metavar="FILE", required=True)
_CASE = Argument(name="case", metavar="CASE", required=True)
_CONFIRMED = Argument(name="confirmed_by", flags=("--confirmed-by",), metavar="OFFICER", many=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")

SHEETS = (
    Command(words=("sheet", "list"), section="acts", code="sheets:listing", example="sheet list"),
    Command(
        words=("sheet", "show"),
        section="acts",
        code="sheets:show",
        arguments=(
            Argument(name="party", metavar="PARTY", required=True),
            Argument(name="on", flags=("--on",), metavar="DATE"),
            Argument(name="raw", flags=("--raw",), is_flag=True),
        ),
        example="sheet show XAB --on 2026-12-01",
    ),
    Command(
        words=("sheet", "check"),
        section="acts",
        code="sheets:check",
        arguments=(_FILE,),
        example="sheet check sheet.json",
    ),
    Command(
        words=("sheet", "set"),
        section="acts",
        code="sheets:put",
        arguments=(
            _FILE,
            Argument(name="confirmed_by", flags=("--confirmed-by",), metavar="OFFICER", many=True),
        ),
        example="sheet set sheet.json --confirmed-by m.okafor",
    ),
    Command(words=("sheet", "example"), section="acts", code="sheets:example", example="sheet example"),
    Command(words=("sheet", "schema"), section="acts", code="sheets:schema", example="sheet schema"),
    Command(
        words=("procedure", "show"),
        section="acts",
        code="homesteps:show",
        arguments=(_CASE, _PURPOSE),
        example="procedure show 3f9a21c47b0d",
    ),
    Command(
        words=("procedure", "record"),
        section="acts",
        code="homesteps:record",
        arguments=(
            _CASE,
            _FILE,
            Argument(name="reason", flags=("--reason",), metavar="CODE=TEXT", many=True),
        ),
        example="procedure record 3f9a21c47b0d ruling.json",
    ),
    Command(
        words=("procedure", "example"),
        section="acts",
        code="homesteps:example",
        arguments=(Argument(name="fact", metavar="FACT", required=True),),
        example="procedure example challenge.lodged",
    ),
)
