"""The commands of duty: roster, alarms, call-backs, reviews and the hours of a hold."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_REQUEST = Argument(name="act", metavar="REQUEST", required=True)
_WORDS = Argument(name="said", flags=("--words",), metavar="TEXT", required=True)


def _command(verb: str, code: str, *arguments: Argument, example: str) -> Command:
    return Command(
        words=("duty", verb), section="duty", code=f"dutying:{code}", arguments=arguments, example=example
    )


DUTY = (
    _command("watch", "watch", example="duty watch"),
    _command(
        "roster",
        "roster",
        Argument(name="roster_file", metavar="FILE", required=True),
        example="duty roster roster.json",
    ),
    _command("drill", "drill", example="duty drill"),
    _command(
        "take",
        "take",
        Argument(name="alarm", metavar="ALARM", required=True),
        _WORDS,
        example='duty take 9c3f5e21 --words "calling Belmare back now"',
    ),
    _command("numbers", "numbers", _REQUEST, example="duty numbers 4be1c09a"),
    _command(
        "call",
        "call",
        _REQUEST,
        Argument(name="number", flags=("--number",), metavar="NUMBER", required=True),
        Argument(
            name="call_outcome",
            flags=("--outcome",),
            choices=("confirmed", "not-reached", "denied"),
            required=True,
        ),
        Argument(name="reached", flags=("--reached",), metavar="TEXT"),
        example='duty call 4be1c09a --number "+33 1 00 00 00 00" --outcome confirmed --reached "duty desk"',
    ),
    _command(
        "single",
        "single",
        Argument(name="switch", metavar="SWITCH", choices=("on", "off"), required=True),
        Argument(name="confirmed_by", flags=("--confirmed-by",), metavar="OFFICER", many=True),
        example="duty single on --confirmed-by m.okafor",
    ),
    _command(
        "review",
        "review",
        Argument(name="act", metavar="ACT", required=True),
        Argument(
            name="review_outcome", flags=("--outcome",), choices=("upheld", "not-upheld"), required=True
        ),
        _WORDS,
        example='duty review 9c3f5e21 --outcome upheld --words "the danger was real and the data were few"',
    ),
    _command(
        "property",
        "begin_property",
        Argument(name="lane", metavar="NAME", required=True),
        Argument(name="asset", flags=("--asset",), choices=("payment", "wallet"), required=True),
        Argument(name="hold_ends", flags=("--hold-ends",), metavar="TIME"),
        Argument(name="case", flags=("--case",), metavar="CASE"),
        example="duty property invoice-77 --asset payment --hold-ends 2026-11-25T12:00:00Z",
    ),
    _command(
        "end",
        "end_property",
        Argument(name="lane", metavar="NAME", required=True),
        _WORDS,
        example='duty end invoice-77 --words "the bank has paid it back"',
    ),
    _command(
        "confirm",
        "confirm",
        Argument(name="act", metavar="ACT", required=True),
        Argument(name="said_at", flags=("--said-at",), metavar="TIME", required=True),
        Argument(name="days", flags=("--days",), metavar="N"),
        example="duty confirm 4be1c09a --said-at 2026-11-22T09:00:00Z",
    ),
    _command(
        "done",
        "done",
        Argument(name="task", metavar="TASK", required=True),
        _WORDS,
        example='duty done property-invoice-77/bank-recall --words "the bank recalled it"',
    ),
)
