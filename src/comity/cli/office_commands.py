"""The commands that make a node, staff it, join it to others and look after its logs."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_ACT = Argument(name="act", metavar="ACT", required=True)
_HOST = Argument(name="host", flags=("--host",), metavar="ADDRESS")
_PORT = Argument(name="port", flags=("--port",), metavar="N")
_EXCHANGE_PORT = Argument(name="exchange_port", flags=("--exchange-port",), metavar="N")
_DIRECTORY = Argument(name="directory", metavar="DIR", required=True)
_ROLES = Argument(name="role", flags=("--role",), metavar="ROLE", many=True)

START = (
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
            Argument(name="store", flags=("--store",), metavar="ADDRESS"),
            Argument(name="shelter", flags=("--shelter",), is_flag=True),
            Argument(name="hotline", flags=("--hotline",), metavar="TEXT"),
            Argument(name="hotline_address", flags=("--hotline-address",), metavar="URL"),
            Argument(name="contact", flags=("--contact",), metavar="TEXT"),
            _HOST,
            _EXCHANGE_PORT,
        ),
        example='init node --party XAA --name "Practice State A" --practice',
    ),
    Command(
        words=("serve",),
        section="start",
        code="nodes:serve",
        arguments=(
            _DIRECTORY,
            _PORT,
            _EXCHANGE_PORT,
            _HOST,
            Argument(name="pages_host", flags=("--pages-host",), metavar="ADDRESS"),
            Argument(name="pages_certificate", flags=("--pages-certificate",), metavar="FILE"),
            Argument(name="pages_key", flags=("--pages-key",), metavar="FILE"),
            Argument(name="behind_proxy", flags=("--behind-proxy",), is_flag=True),
            Argument(name="only", flags=("--only",), choices=("exchange", "pages")),
            Argument(name="no_worker", flags=("--no-worker",), is_flag=True),
            Argument(name="share_ports", flags=("--share-ports",), is_flag=True),
        ),
        example="serve node",
    ),
    Command(
        words=("worker",), section="start", code="nodes:work", arguments=(_DIRECTORY,), example="worker node"
    ),
    Command(
        words=("verify",),
        section="start",
        code="checks:verify",
        arguments=(
            Argument(name="path", metavar="PATH", required=True),
            Argument(name="trust", flags=("--trust",), metavar="FILE|FINGERPRINT|WORDS"),
            Argument(name="certificates", flags=("--certificates",), metavar="PEM"),
            Argument(name="integrity_only", flags=("--integrity-only",), is_flag=True),
        ),
        example="verify court.tar --trust roots.json",
    ),
)

NODE = (
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
    Command(words=("authority", "renew"), section="node", code="nodes:renew", example="authority renew"),
    Command(
        words=("authority", "rotate"),
        section="node",
        code="staffing:rotate",
        arguments=(Argument(name="authority", flags=("--authority",), metavar="AUTHORITY"),),
        example="authority rotate",
    ),
    Command(words=("authority", "keys"), section="node", code="staffing:keys", example="authority keys"),
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
    Command(
        words=("officer", "code"),
        section="node",
        code="nodes:sign_in_code",
        arguments=(Argument(name="name", metavar="NAME", required=True),),
        example="officer code a.diallo",
    ),
    Command(
        words=("officer", "revoke"),
        section="node",
        code="nodes:revoke_officer",
        arguments=(
            Argument(name="name", metavar="NAME", required=True),
            Argument(name="since", flags=("--since",), metavar="TIME"),
        ),
        example="officer revoke a.diallo --since 2026-11-20T08:00:00Z",
    ),
    Command(
        words=("officer", "roles"),
        section="node",
        code="staffing:change_roles",
        arguments=(
            Argument(name="name", metavar="NAME", required=True),
            Argument(name="role", flags=("--role",), metavar="ROLE", many=True, required=True),
        ),
        example="officer roles a.diallo --role officer --role head",
    ),
    Command(
        words=("officer", "language"),
        section="node",
        code="staffing:choose_language",
        arguments=(Argument(name="language", metavar="LANGUAGE", required=True),),
        example="officer language fr",
    ),
    Command(words=("officer", "list"), section="node", code="nodes:list_officers", example="officer list"),
    Command(words=("migrate",), section="node", code="nodes:migrate", example="migrate"),
    Command(words=("keys", "show"), section="node", code="keys:show", example="keys show"),
    Command(
        words=("keys", "guard"),
        section="node",
        code="keys:guard",
        arguments=(
            Argument(name="guard", metavar="ADDRESS|none", required=True),
            Argument(name="signing", flags=("--signing",), is_flag=True),
        ),
        example="keys guard passphrase:/run/credentials/comity.service/keys",
    ),
    Command(
        words=("keys", "rotate"),
        section="node",
        code="keys:rotate",
        arguments=(Argument(name="authority", flags=("--authority",), metavar="AUTHORITY"),),
        example="keys rotate",
    ),
    Command(words=("blobs", "show"), section="node", code="places:show", example="blobs show"),
    Command(
        words=("blobs", "check"),
        section="node",
        code="places:check",
        arguments=(Argument(name="read_all", flags=("--read",), is_flag=True),),
        example="blobs check --read",
    ),
    Command(
        words=("blobs", "move"),
        section="node",
        code="places:move",
        arguments=(Argument(name="payloads_to", flags=("--to",), metavar="s3://…|folder", required=True),),
        example="blobs move --to s3://evidence/ken?endpoint=https://s3.example.org",
    ),
)

PEERS = (
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
    Command(words=("peer", "alarms"), section="peers", code="staffing:alarms", example="peer alarms"),
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
    Command(words=("line", "show"), section="peers", code="lining:show", example="line show"),
    Command(
        words=("line", "set"),
        section="peers",
        code="lining:set_terms",
        arguments=(
            Argument(name="rate", flags=("--rate",), metavar="RATE"),
            Argument(name="hours", flags=("--hours",), metavar="FROM-TO=RATE", many=True),
            Argument(name="zone", flags=("--zone",), metavar="ZONE"),
            Argument(name="low", flags=("--low",), is_flag=True),
        ),
        example="line set --rate 2M --hours 08:00-18:00=512k --zone Europe/Paris",
    ),
)

LOGS = (
    Command(words=("log", "list"), section="logs", code="logs:listing", example="log list"),
    Command(
        words=("log", "proof"),
        section="logs",
        code="logs:proof",
        arguments=(_ACT, Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")),
        example="log proof 4be1c09a --purpose court",
    ),
    Command(
        words=("log", "checkpoint"),
        section="logs",
        code="logs:checkpoint",
        arguments=(Argument(name="origin", metavar="ORIGIN"),),
        example="log checkpoint",
    ),
    Command(words=("log", "audit"), section="logs", code="logs:audit", example="log audit"),
    Command(words=("stamp", "list"), section="logs", code="stamps:listing", example="stamp list"),
    Command(
        words=("stamp", "export"),
        section="logs",
        code="stamps:export",
        arguments=(
            Argument(name="subject", metavar="BAG-ROOT|ORIGIN", required=True),
            Argument(name="out", flags=("-o", "--out"), metavar="FILE", required=True),
        ),
        example="stamp export 1f0e88d2 -o package.tsr",
    ),
    Command(
        words=("stamp", "check"),
        section="logs",
        code="stamps:check",
        arguments=(
            Argument(name="token", metavar="FILE", required=True),
            Argument(name="data", flags=("--data",), metavar="FILE"),
            Argument(name="digest", flags=("--digest",), metavar="SHA-256"),
            Argument(name="certificates", flags=("--certificates",), metavar="PEM", required=True),
        ),
        example="stamp check package.tsr --data tagmanifest-sha256.txt --certificates authority.pem",
    ),
)
