"""The commands for reports of providers and hotlines, and for looks at new material."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_REPORT = Argument(name="report", metavar="NUMBER", required=True)
_WHY = Argument(name="guard_why", flags=("--why",), metavar="TEXT", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_SIGNS = (
    "life",
    "access",
    "live",
    "harm",
    "molestation",
    "sextortion",
    "contact",
    "informational",
    "closed",
    "opened",
)

REPORTS = (
    Command(
        words=("protect", "reports"),
        section="protect",
        code="reporting:queue",
        arguments=(_PURPOSE,),
        example="protect reports --purpose investigation",
    ),
    Command(
        words=("protect", "reports", "import"),
        section="protect",
        code="reporting:import_",
        arguments=(
            Argument(name="report_file", metavar="FILE", required=True, many=True),
            Argument(name="report_source", flags=("--source",), metavar="TEXT", required=True),
            Argument(name="report_form", flags=("--form",), choices=("cybertipline", "iccam")),
        ),
        example="protect reports import report.xml --source NCMEC",
    ),
    Command(
        words=("protect", "reports", "show"),
        section="protect",
        code="reporting:show",
        arguments=(_REPORT, _PURPOSE),
        example="protect reports show 17 --purpose investigation",
    ),
    Command(
        words=("protect", "reports", "say"),
        section="protect",
        code="reporting:say",
        arguments=(
            _REPORT,
            Argument(name="report_sign", flags=("--sign",), choices=_SIGNS, required=True),
            _WHY,
        ),
        example='protect reports say 17 --sign access --why "The suspect teaches at a school"',
    ),
    Command(
        words=("protect", "reports", "tie"),
        section="protect",
        code="reporting:tie",
        arguments=(
            _REPORT,
            Argument(
                name="report_tie",
                flags=("--by",),
                choices=("nationality", "residence", "stateless", "territory", "located", "hosting"),
                required=True,
            ),
            Argument(name="report_state", flags=("--state",), metavar="STATE", required=True),
            Argument(name="report_who", flags=("--of",), choices=("suspect", "victim", "recipient")),
            Argument(name="report_sure", flags=("--sure",), is_flag=True),
        ),
        example="protect reports tie 17 --by nationality --state XAB --of victim --sure",
    ),
    Command(
        words=("protect", "reports", "inform"),
        section="protect",
        code="reporting:inform",
        arguments=(
            _REPORT,
            Argument(name="report_state", flags=("--state",), metavar="STATE", required=True),
            Argument(name="report_out", flags=("--out",), metavar="FILE"),
            Argument(name="report_to", flags=("--to",), metavar="AUTHORITY"),
            _PURPOSE,
        ),
        example="protect reports inform 17 --state XAB --out inform.json",
    ),
    Command(
        words=("protect", "reports", "erase"),
        section="protect",
        code="reporting:erase",
        arguments=(_REPORT, _WHY),
        example='protect reports erase 17 --why "Retention ended, Act 12, s. 8"',
    ),
    Command(
        words=("protect", "looks"),
        section="protect",
        code="reporting:clusters",
        arguments=(_PURPOSE,),
        example="protect looks --purpose investigation",
    ),
    Command(
        words=("protect", "looks", "take"),
        section="protect",
        code="reporting:look",
        arguments=(
            Argument(name="cluster", metavar="NUMBER", required=True),
            _WHY,
            Argument(name="look_blur", flags=("--blur",), is_flag=True),
            Argument(name="look_again", flags=("--again",), is_flag=True),
            _PURPOSE,
        ),
        example='protect looks take 4 --why "Not on any list" --purpose investigation',
    ),
    Command(
        words=("protect", "looks", "judge"),
        section="protect",
        code="reporting:judge",
        arguments=(
            Argument(name="look", metavar="NUMBER", required=True),
            Argument(name="hash_category", flags=("--category",), metavar="CODE", required=True),
        ),
        example="protect looks judge 9 --category none",
    ),
    Command(
        words=("protect", "looks", "people"),
        section="protect",
        code="reporting:people",
        example="protect looks people",
    ),
    Command(
        words=("protect", "looks", "limits"),
        section="protect",
        code="reporting:limits",
        arguments=(
            Argument(name="look_day", flags=("--day",), metavar="COUNT"),
            Argument(name="look_week", flags=("--week",), metavar="COUNT"),
            Argument(name="look_run", flags=("--run",), metavar="COUNT"),
            Argument(name="look_pause", flags=("--pause",), metavar="MINUTES"),
            Argument(name="look_days", flags=("--days",), metavar="COUNT"),
            Argument(name="look_spread", flags=("--spread",), metavar="COUNT"),
            Argument(name="look_away", flags=("--away",), metavar="OFFICER", many=True),
        ),
        example="protect looks limits --day 12 --pause 30",
    ),
)
