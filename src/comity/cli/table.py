"""Every command, in the order in which help shows them.

The first command of each section is where a newcomer begins. What is written here is stable: scripts
depend on it.
"""

from __future__ import annotations

from comity.cli.commands import Argument, Command

SECTIONS = ("start", "node", "peers", "requests", "acts", "evidence", "cases", "logs")

GLOBALS = (
    Argument(name="json", flags=("--json",), is_flag=True),
    Argument(name="node", flags=("--node",), metavar="DIR"),
    Argument(name="officer", flags=("--as",), metavar="OFFICER"),
    Argument(name="passphrase_file", flags=("--passphrase-file",), metavar="FILE"),
    Argument(name="lang", flags=("--lang",), metavar="LANGUAGE"),
    Argument(name="help", flags=("--help", "-h"), is_flag=True),
)

_ACT = Argument(name="act", metavar="ACT", required=True)
_CASE = Argument(name="case", flags=("--case",), metavar="CASE")
_THE_CASE = Argument(name="case", flags=("--case",), metavar="CASE", required=True)
_FORM = Argument(name="form", flags=("--form",), metavar="FILE", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_REASON = Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)
_DECIDE = Argument(name="decide", flags=("--decide",), metavar="CODE=OUTCOME:REASON", many=True)
_KIND = Argument(name="kind", metavar="KIND", required=True)
_HOST = Argument(name="host", flags=("--host",), metavar="ADDRESS")
_PORT = Argument(name="port", flags=("--port",), metavar="N")
_EXCHANGE_PORT = Argument(name="exchange_port", flags=("--exchange-port",), metavar="N")
_OUT_FILE = Argument(name="out", flags=("-o", "--out"), metavar="FILE", required=True)
_OUT_DIR = Argument(name="out", flags=("-o", "--out"), metavar="DIR", required=True)
_DIRECTORY = Argument(name="directory", metavar="DIR", required=True)
_ROLES = Argument(name="role", flags=("--role",), metavar="ROLE", many=True)

_START = (
    Command(
        words=("demo",),
        section="start",
        code="demo:tell",
        arguments=(
            Argument(name="once", flags=("--once",), is_flag=True),
            Argument(name="exhibit", flags=("--exhibit",), metavar="PATH", many=True),
            Argument(name="workdir", flags=("--workdir",), metavar="DIR"),
        ),
        example="demo --once",
    ),
    Command(
        words=("init",),
        section="start",
        code="nodes:init",
        arguments=(
            _DIRECTORY,
            Argument(name="party", flags=("--party",), metavar="CODE", required=True),
            Argument(name="name", flags=("--name",), metavar="TEXT", required=True),
            Argument(name="practice", flags=("--practice",), is_flag=True),
            _HOST,
            _EXCHANGE_PORT,
        ),
        example='init node --party XAA --name "Practice State A" --practice',
    ),
    Command(
        words=("serve",),
        section="start",
        code="nodes:serve",
        arguments=(_DIRECTORY, _PORT, _EXCHANGE_PORT, _HOST),
        example="serve node",
    ),
    Command(
        words=("verify",),
        section="start",
        code="checks:verify",
        arguments=(
            Argument(name="path", metavar="PATH", required=True),
            Argument(name="trust", flags=("--trust",), metavar="FILE|FINGERPRINT|WORDS"),
            Argument(name="integrity_only", flags=("--integrity-only",), is_flag=True),
        ),
        example="verify court.tar --trust roots.json",
    ),
)

_NODE = (
    Command(
        words=("authority", "add"),
        section="node",
        code="nodes:add_authority",
        arguments=(
            Argument(name="authority", metavar="AUTHORITY", required=True),
            Argument(name="name", flags=("--name",), metavar="TEXT", required=True),
            _ROLES,
        ),
        example='authority add XAA/central-authority --name "Ministry of Justice" --role central-authority',
    ),
    Command(
        words=("officer", "add"),
        section="node",
        code="nodes:add_officer",
        arguments=(
            Argument(name="name", metavar="NAME", required=True),
            Argument(name="role", flags=("--role",), metavar="ROLE", many=True, required=True),
            Argument(name="authority", flags=("--authority",), metavar="AUTHORITY"),
            Argument(name="officer_passphrase_file", flags=("--officer-passphrase-file",), metavar="FILE"),
        ),
        example="officer add m.okafor --role head",
    ),
    Command(words=("officer", "list"), section="node", code="nodes:list_officers", example="officer list"),
    Command(words=("migrate",), section="node", code="nodes:migrate", example="migrate"),
)

_PEERS = (
    Command(
        words=("peer", "card"),
        section="peers",
        code="peers:card",
        arguments=(Argument(name="out", flags=("-o", "--out"), metavar="FILE"),),
        example="peer card -o our-card.json",
    ),
    Command(
        words=("peer", "words"),
        section="peers",
        code="peers:words",
        arguments=(Argument(name="card", metavar="CARD", required=True),),
        example="peer words their-card.json",
    ),
    Command(
        words=("peer", "add"),
        section="peers",
        code="peers:add",
        arguments=(
            Argument(name="card", metavar="CARD", required=True),
            Argument(name="words", flags=("--words",), metavar="WORDS"),
            Argument(name="confirmed_by", flags=("--confirmed-by",), metavar="OFFICER", many=True),
        ),
        example='peer add their-card.json --words "…twelve words…" --confirmed-by m.okafor',
    ),
    Command(words=("peer", "list"), section="peers", code="peers:listing", example="peer list"),
    Command(
        words=("courier", "export"),
        section="peers",
        code="courier:export",
        arguments=(
            Argument(name="folder", metavar="DIR", required=True),
            Argument(name="peer", flags=("--peer",), metavar="PARTY"),
        ),
        example="courier export disk --peer XAB",
    ),
    Command(
        words=("courier", "import"),
        section="peers",
        code="courier:take_in",
        arguments=(Argument(name="folder", metavar="DIR", required=True),),
        example="courier import disk",
    ),
)

_REQUESTS = (
    Command(words=("request", "kinds"), section="requests", code="checks:kinds", example="request kinds"),
    Command(
        words=("request", "example"),
        section="requests",
        code="checks:example",
        arguments=(_KIND,),
        example="request example preservation",
    ),
    Command(
        words=("request", "schema"),
        section="requests",
        code="checks:schema",
        arguments=(_KIND,),
        example="request schema preservation",
    ),
    Command(
        words=("request", "check"),
        section="requests",
        code="checks:check",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="side", flags=("--side",), choices=("requesting", "requested"), required=True),
            Argument(name="on", flags=("--on",), metavar="DATE"),
        ),
        example="request check form.json --side requesting",
    ),
    Command(
        words=("request", "draft"),
        section="requests",
        code="requesting:draft",
        arguments=(
            _KIND,
            Argument(name="to", flags=("--to",), metavar="AUTHORITY", required=True),
            _FORM,
            _CASE,
        ),
        example="request draft preservation --to XAB/contact-point --form form.json",
    ),
    Command(
        words=("request", "send"),
        section="requests",
        code="requesting:send",
        arguments=(_ACT, _DECIDE, _REASON),
        example='request send 4be1c09a --reason "complete and urgent"',
    ),
    Command(
        words=("request", "list"),
        section="requests",
        code="requesting:listing",
        arguments=(_PURPOSE,),
        example="request list --purpose investigation",
    ),
    Command(
        words=("request", "show"),
        section="requests",
        code="requesting:show",
        arguments=(_ACT, _PURPOSE),
        example="request show 4be1c09a --purpose investigation",
    ),
    Command(
        words=("request", "decide"),
        section="requests",
        code="deciding:decide",
        arguments=(
            _ACT,
            Argument(name="accept", flags=("--accept",), is_flag=True),
            Argument(name="refuse", flags=("--refuse",), metavar="GROUND"),
            Argument(name="postpone", flags=("--postpone",), is_flag=True),
            Argument(name="items", flags=("--items",), metavar="1,2"),
            Argument(name="until", flags=("--until",), metavar="DATE"),
            Argument(name="consulted", flags=("--consulted",), metavar="ACT"),
            Argument(name="inner", flags=("--inner",), metavar="TEXT", required=True),
            Argument(name="outer", flags=("--outer",), metavar="TEXT"),
            _DECIDE,
            _PURPOSE,
        ),
        example='request decide 4be1c09a --accept --inner "within our law"',
    ),
    Command(
        words=("request", "answer"),
        section="requests",
        code="deciding:answer",
        arguments=(
            _ACT,
            Argument(name="text", flags=("--text",), metavar="TEXT", required=True),
            _REASON,
            _PURPOSE,
        ),
        example='request answer 77d0aa12 --text "the account is in item 2" --reason "they asked"',
    ),
)

_ACTS = (
    Command(
        words=("act",),
        section="acts",
        code="acting:draft",
        arguments=(
            _KIND,
            _THE_CASE,
            _FORM,
            Argument(name="reason", flags=("--reason",), metavar="TEXT"),
            _DECIDE,
        ),
        example='act order.record --case 4be1c09a --form order.json --reason "as the court ordered"',
    ),
    Command(
        words=("act", "approve"),
        section="acts",
        code="acting:approve",
        arguments=(_ACT, _REASON, _DECIDE),
        example='act approve 9c3f5e21 --reason "read and agreed"',
    ),
    Command(
        words=("act", "drop"),
        section="acts",
        code="acting:drop",
        arguments=(_ACT,),
        example="act drop 9c3f5e21",
    ),
    Command(
        words=("act", "list"),
        section="acts",
        code="acting:listing",
        arguments=(_CASE, _PURPOSE),
        example="act list --purpose investigation",
    ),
    Command(
        words=("act", "part"),
        section="acts",
        code="acting:part",
        arguments=(
            _ACT,
            Argument(name="part", metavar="PART", required=True),
            Argument(name="out", flags=("-o", "--out"), metavar="FILE"),
            _PURPOSE,
        ),
        example="act part 4be1c09a form --purpose investigation",
    ),
)

_EVIDENCE = (
    Command(
        words=("evidence", "seal"),
        section="evidence",
        code="evidence:seal",
        arguments=(
            Argument(name="source", metavar="SRC", many=True, required=True),
            _OUT_FILE,
            Argument(name="to", flags=("--to",), metavar="PEER|age1", many=True),
            _CASE,
            Argument(name="request", flags=("--request",), metavar="ACT"),
            Argument(
                name="handling",
                flags=("--handling",),
                choices=("ordinary", "intimate", "child-abuse", "privileged", "classified"),
            ),
            Argument(name="limits", flags=("--limits",), metavar="FILE"),
            _PURPOSE,
        ),
        example="evidence seal mailbox.mbox access.log -o package.age --to XAA --case 4be1c09a",
    ),
    Command(
        words=("evidence", "send"),
        section="evidence",
        code="evidence:send",
        arguments=(
            Argument(name="bag_root", metavar="BAG-ROOT", required=True),
            _THE_CASE,
            _DECIDE,
            _REASON,
        ),
        example='evidence send 1f0e… --case 4be1c09a --reason "decided on 3 May"',
    ),
    Command(
        words=("evidence", "list"),
        section="evidence",
        code="evidence:listing",
        arguments=(_THE_CASE,),
        example="evidence list --case 4be1c09a",
    ),
    Command(
        words=("evidence", "open"),
        section="evidence",
        code="evidence:open_delivery",
        arguments=(Argument(name="delivery", metavar="DELIVERY", required=True), _OUT_DIR, _PURPOSE),
        example="evidence open c07d11e9 -o opened --purpose investigation",
    ),
)

_CASES = (
    Command(
        words=("case", "list"),
        section="cases",
        code="cases:listing",
        arguments=(_PURPOSE,),
        example="case list --purpose investigation",
    ),
    Command(
        words=("case", "show"),
        section="cases",
        code="cases:show",
        arguments=(Argument(name="case", metavar="CASE", required=True), _PURPOSE),
        example="case show 4be1c09a --purpose investigation",
    ),
    Command(
        words=("case", "export"),
        section="cases",
        code="cases:export",
        arguments=(
            Argument(name="case", metavar="CASE", required=True),
            _OUT_FILE,
            Argument(name="withhold", flags=("--withhold",), metavar="ACT/PART", many=True),
            _PURPOSE,
        ),
        example="case export 4be1c09a -o court.tar --purpose court",
    ),
)

_LOGS = (
    Command(words=("log", "list"), section="logs", code="logs:listing", example="log list"),
    Command(
        words=("log", "proof"),
        section="logs",
        code="logs:proof",
        arguments=(_ACT,),
        example="log proof 4be1c09a",
    ),
    Command(
        words=("log", "checkpoint"),
        section="logs",
        code="logs:checkpoint",
        arguments=(Argument(name="origin", metavar="ORIGIN"),),
        example="log checkpoint",
    ),
    Command(words=("log", "audit"), section="logs", code="logs:audit", example="log audit"),
)

COMMANDS: tuple[Command, ...] = (*_START, *_NODE, *_PEERS, *_REQUESTS, *_ACTS, *_EVIDENCE, *_CASES, *_LOGS)
