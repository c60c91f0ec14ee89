"""The commands on indicators of scams and ransomware."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_FILES = Argument(name="file", metavar="FILE", required=True, many=True)
_NAME = Argument(name="name", metavar="INDICATOR", required=True)
_NAMES = Argument(name="name", metavar="INDICATOR", required=True, many=True)
_KIND = Argument(name="kind", flags=("--type",), metavar="TYPE")
_FORMAT = Argument(name="format", flags=("--format",), required=True, choices=("stix", "misp", "csv"))
_COUNTRY = Argument(name="country", flags=("--country",), metavar="CC")
_OUT = Argument(name="out", flags=("-o", "--out"), metavar="FILE")
_TLP = Argument(name="tlp", flags=("--tlp",), metavar="MARK")
_REASON = Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)
_SOURCE = Argument(name="source", metavar="NAME", required=True)
_KEY = Argument(name="receiver", metavar="NAME", required=True)

INDICATORS = (
    Command(
        words=("indicators", "extract"),
        section="indicators",
        code="indicators:extract",
        arguments=(_FILES, Argument(name="brands", flags=("--brands",), metavar="FILE"), _COUNTRY),
        example="indicators extract mail.eml note.txt",
    ),
    Command(
        words=("indicators", "keep"),
        section="indicators",
        code="indicators:keep",
        arguments=(
            _FILES,
            _COUNTRY,
            _TLP,
            Argument(name="pap", flags=("--pap",), metavar="MARK"),
            Argument(name="use", flags=("--purpose",), metavar="TEXT"),
            Argument(name="basis", flags=("--basis",), metavar="ARTICLE", many=True),
            Argument(name="onward", flags=("--onward",), choices=("never", "consent", "allowed")),
            Argument(name="until", flags=("--until",), metavar="DATE"),
            Argument(name="case", flags=("--case",), metavar="CASE"),
            Argument(name="family", flags=("--family",), metavar="NAME"),
        ),
        example='indicators keep mail.eml --tlp amber --purpose "fraud investigations" --basis "40(1)"',
    ),
    Command(
        words=("indicators", "import"),
        section="indicators",
        code="indicators:import_",
        arguments=(
            _FILES,
            _FORMAT,
            Argument(name="supersede", flags=("--supersede",), metavar="REASON"),
        ),
        example="indicators import bundle.json --format stix",
    ),
    Command(
        words=("indicators", "export"),
        section="indicators",
        code="indicators:export",
        arguments=(Argument(name="name", metavar="INDICATOR", many=True), _FORMAT, _KIND, _OUT),
        example="indicators export --format stix -o bundle.json",
    ),
    Command(
        words=("indicators", "list"),
        section="indicators",
        code="indicators:listing",
        arguments=(
            _KIND,
            Argument(name="value", flags=("--value",), metavar="VALUE"),
            Argument(name="after", flags=("--after",), metavar="NUMBER"),
        ),
        example="indicators list --type url",
    ),
    Command(
        words=("indicators", "show"),
        section="indicators",
        code="indicators:show",
        arguments=(_NAME,),
        example="indicators show evil.example",
    ),
    Command(
        words=("indicators", "publish"),
        section="indicators",
        code="indicatorsharing:publish",
        arguments=(_NAMES, Argument(name="override", flags=("--override",), metavar="REASON")),
        example="indicators publish evil.example",
    ),
    Command(
        words=("indicators", "retract"),
        section="indicators",
        code="indicatorsharing:retract",
        arguments=(_NAME, _REASON),
        example='indicators retract evil.example --reason "it was the victim\'s own site"',
    ),
    Command(
        words=("indicators", "sight"),
        section="indicators",
        code="indicators:sight",
        arguments=(
            _NAME,
            Argument(name="count", flags=("--count",), metavar="N"),
            Argument(name="harmless", flags=("--harmless",), is_flag=True),
        ),
        example="indicators sight evil.example --count 3",
    ),
    Command(
        words=("indicators", "campaigns"),
        section="indicators",
        code="indicators:campaigns",
        arguments=(Argument(name="campaign", metavar="CAMPAIGN"),),
        example="indicators campaigns",
    ),
    Command(
        words=("indicators", "places"),
        section="indicators",
        code="indicators:places",
        arguments=(_NAME, Argument(name="after", flags=("--after",), metavar="NUMBER")),
        example="indicators places evil.example",
    ),
    Command(
        words=("indicators", "family"),
        section="indicators",
        code="indicators:family",
        arguments=(Argument(name="family", metavar="NAME", required=True),),
        example="indicators family lockbit",
    ),
    Command(
        words=("indicators", "learn"),
        section="indicators",
        code="indicators:learn",
        arguments=(_FILES,),
        example="indicators learn list.json brands.txt",
    ),
    Command(
        words=("indicators", "lists"),
        section="indicators",
        code="indicators:lists",
        example="indicators lists",
    ),
    Command(
        words=("indicators", "key", "add"),
        section="indicators",
        code="indicatorsharing:add_key",
        arguments=(_KEY, _TLP, Argument(name="writes", flags=("--write",), is_flag=True)),
        example="indicators key add cert.xab --tlp amber",
    ),
    Command(
        words=("indicators", "key", "list"),
        section="indicators",
        code="indicatorsharing:list_keys",
        example="indicators key list",
    ),
    Command(
        words=("indicators", "key", "revoke"),
        section="indicators",
        code="indicatorsharing:revoke_key",
        arguments=(_KEY,),
        example="indicators key revoke cert.xab",
    ),
    Command(
        words=("indicators", "sources", "add"),
        section="indicators",
        code="indicatorsources:add",
        arguments=(
            _SOURCE,
            Argument(name="taxii", flags=("--taxii",), metavar="URL"),
            Argument(name="misp", flags=("--misp",), metavar="URL"),
            Argument(name="collection", flags=("--collection",), metavar="ID"),
            Argument(name="key_file", flags=("--key-file",), metavar="FILE"),
            Argument(name="user", flags=("--user",), metavar="NAME"),
            Argument(name="certificates", flags=("--certificates",), metavar="FILE"),
            Argument(name="allow_private", flags=("--allow-private",), is_flag=True),
        ),
        example="indicators sources add cert.xab --taxii https://taxii.example.org/api/ --key-file key.txt",
    ),
    Command(
        words=("indicators", "sources", "list"),
        section="indicators",
        code="indicatorsources:listing",
        example="indicators sources list",
    ),
    Command(
        words=("indicators", "sources", "remove"),
        section="indicators",
        code="indicatorsources:remove",
        arguments=(_SOURCE,),
        example="indicators sources remove cert.xab",
    ),
    Command(
        words=("indicators", "pull"),
        section="indicators",
        code="indicatorsources:pull",
        arguments=(Argument(name="source", metavar="NAME"),),
        example="indicators pull cert.xab",
    ),
    Command(
        words=("indicators", "push"),
        section="indicators",
        code="indicatorsources:push",
        arguments=(_SOURCE, _NAMES, Argument(name="override", flags=("--override",), metavar="REASON")),
        example="indicators push cert.xab evil.example",
    ),
)
