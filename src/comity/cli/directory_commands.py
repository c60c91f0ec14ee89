"""The commands of the directory: what Parties publish of their offices, mandates, the way to an office."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_CONFIRMED = Argument(name="confirmed_by", flags=("--confirmed-by",), metavar="OFFICER", many=True)
_FILE = Argument(name="file", metavar="FILE", required=True)
_MANDATE = Argument(name="mandate", metavar="ID", required=True)

_DIRECTORY = Argument(name="directory", metavar="DIR", required=True)
_OUT = Argument(name="out", flags=("-o", "--out"), metavar="FILE")

REGISTERS = (
    Command(
        words=("register", "init"),
        section="peers",
        code="registering:found",
        arguments=(_DIRECTORY, Argument(name="practice", flags=("--practice",), is_flag=True), _OUT),
        example="register init register --practice -o register-root.json",
    ),
    Command(
        words=("register", "add"),
        section="peers",
        code="registering:add",
        arguments=(_DIRECTORY, Argument(name="card", metavar="CARD", required=True, many=True)),
        example="register add register their-card.json",
    ),
    Command(
        words=("register", "show"),
        section="peers",
        code="registering:show",
        arguments=(_DIRECTORY,),
        example="register show register",
    ),
    Command(
        words=("register", "refresh"),
        section="peers",
        code="registering:refresh",
        arguments=(_DIRECTORY,),
        example="register refresh register",
    ),
    Command(
        words=("register", "renew"),
        section="peers",
        code="registering:renew",
        arguments=(_DIRECTORY, _OUT),
        example="register renew register",
    ),
    Command(
        words=("register", "fetch"),
        section="peers",
        code="registering:fetch",
        arguments=(
            Argument(name="source", metavar="SOURCE", required=True),
            Argument(name="root", flags=("--root",), metavar="FILE"),
            Argument(name="certificate", flags=("--certificate",), metavar="FILE"),
        ),
        example="register fetch https://register.example.org --root register-root.json",
    ),
)

DIRECTORY = (
    Command(
        words=("directory", "show"),
        section="peers",
        code="directing:show",
        arguments=(Argument(name="party", metavar="PARTY"),),
        example="directory show XAB",
    ),
    Command(
        words=("directory", "check"),
        section="peers",
        code="directing:check",
        arguments=(Argument(name="party", metavar="PARTY"),),
        example="directory check",
    ),
    Command(
        words=("directory", "route"),
        section="peers",
        code="directing:route",
        arguments=(
            Argument(name="requesting", flags=("--from",), metavar="PARTY", required=True),
            Argument(name="requested", flags=("--to",), metavar="PARTY", required=True),
            Argument(name="kind", flags=("--kind",), metavar="KIND", required=True),
            Argument(name="on", flags=("--on",), metavar="TIME"),
            Argument(name="territory", flags=("--territory",), metavar="CODE"),
            Argument(name="instrument", flags=("--instrument",), metavar="ID"),
            Argument(name="language", flags=("--language",), metavar="LANGUAGE"),
            Argument(name="urgent", flags=("--urgent",), is_flag=True),
        ),
        example="directory route --from XAA --to XAB --kind records --on 2026-11-02T09:00:00Z",
    ),
    Command(
        words=("directory", "publish"),
        section="peers",
        code="directing:publish",
        arguments=(
            _FILE,
            Argument(name="authority", flags=("--authority",), metavar="AUTHORITY"),
            _CONFIRMED,
        ),
        example="directory publish service.json --authority XAA/contact-point --confirmed-by m.okafor",
    ),
    Command(words=("mandate", "list"), section="peers", code="mandating:listing", example="mandate list"),
    Command(
        words=("mandate", "grant"),
        section="peers",
        code="mandating:grant",
        arguments=(_FILE, _CONFIRMED),
        example="mandate grant mandate.json --confirmed-by m.okafor",
    ),
    Command(
        words=("mandate", "end"),
        section="peers",
        code="mandating:end",
        arguments=(
            _MANDATE,
            Argument(name="until", flags=("--until",), metavar="DATE", required=True),
            _CONFIRMED,
        ),
        example="mandate end assistance --until 2027-01-01",
    ),
    Command(
        words=("mandate", "deputy"),
        section="peers",
        code="mandating:deputize",
        arguments=(
            _MANDATE,
            Argument(name="name", metavar="OFFICER", required=True),
            Argument(name="since", flags=("--since",), metavar="DATE", required=True),
            Argument(name="until", flags=("--until",), metavar="DATE"),
            _CONFIRMED,
        ),
        example="mandate deputy assistance a.diallo --since 2026-12-01 --until 2027-01-01",
    ),
)
