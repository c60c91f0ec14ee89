"""The commands on national law: the library, and what may serve an article."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_COUNTRY = Argument(name="country", flags=("--country",), metavar="ISO3", required=True)
_ANY_COUNTRY = Argument(name="country", flags=("--country",), metavar="ISO3")
_LANGUAGE = Argument(name="language", flags=("--language",), metavar="LANGUAGE")
_COUNT = Argument(name="count", flags=("-k",), metavar="K")
_DAY = Argument(name="on", flags=("--on",), metavar="DATE")

LAW = (
    Command(
        words=("law", "import"),
        section="law",
        code="law:import_",
        arguments=(
            Argument(name="file", metavar="FILE", required=True, many=True),
            _COUNTRY,
            Argument(name="instrument", flags=("--instrument",), metavar="NAME"),
            Argument(name="tongue", flags=("--language",), metavar="LANGUAGE"),
            _DAY,
            Argument(name="partial", flags=("--partial",), is_flag=True),
        ),
        example="law import --country KEN KEN.jsonl.gz",
    ),
    Command(
        words=("law", "list"),
        section="law",
        code="law:listing",
        arguments=(_ANY_COUNTRY,),
        example="law list",
    ),
    Command(
        words=("law", "find"),
        section="law",
        code="law:find",
        arguments=(
            _COUNTRY,
            Argument(name="article", flags=("--article",), metavar="N", required=True),
            _COUNT,
            _DAY,
            _LANGUAGE,
        ),
        example="law find --country KEN --article 9 -k 5",
    ),
    Command(
        words=("law", "search"),
        section="law",
        code="law:search",
        arguments=(Argument(name="text", metavar="TEXT", required=True), _ANY_COUNTRY, _COUNT, _LANGUAGE),
        example='law search "intimate images" --country KEN',
    ),
    Command(
        words=("law", "show"),
        section="law",
        code="law:show",
        arguments=(Argument(name="reference", metavar="PROVISION", required=True), _DAY, _LANGUAGE),
        example="law show KEN/CMCA/16",
    ),
    Command(
        words=("law", "index"),
        section="law",
        code="law:index",
        arguments=(_COUNTRY,),
        example="law index --country KEN",
    ),
    Command(
        words=("law", "gaps"),
        section="law",
        code="gapping:gaps",
        arguments=(
            _COUNTRY,
            Argument(name="format", flags=("--format",), metavar="FORM"),
            Argument(name="out", flags=("--out", "-o"), metavar="FILE"),
        ),
        example="law gaps --country KEN --format pdf --out KEN-gaps.pdf",
    ),
    Command(
        words=("law", "bill"),
        section="law",
        code="bills:compare",
        arguments=(
            Argument(name="file", metavar="FILE", required=True, many=True),
            _COUNTRY,
            Argument(name="whole", flags=("--whole",), is_flag=True),
            Argument(name="after", flags=("--profile",), metavar="FILE"),
            Argument(name="instrument", flags=("--instrument",), metavar="NAME"),
            Argument(name="tongue", flags=("--language",), metavar="LANGUAGE"),
        ),
        example="law bill --country KEN bill.jsonl",
    ),
    Command(
        words=("law", "dual"),
        section="law",
        code="comparing:dual",
        arguments=(
            Argument(name="between", flags=("--between",), metavar="A,B", required=True),
            Argument(name="conduct", flags=("--conduct",), metavar="FILE"),
            Argument(name="article", flags=("--article",), metavar="N"),
            _DAY,
        ),
        example="law dual --between KEN,DEU --article 7",
    ),
    Command(
        words=("law", "table"),
        section="law",
        code="comparing:harmony",
        example="law table",
    ),
    Command(
        words=("law", "profile"),
        section="law",
        code="comparing:profile",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="key", flags=("--key",), metavar="HEX", required=True),
        ),
        example="law profile KEN.profile.json --key 3f0c…",
    ),
)
