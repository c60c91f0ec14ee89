"""The commands on national law: the library, and what may serve an article."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_COUNTRY = Argument(name="country", flags=("--country",), metavar="ISO3", required=True)
_ANY_COUNTRY = Argument(name="country", flags=("--country",), metavar="ISO3")
_LANGUAGE = Argument(name="language", flags=("--language",), metavar="LANGUAGE")
_COUNT = Argument(name="count", flags=("-k",), metavar="K")
_DAY = Argument(name="on", flags=("--on",), metavar="DATE")

_ARTICLE = Argument(name="article", flags=("--article",), metavar="N", required=True)
_REASON = Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)
_TONGUE = Argument(name="reason_language", flags=("--reason-language",), metavar="LANGUAGE")
_HISTORY = Argument(name="history", flags=("--history",), is_flag=True)
_FILE = Argument(name="file", metavar="FILE", required=True)

REVIEWS = (
    Command(
        words=("law", "review", "add"),
        section="law",
        code="reviewing:add",
        arguments=(
            Argument(name="verdict", required=True, choices=("confirmed", "refused", "corrected")),
            Argument(name="provision", flags=("--provision",), metavar="PROVISION"),
            _ARTICLE,
            _REASON,
            _TONGUE,
            _ANY_COUNTRY,
            _LANGUAGE,
            Argument(name="element", flags=("--element",), metavar="NAME"),
            Argument(name="passage", flags=("--passage",), metavar="TEXT"),
            Argument(name="instead", flags=("--instead",), metavar="PROVISION"),
            Argument(
                name="coverage", flags=("--coverage",), choices=("met", "narrowed", "missing", "unknown")
            ),
            Argument(name="only_if", flags=("--only-if",), metavar="FACT", many=True),
            Argument(name="sure_if", flags=("--sure-if",), metavar="FACT", many=True),
            Argument(name="not_if", flags=("--not-if",), metavar="FACT", many=True),
            Argument(name="covers", flags=("--covers",), metavar="FACT", many=True),
            Argument(name="wider", flags=("--wider",), is_flag=True),
            Argument(name="note", flags=("--note",), metavar="TEXT"),
            Argument(name="secondary", flags=("--secondary",), is_flag=True),
            Argument(name="most_months", flags=("--most-months",), metavar="N"),
            Argument(name="life", flags=("--life",), is_flag=True),
            Argument(name="aggravated_months", flags=("--aggravated-months",), metavar="N"),
            Argument(name="aggravated_life", flags=("--aggravated-life",), is_flag=True),
        ),
        example='law review add confirmed --provision KEN/CMCA/16 --article 9 --reason "read it"',
    ),
    Command(
        words=("law", "review", "adopt"),
        section="law",
        code="reviewing:adopt",
        arguments=(
            _COUNTRY,
            _ARTICLE,
            _REASON,
            _TONGUE,
            Argument(name="row", flags=("--row",), metavar="FILE"),
        ),
        example='law review adopt --country KEN --article 9 --reason "compared line by line"',
    ),
    Command(
        words=("law", "review", "list"),
        section="law",
        code="reviewing:listing",
        arguments=(
            _COUNTRY,
            Argument(name="article", flags=("--article",), metavar="N"),
            _HISTORY,
        ),
        example="law review list --country KEN --history",
    ),
    Command(
        words=("law", "review", "show"),
        section="law",
        code="reviewing:show",
        arguments=(Argument(name="number", metavar="NUMBER", required=True),),
        example="law review show 3",
    ),
)
PROFILES = (
    Command(
        words=("law", "profile", "make"),
        section="law",
        code="profiling:make",
        arguments=(Argument(name="holds_from", flags=("--holds-from",), metavar="DATE"), _LANGUAGE),
        example="law profile make --holds-from 2024-01-01",
    ),
    Command(
        words=("law", "profile", "approve"),
        section="law",
        code="profiling:approve",
        arguments=(_REASON,),
        example='law profile approve --reason "it is our law"',
    ),
    Command(
        words=("law", "profile", "publish"),
        section="law",
        code="profiling:publish",
        example="law profile publish",
    ),
    Command(
        words=("law", "profile", "withdraw"),
        section="law",
        code="profiling:withdraw",
        example="law profile withdraw",
    ),
    Command(
        words=("law", "profile", "drop"),
        section="law",
        code="profiling:drop",
        example="law profile drop",
    ),
    Command(
        words=("law", "profile", "list"),
        section="law",
        code="profiling:listing",
        arguments=(_HISTORY,),
        example="law profile list",
    ),
    Command(
        words=("law", "profile", "export"),
        section="law",
        code="profiling:export",
        arguments=(
            _FILE,
            Argument(name="party", flags=("--party",), metavar="PARTY"),
            Argument(name="version", flags=("--version",), metavar="N"),
        ),
        example="law profile export KEN.profile.json",
    ),
    Command(
        words=("law", "profile", "verify"),
        section="law",
        code="profiling:verify",
        arguments=(_FILE, Argument(name="trust", flags=("--trust",), metavar="FILE|FINGERPRINT|WORDS")),
        example="law profile verify KEN.profile.json --trust 3f0c…",
    ),
    Command(
        words=("law", "profile", "take"),
        section="law",
        code="profiling:take",
        arguments=(_FILE, Argument(name="key", flags=("--key",), metavar="HEX", required=True)),
        example="law profile take KEN.profile.json --key 3f0c…",
    ),
)
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
    *REVIEWS,
    *PROFILES,
)
