"""The commands of the protection room: fingerprints, matching, lists of fingerprints."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_LIST = Argument(name="hash_list", flags=("--list",), metavar="NAME", required=True)
_TO = Argument(name="receiver", flags=("--to",), metavar="NAME", required=True)
_FORM = Argument(name="hash_form", flags=("--form",), choices=("csv", "vics"))
_GROUND = Argument(name="hash_ground", flags=("--ground",), metavar="TEXT")
_LICENCE = Argument(name="hash_licence", flags=("--licence",), metavar="TEXT")
_ONWARD = Argument(name="hash_onward", flags=("--onward",), is_flag=True)
_UNTIL = Argument(name="hash_until", flags=("--until",), metavar="DATE")

PROTECT = (
    Command(
        words=("protect", "hash"),
        section="protect",
        code="protecting:hashed",
        arguments=(Argument(name="picture", metavar="FILE", required=True, many=True),),
        example="protect hash holiday.jpg --json",
    ),
    Command(
        words=("protect", "match"),
        section="protect",
        code="protecting:match",
        arguments=(
            Argument(name="asked", metavar="FILE|HASH", many=True),
            _LIST,
            Argument(name="hashes", flags=("--hashes",), metavar="FILE"),
        ),
        example="protect match --list known holiday.jpg",
    ),
    Command(
        words=("protect", "lists"),
        section="protect",
        code="protecting:listing",
        example="protect lists",
    ),
    Command(
        words=("protect", "lists", "import"),
        section="protect",
        code="protecting:import_",
        arguments=(
            Argument(name="hash_file", metavar="FILE", required=True, many=True),
            _LIST,
            _FORM,
            Argument(name="hash_subject", flags=("--subject",), choices=("child", "intimate")),
            Argument(name="hash_source", flags=("--source",), metavar="TEXT"),
            Argument(name="hash_category", flags=("--category",), metavar="CODE"),
            Argument(name="hash_dated", flags=("--dated",), metavar="DATE"),
            _GROUND,
            _LICENCE,
            _ONWARD,
            _UNTIL,
        ),
        example='protect lists import known.csv --list known --source "Hotline" --ground "Act 12, s. 4" '
        '--licence "no onward sharing"',
    ),
    Command(
        words=("protect", "lists", "export"),
        section="protect",
        code="protecting:export",
        arguments=(
            _LIST,
            _TO,
            Argument(name="hash_out", flags=("--out",), metavar="FILE", required=True),
            _FORM,
        ),
        example="protect lists export --list known --to platform --out known.json --form vics",
    ),
    Command(
        words=("protect", "lists", "share"),
        section="protect",
        code="protecting:share",
        arguments=(
            _LIST,
            _TO,
            _GROUND,
            _LICENCE,
            _ONWARD,
            _UNTIL,
            Argument(name="hash_submits", flags=("--submits",), is_flag=True),
            Argument(name="hash_end", flags=("--end",), is_flag=True),
            Argument(name="hash_consent", flags=("--consent",), is_flag=True),
        ),
        example='protect lists share --list known --to platform --ground "Act 12, s. 9" --licence "matching"',
    ),
    Command(
        words=("protect", "lists", "accept"),
        section="protect",
        code="protecting:accept",
        arguments=(
            _LIST,
            Argument(name="hash_from", flags=("--from",), metavar="OFFICE", required=True),
            Argument(name="hash_local", flags=("--named",), metavar="NAME"),
            Argument(name="hash_subject", flags=("--subject",), choices=("child", "intimate")),
            Argument(name="hash_source", flags=("--source",), metavar="TEXT"),
            _GROUND,
            _LICENCE,
            _ONWARD,
            _UNTIL,
        ),
        example='protect lists accept --list known --from XAA/contact-point --ground "Act 3, s. 2" '
        '--licence "matching only"',
    ),
    Command(
        words=("protect", "lists", "mark"),
        section="protect",
        code="protecting:mark",
        arguments=(
            Argument(name="hash_entry", metavar="ID", many=True),
            _LIST,
            Argument(
                name="hash_state",
                flags=("--state",),
                choices=("live", "disputed", "withdrawn"),
                required=True,
            ),
        ),
        example="protect lists mark --list known --state disputed 4711",
    ),
)
