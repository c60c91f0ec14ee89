"""The commands on crypto-assets: addresses, transactions, clusters, taint, paths, tags and the report."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_LEDGER = Argument(name="ledger", flags=("--ledger",), metavar="NAME")
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_SEED = Argument(name="seed", flags=("--seed",), metavar="SEED", required=True, many=True)
_SINCE = Argument(name="paid_since", flags=("--since",), metavar="TIME")
_UNTIL = Argument(name="paid_until", flags=("--until",), metavar="TIME")
_PACK = Argument(name="pack", flags=("--pack",), metavar="TITLE")
_TAGGED = Argument(name="tagged", flags=("--address",), metavar="ADDRESS")

TRACE = (
    Command(
        words=("address", "check"),
        section="trace",
        code="addresses:check",
        arguments=(Argument(name="address", metavar="VALUE", required=True),),
        example="address check bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    ),
    Command(
        words=("trace", "import"),
        section="trace",
        code="ledgering:import_",
        arguments=(
            Argument(name="transactions", metavar="FILE", required=True, many=True),
            _LEDGER,
            Argument(name="network", flags=("--network",), metavar="NETWORK"),
            Argument(name="contract", flags=("--asset",), metavar="CONTRACT"),
        ),
        example="trace import blk00123.dat --ledger btc",
    ),
    Command(words=("trace", "list"), section="trace", code="ledgering:listing", example="trace list"),
    Command(
        words=("trace", "cluster"),
        section="trace",
        code="tracing:cluster",
        arguments=(
            _LEDGER,
            Argument(name="rule", flags=("--rule",), metavar="RULE", many=True),
            Argument(name="keep_mixes", flags=("--keep-mixes",), is_flag=True),
            Argument(name="count", flags=("-k",), metavar="K"),
            _PURPOSE,
        ),
        example="trace cluster --rule multi-input --rule change-kind --purpose investigation",
    ),
    Command(
        words=("trace", "explain"),
        section="trace",
        code="tracing:explain",
        arguments=(
            Argument(name="one_address", metavar="ADDRESS", required=True),
            Argument(name="other_address", metavar="OTHER", required=True),
            _LEDGER,
            _PURPOSE,
        ),
        example="trace explain 1BoatSLRHtKNngkdXEeobR76b53LETtpyT 1dice8EMZmqKvrGE4Qc9bUFf9PX3xaYDp",
    ),
    Command(
        words=("trace", "taint"),
        section="trace",
        code="tracing:taint",
        arguments=(
            _SEED,
            Argument(name="method", flags=("--by",), choices=("fifo", "haircut", "poison")),
            _LEDGER,
            _SINCE,
            _UNTIL,
            Argument(name="count", flags=("-k",), metavar="K"),
            _PURPOSE,
        ),
        example="trace taint --seed 1BoatSLRHtKNngkdXEeobR76b53LETtpyT --by fifo --purpose investigation",
    ),
    Command(
        words=("trace", "path"),
        section="trace",
        code="tracing:path",
        arguments=(
            _SEED,
            Argument(name="target", flags=("--to",), metavar="ADDRESS", many=True),
            _LEDGER,
            _SINCE,
            _UNTIL,
            _PURPOSE,
        ),
        example="trace path --seed 1BoatSLRHtKNngkdXEeobR76b53LETtpyT --purpose investigation",
    ),
    Command(
        words=("trace", "asked"),
        section="trace",
        code="tracing:asked",
        arguments=(_LEDGER, Argument(name="count", flags=("-k",), metavar="K"), _PURPOSE),
        example="trace asked --purpose investigation",
    ),
    Command(
        words=("trace", "moved"),
        section="trace",
        code="tracing:moved",
        arguments=(
            Argument(name="trace", metavar="TRACE", required=True),
            _LEDGER,
            Argument(name="count", flags=("-k",), metavar="K"),
            _PURPOSE,
        ),
        example="trace moved 3f9a41c07d22 --purpose investigation",
    ),
    Command(
        words=("trace", "report"),
        section="trace",
        code="tracing:report",
        arguments=(
            _SEED,
            Argument(name="out", flags=("-o", "--out"), metavar="FILE"),
            _LEDGER,
            _SINCE,
            _UNTIL,
            Argument(name="language", flags=("--language",), metavar="LANGUAGE"),
            _PURPOSE,
        ),
        example="trace report --seed 1BoatSLRHtKNngkdXEeobR76b53LETtpyT -o flow.svg --purpose court",
    ),
    Command(
        words=("trace", "figures"),
        section="trace",
        code="ledgering:figures",
        arguments=(_LEDGER,),
        example="trace figures --ledger btc",
    ),
    Command(
        words=("trace", "leaned"),
        section="trace",
        code="tagging:reports",
        arguments=(Argument(name="count", flags=("-k",), metavar="K"),),
        example="trace leaned",
    ),
    Command(
        words=("trace", "tags"),
        section="trace",
        code="tagging:listing",
        arguments=(
            _PACK,
            _TAGGED,
            Argument(name="gone", flags=("--retracted",), is_flag=True),
            Argument(name="count", flags=("-k",), metavar="K"),
        ),
        example="trace tags --address 1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    ),
    Command(
        words=("trace", "tags", "import"),
        section="trace",
        code="tagging:import_",
        arguments=(
            Argument(name="packs", metavar="FILE", required=True, many=True),
            Argument(name="confidence", flags=("--confidence",), metavar="LEVEL"),
        ),
        example="trace tags import ofac.yaml --confidence authority_data",
    ),
    Command(
        words=("trace", "tags", "export"),
        section="trace",
        code="tagging:export",
        arguments=(
            Argument(name="out", metavar="FILE", required=True),
            Argument(name="pack_title", flags=("--title",), metavar="TEXT", required=True),
            Argument(name="creator", flags=("--creator",), metavar="TEXT", required=True),
            _PACK,
            Argument(name="as_retractions", flags=("--retractions",), is_flag=True),
        ),
        example='trace tags export ours.yaml --title "Wallets of case 12" --creator "Cyber unit"',
    ),
    Command(
        words=("trace", "tags", "retract"),
        section="trace",
        code="tagging:retract",
        arguments=(
            _PACK,
            _TAGGED,
            Argument(name="why", flags=("--reason",), metavar="TEXT", required=True),
        ),
        example='trace tags retract --address 1BoatSLRHtKNngkdXEeobR76b53LETtpyT --reason "not theirs"',
    ),
)
