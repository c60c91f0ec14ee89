"""The commands on what other nodes are given of indicators, and on alerts."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_TO = Argument(name="to", flags=("--to",), metavar="OFFICE", required=True)
_TLP = Argument(name="tlp", flags=("--tlp",), metavar="MARK")
_UNTIL = Argument(name="until", flags=("--until",), metavar="DATE")
_USE = Argument(name="use", flags=("--purpose",), metavar="TEXT")
_ALERT = Argument(name="name", metavar="ALERT", required=True)
_FAMILY = Argument(name="family", flags=("--family",), metavar="NAME")
_ABOUT = Argument(name="about", flags=("--indicator",), metavar="INDICATOR", many=True)

FEEDS = (
    Command(
        words=("indicators", "share"),
        section="indicators",
        code="feeding:share",
        arguments=(
            _TO,
            _USE,
            _TLP,
            _UNTIL,
            Argument(name="end", flags=("--end",), is_flag=True),
            Argument(name="recall", flags=("--recall",), is_flag=True),
        ),
        example='indicators share --to XAB/contact-point --purpose "fraud investigations" --tlp amber',
    ),
    Command(
        words=("indicators", "shared"),
        section="indicators",
        code="feeding:shared",
        arguments=(Argument(name="name", metavar="INDICATOR"),),
        example="indicators shared evil.example",
    ),
    Command(
        words=("indicators", "received"),
        section="indicators",
        code="feeding:received",
        arguments=(Argument(name="source", flags=("--from",), metavar="OFFICE"),),
        example="indicators received --from XAB/contact-point",
    ),
    Command(
        words=("indicators", "figures"),
        section="indicators",
        code="feedcounting:figures",
        arguments=(
            Argument(name="first", flags=("--since",), metavar="DAY"),
            Argument(name="last", flags=("--until",), metavar="DAY"),
            Argument(name="stands", flags=("--held",), is_flag=True),
        ),
        example="indicators figures --since 2026-11-01 --until 2026-11-30 --held",
    ),
    Command(
        words=("indicators", "take"),
        section="indicators",
        code="feeding:take",
        arguments=(
            Argument(name="source", flags=("--from",), metavar="OFFICE", required=True),
            Argument(name="feed", flags=("--feed",), choices=("indicators", "alerts")),
            Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True),
            Argument(name="stop", flags=("--stop",), is_flag=True),
            Argument(name="withdraw", flags=("--withdraw",), is_flag=True),
        ),
        example='indicators take --from XAB/contact-point --stop --withdraw --reason "many false alarms"',
    ),
    Command(
        words=("indicators", "alert", "send"),
        section="indicators",
        code="alerting:send",
        arguments=(
            Argument(name="words", flags=("--words",), metavar="TEXT", required=True),
            Argument(name="to", flags=("--to",), metavar="OFFICE|hit", required=True, many=True),
            _FAMILY,
            _ABOUT,
            Argument(name="sector", flags=("--sector",), metavar="NAME", many=True),
            Argument(name="critical", flags=("--critical",), is_flag=True),
            _USE,
            Argument(name="basis", flags=("--basis",), metavar="ARTICLE", many=True),
            _TLP,
            _UNTIL,
            Argument(name="case", flags=("--case",), metavar="CASE"),
            Argument(name="victim", flags=("--victim",), metavar="TEXT"),
            Argument(name="answer", flags=("--answer-within",), metavar="MINUTES"),
            Argument(name="override", flags=("--override",), metavar="REASON"),
        ),
        example="indicators alert send --family lockbit --sector energy --critical --to hit "
        '--words "it spreads through the supplier" --purpose "defence" --basis "40(4)" --answer-within 15',
    ),
    Command(
        words=("indicators", "alert", "hit"),
        section="indicators",
        code="alerting:hit",
        arguments=(_FAMILY, _ABOUT),
        example="indicators alert hit --family lockbit",
    ),
    Command(
        words=("indicators", "alert", "list"),
        section="indicators",
        code="alerting:listing",
        example="indicators alert list",
    ),
    Command(
        words=("indicators", "alert", "show"),
        section="indicators",
        code="alerting:show",
        arguments=(_ALERT,),
        example="indicators alert show alert--5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f",
    ),
    Command(
        words=("indicators", "alert", "answer"),
        section="indicators",
        code="alerting:answer",
        arguments=(
            _ALERT,
            Argument(name="hit", flags=("--hit",), choices=("yes", "no")),
            Argument(name="words", flags=("--words",), metavar="TEXT"),
        ),
        example="indicators alert answer alert--5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f --hit yes",
    ),
    Command(
        words=("indicators", "alert", "recall"),
        section="indicators",
        code="alerting:recall",
        arguments=(_ALERT, Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)),
        example='indicators alert recall alert--5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f --reason "a drill"',
    ),
)
