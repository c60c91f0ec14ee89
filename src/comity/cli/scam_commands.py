"""The commands on reports of scams and ransomware: what is brought, and what came of it."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_REPORT = Argument(name="report", metavar="REPORT", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="TEXT")
_FAMILY = Argument(name="family", flags=("--family",), metavar="NAME")
_CASE = Argument(name="case", flags=("--case",), metavar="CASE")
_SECTOR = Argument(
    name="sector",
    flags=("--sector",),
    choices=(
        "person", "business", "health", "energy", "water", "food", "transport", "finance", "telecom",
        "government", "education", "other",
    ),
)  # fmt: skip
_CRITICALITY = Argument(
    name="criticality", flags=("--criticality",), choices=("ordinary", "important", "critical")
)

SCAMS = (
    Command(
        words=("indicators", "reports", "list"),
        section="indicators",
        code="scamreports:listing",
        arguments=(
            Argument(name="state", flags=("--state",), choices=("waiting", "open", "taken", "dismissed")),
        ),
        example="indicators reports list --state waiting",
    ),
    Command(
        words=("indicators", "reports", "add"),
        section="indicators",
        code="scamreports:add",
        arguments=(
            Argument(name="file", metavar="FILE", required=True, many=True),
            Argument(name="country", flags=("--country",), metavar="CC"),
            _SECTOR,
            _CRITICALITY,
            _FAMILY,
            _CASE,
        ),
        example="indicators reports add note.txt --sector health --criticality critical",
    ),
    Command(
        words=("indicators", "reports", "open"),
        section="indicators",
        code="scamreports:open_report",
        arguments=(_REPORT, _PURPOSE),
        example="indicators reports open report--7d0c",
    ),
    Command(
        words=("indicators", "reports", "show"),
        section="indicators",
        code="scamreports:show",
        arguments=(_REPORT, _PURPOSE),
        example="indicators reports show report--7d0c",
    ),
    Command(
        words=("indicators", "reports", "decide"),
        section="indicators",
        code="scamreports:decide",
        arguments=(
            _REPORT,
            Argument(name="keep", flags=("--keep",), metavar="VALUE", many=True),
            Argument(name="drop", flags=("--drop",), metavar="VALUE", many=True),
            Argument(name="tlp", flags=("--tlp",), metavar="MARK"),
            Argument(name="pap", flags=("--pap",), metavar="MARK"),
            Argument(name="use", flags=("--use",), metavar="TEXT"),
            Argument(name="basis", flags=("--basis",), metavar="ARTICLE", many=True),
            Argument(name="until", flags=("--until",), metavar="DATE"),
            _PURPOSE,
        ),
        example='indicators reports decide report--7d0c --keep 1 --keep 3 --drop 2 --use "fraud cases"',
    ),
    Command(
        words=("indicators", "reports", "describe"),
        section="indicators",
        code="scamreports:describe",
        arguments=(_REPORT, _SECTOR, _CRITICALITY, _FAMILY, _CASE, _PURPOSE),
        example="indicators reports describe report--7d0c --family lockbit --criticality critical",
    ),
    Command(
        words=("indicators", "reports", "dismiss"),
        section="indicators",
        code="scamreports:dismiss",
        arguments=(_REPORT, Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)),
        example='indicators reports dismiss report--7d0c --reason "an advertisement"',
    ),
    Command(
        words=("indicators", "reports", "group"),
        section="indicators",
        code="scamreports:group",
        arguments=(_PURPOSE,),
        example="indicators reports group",
    ),
    Command(
        words=("indicators", "reports", "form"),
        section="indicators",
        code="scamreports:form",
        arguments=(
            Argument(name="on", flags=("--open",), is_flag=True),
            Argument(name="off", flags=("--close",), is_flag=True),
            Argument(name="days", flags=("--keep-days",), metavar="DAYS"),
            Argument(name="notice", flags=("--notice",), metavar="TEXT"),
        ),
        example='indicators reports form --open --keep-days 30 --notice "In danger? Call 17"',
    ),
    Command(
        words=("indicators", "reports", "figures"),
        section="indicators",
        code="scamreports:figures",
        example="indicators reports figures",
    ),
)
