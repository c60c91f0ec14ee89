"""The commands for takedowns."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_NUMBER = Argument(name="takedown", metavar="NUMBER", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_WORDS = Argument(name="takedown_words", flags=("--words",), metavar="TEXT")
_TERM = Argument(name="takedown_term", flags=("--term",), metavar="CODE")
_OUT = Argument(name="takedown_out", flags=("--out",), metavar="FILE")
_LANGUAGE = Argument(name="takedown_language", flags=("--in",), metavar="LANGUAGE")
_FILE = Argument(name="takedown_file", flags=("--import",), metavar="FILE")

TAKEDOWN = (
    Command(
        words=("protect", "takedown"),
        section="protect",
        code="takedowns:listing",
        arguments=(_PURPOSE,),
        example="protect takedown --purpose investigation",
    ),
    Command(
        words=("protect", "takedown", "open"),
        section="protect",
        code="takedowns:open_",
        arguments=(
            Argument(name="takedown_place", metavar="PLACE", required=True),
            Argument(
                name="takedown_subject", flags=("--subject",), choices=("child", "intimate"), required=True
            ),
            Argument(name="guard_why", flags=("--why",), metavar="TEXT", required=True),
            Argument(name="takedown_address", flags=("--address",), metavar="IP"),
            Argument(name="takedown_service", flags=("--service",), metavar="NAME"),
            Argument(name="takedown_registrar", flags=("--registrar",), metavar="NUMBER"),
            Argument(name="takedown_hash", flags=("--hash",), metavar="HASH", many=True),
            Argument(name="takedown_report", flags=("--report",), metavar="NUMBER"),
            Argument(name="takedown_plea", flags=("--case",), metavar="NUMBER"),
            Argument(name="takedown_victim", flags=("--victim",), is_flag=True),
        ),
        example="protect takedown open https://pictures.example/a --address 193.0.0.9 --subject intimate "
        '--victim --why "Asked for by the person shown"',
    ),
    Command(
        words=("protect", "takedown", "show"),
        section="protect",
        code="takedowns:show",
        arguments=(_NUMBER, _PURPOSE),
        example="protect takedown show 3 --purpose investigation",
    ),
    Command(
        words=("protect", "takedown", "notice"),
        section="protect",
        code="takedowns:notice",
        arguments=(
            _NUMBER,
            Argument(name="takedown_to", flags=("--to",), metavar="CHANNEL", required=True),
            _TERM,
            _WORDS,
            Argument(name="takedown_appeal", flags=("--appeal",), is_flag=True),
            _OUT,
            _LANGUAGE,
        ),
        example="protect takedown notice 3 --to pictures-abuse --term us-take-it-down --out notice.pdf",
    ),
    Command(
        words=("protect", "takedown", "letter"),
        section="protect",
        code="takedowns:letter",
        arguments=(
            _NUMBER,
            Argument(name="takedown_out", flags=("--out",), metavar="FILE", required=True),
            _LANGUAGE,
            _PURPOSE,
        ),
        example="protect takedown letter 3 --out notice.docx --in fr --purpose investigation",
    ),
    Command(
        words=("protect", "takedown", "answer"),
        section="protect",
        code="takedowns:answer",
        arguments=(
            _NUMBER,
            Argument(
                name="takedown_step",
                flags=("--step",),
                choices=("removed", "refused", "again", "wrong", "restored", "upheld", "closed"),
                required=True,
            ),
            Argument(name="takedown_reason", flags=("--reason",), metavar="CODE"),
            _WORDS,
            _TERM,
        ),
        example="protect takedown answer 3 --step refused --reason not-found",
    ),
    Command(
        words=("protect", "takedown", "told"),
        section="protect",
        code="takedowns:told",
        arguments=(
            _NUMBER,
            Argument(name="takedown_said", flags=("--words",), metavar="TEXT", required=True),
        ),
        example='protect takedown told 3 --words "by her advocate, on the telephone"',
    ),
    Command(
        words=("protect", "takedown", "returns"),
        section="protect",
        code="takedowns:returns",
        arguments=(
            Argument(name="takedown_to", flags=("--to",), metavar="OFFICE", required=True),
            Argument(name="hash_list", flags=("--list",), metavar="NAME", required=True),
            Argument(name="hash_ground", flags=("--ground",), metavar="TEXT", required=True),
            Argument(name="hash_licence", flags=("--licence",), metavar="TEXT", required=True),
            Argument(name="hash_consent", flags=("--consent",), is_flag=True),
        ),
        example='protect takedown returns --to XAC/shelter --list outcomes --ground "Act 9, s. 2" '
        '--licence "for the persons who gave them" --consent',
    ),
    Command(
        words=("protect", "takedown", "registers"),
        section="protect",
        code="takedowns:registers",
        arguments=(
            Argument(name="takedown_register", metavar="FILE", many=True),
            Argument(name="takedown_dated", flags=("--dated",), metavar="DATE"),
        ),
        example="protect takedown registers delegated-ripencc-extended-latest",
    ),
    Command(
        words=("protect", "takedown", "channels"),
        section="protect",
        code="takedowns:channels",
        arguments=(_FILE,),
        example="protect takedown channels --import channels.json",
    ),
    Command(
        words=("protect", "takedown", "terms"),
        section="protect",
        code="takedowns:terms",
        arguments=(_FILE,),
        example="protect takedown terms --import terms.json",
    ),
    Command(
        words=("protect", "takedown", "figures"),
        section="protect",
        code="takedowns:figures",
        example="protect takedown figures",
    ),
)
