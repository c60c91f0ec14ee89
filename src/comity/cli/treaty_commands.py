"""The commands of the treaty desk: the Convention, its status, its entry into force, and the deposit kit."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_ON = Argument(name="on", flags=("--on",), metavar="DATE")
_DEPOSIT = Argument(name="deposit", flags=("--deposit",), metavar="PARTY=DATE", many=True)

TREATY = (
    Command(
        words=("treaty", "article"),
        section="treaty",
        code="treaty:article",
        arguments=(Argument(name="place", metavar="PLACE", required=True),),
        example="treaty article 42.3",
        judges=True,
    ),
    Command(
        words=("treaty", "search"),
        section="treaty",
        code="treaty:search",
        arguments=(Argument(name="words", metavar="WORD", required=True, many=True),),
        example="treaty search dual criminality",
        judges=True,
    ),
    Command(
        words=("treaty", "status"),
        section="treaty",
        code="treatystatus:status",
        arguments=(Argument(name="party", flags=("--party",), metavar="PARTY"), _ON),
        example="treaty status --on 2026-06-01",
    ),
    Command(
        words=("treaty", "import"),
        section="treaty",
        code="treatystatus:take",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="dry_run", flags=("--dry-run",), is_flag=True),
        ),
        example="treaty import XVIII-16.en.xml --dry-run",
    ),
    Command(
        words=("treaty", "force"),
        section="treaty",
        code="treatystatus:force",
        arguments=(_DEPOSIT, _ON),
        example="treaty force --deposit KEN=2027-03-01",
    ),
    Command(
        words=("treaty", "pair"),
        section="treaty",
        code="treatystatus:between",
        arguments=(
            Argument(name="requesting", flags=("--from",), metavar="PARTY", required=True),
            Argument(name="requested", flags=("--to",), metavar="PARTY", required=True),
            _ON,
        ),
        example="treaty pair --from QAT --to VNM --on 2028-01-01",
    ),
    Command(
        words=("treaty", "kit"),
        section="treaty",
        code="depositkit:make",
        arguments=(
            Argument(name="party", flags=("--party",), metavar="PARTY", required=True),
            Argument(name="out", flags=("-o", "--out"), metavar="DIR"),
            Argument(
                name="route",
                flags=("--by",),
                choices=("ratification", "acceptance", "approval", "accession"),
            ),
            Argument(name="choose", flags=("--choose",), metavar="PLACE", many=True),
            Argument(name="tell", flags=("--tell",), metavar="PLACE=TEXT", many=True),
            Argument(name="lang", flags=("--lang",), metavar="LANGUAGE[,LANGUAGE]"),
            Argument(name="format", flags=("--format",), choices=("docx", "pdf")),
            _ON,
        ),
        example="treaty kit --party FJI --choose 63.3 --out kit",
    ),
)
