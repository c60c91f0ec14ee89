"""The commands of daily work: requests, acts, evidence, cases."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_ACT = Argument(name="act", metavar="ACT", required=True)
_CASE = Argument(name="case", flags=("--case",), metavar="CASE")
_THE_CASE = Argument(name="case", flags=("--case",), metavar="CASE", required=True)
_FORM = Argument(name="form", flags=("--form",), metavar="FILE", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_AFTER = Argument(name="after", flags=("--after",), metavar="PLACE")
_REASON = Argument(name="reason", flags=("--reason",), metavar="TEXT", required=True)
_DECIDE = Argument(name="decide", flags=("--decide",), metavar="CODE=OUTCOME:REASON", many=True)
_DOCUMENT = Argument(name="document", flags=("--document",), metavar="FILE")
_SINGLE = Argument(name="single", flags=("--single",), choices=("nobody-reached", "no-time", "alone-on-duty"))
_KIND = Argument(name="kind", metavar="KIND", required=True)
_OUTSIDE = ("post", "interpol", "portal", "mail", "voice", "courier", "diplomatic")
_OUT_FILE = Argument(name="out", flags=("-o", "--out"), metavar="FILE", required=True)
_OUT_DIR = Argument(name="out", flags=("-o", "--out"), metavar="DIR", required=True)

REQUESTS = (
    Command(words=("request", "kinds"), section="requests", code="checks:kinds", example="request kinds"),
    Command(
        words=("request", "example"),
        section="requests",
        code="checks:example",
        arguments=(
            _KIND,
            Argument(name="variant", flags=("--variant",), metavar="N"),
            Argument(name="on", flags=("--on",), metavar="DATE"),
        ),
        example="request example preservation",
    ),
    Command(
        words=("request", "new"),
        section="requests",
        code="checks:new",
        arguments=(_KIND, _OUT_FILE),
        example="request new statements -o form.json",
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
        judges=True,
    ),
    Command(
        words=("letter",),
        section="requests",
        code="letters:write",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="lang", flags=("--lang",), metavar="LANGUAGE[,LANGUAGE]"),
            Argument(name="style", flags=("--style",), metavar="STYLE"),
            _OUT_FILE,
            Argument(name="on", flags=("--on",), metavar="DATE"),
            Argument(name="act", flags=("--act",), metavar="ACT"),
            Argument(name="enclose", flags=("--enclose",), metavar="FILE", many=True),
            Argument(name="reference", flags=("--reference",), metavar="TEXT", many=True),
            Argument(name="channel", flags=("--channel",), choices=_OUTSIDE),
            Argument(name="attested_by", flags=("--attested-by",), metavar="TEXT"),
            Argument(name="attested_on", flags=("--attested-on",), metavar="DATE"),
        ),
        example="letter form.json --lang ar,en --style unodc -o letter.pdf",
    ),
    Command(
        words=("letter", "check"),
        section="requests",
        code="letters:check",
        arguments=(
            Argument(name="file", metavar="FILE", required=True),
            Argument(name="trust", flags=("--trust",), metavar="CERT", many=True),
        ),
        example="letter check order.pdf --trust ministry.pem",
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
            Argument(name="consult", flags=("--consult",), is_flag=True),
            Argument(name="outside", flags=("--outside",), is_flag=True),
            _DOCUMENT,
            _SINGLE,
        ),
        example="request draft preservation --to XAB/contact-point --form form.json",
    ),
    Command(
        words=("request", "send"),
        section="requests",
        code="requesting:send",
        arguments=(_ACT, _DECIDE, _REASON, _PURPOSE),
        example='request send 4be1c09a --reason "complete and urgent"',
    ),
    Command(
        words=("request", "list"),
        section="requests",
        code="requesting:listing",
        arguments=(_AFTER, _PURPOSE),
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

ACTS = (
    Command(
        words=("act",),
        section="acts",
        code="acting:draft",
        arguments=(
            _KIND,
            _THE_CASE,
            _FORM,
            _DOCUMENT,
            _SINGLE,
            Argument(name="reason", flags=("--reason",), metavar="TEXT"),
            _DECIDE,
        ),
        example='act order.record --case 4be1c09a --form order.json --reason "as the court ordered"',
    ),
    Command(
        words=("act", "approve"),
        section="acts",
        code="acting:approve",
        arguments=(_ACT, _REASON, _DECIDE, _PURPOSE),
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
        arguments=(_CASE, _AFTER, _PURPOSE),
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

EVIDENCE = (
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
        words=("evidence", "resume"),
        section="evidence",
        code="sealing:resume",
        arguments=(
            Argument(name="sealing", metavar="SEALING"),
            Argument(name="drop", flags=("--drop",), is_flag=True),
        ),
        example="evidence resume",
    ),
    Command(
        words=("evidence", "inspect"),
        section="evidence",
        code="sealing:inspect",
        arguments=(
            Argument(name="path", metavar="FILE", required=True),
            Argument(name="identity", flags=("--identity", "-i"), metavar="KEY-FILE"),
            _PURPOSE,
        ),
        example="evidence inspect package.age",
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
            _PURPOSE,
        ),
        example='evidence send 1f0e… --case 4be1c09a --reason "decided on 3 May"',
    ),
    Command(
        words=("evidence", "list"),
        section="evidence",
        code="evidence:listing",
        arguments=(_THE_CASE, _PURPOSE),
        example="evidence list --case 4be1c09a --purpose execution",
    ),
    Command(
        words=("evidence", "open"),
        section="evidence",
        code="evidence:open_delivery",
        arguments=(Argument(name="delivery", metavar="DELIVERY", required=True), _OUT_DIR, _PURPOSE),
        example="evidence open c07d11e9 -o opened --purpose investigation",
    ),
)

CASES = (
    Command(
        words=("due",),
        section="cases",
        code="due:listing",
        arguments=(Argument(name="others", flags=("--others",), is_flag=True), _AFTER, _PURPOSE),
        example="due --purpose execution",
    ),
    Command(
        words=("clock", "simulate"),
        section="cases",
        code="clocks:simulated",
        arguments=(Argument(name="file", metavar="FILE", required=True),),
        example="clock simulate scenario.json --json",
    ),
    Command(
        words=("case", "list"),
        section="cases",
        code="cases:listing",
        arguments=(_AFTER, _PURPOSE),
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
        words=("case", "release"),
        section="cases",
        code="releases:propose",
        arguments=(Argument(name="case", metavar="CASE", required=True), _PURPOSE),
        example="case release 4be1c09a --purpose court",
    ),
    Command(
        words=("case", "approve"),
        section="cases",
        code="releases:approve",
        arguments=(Argument(name="release", metavar="RELEASE", required=True), _DECIDE, _REASON, _PURPOSE),
        example='case approve RELEASE --reason "the court asked for it"',
    ),
    Command(
        words=("evidence", "pass"),
        section="evidence",
        code="releases:pass_on",
        arguments=(
            Argument(name="act", metavar="ACT", required=True),
            Argument(name="to", flags=("--to",), metavar="PARTY", required=True),
            Argument(name="use", flags=("--use",), metavar="TEXT", required=True),
            _PURPOSE,
        ),
        example='evidence pass 4be1c09a --to XAC --use "trial of the same group"',
    ),
    Command(
        words=("evidence", "passed"),
        section="evidence",
        code="releases:hand",
        arguments=(Argument(name="release", metavar="RELEASE", required=True), _OUT_FILE, _PURPOSE),
        example="evidence passed RELEASE -o folder",
    ),
    Command(
        words=("case", "releases"),
        section="cases",
        code="releases:listing",
        arguments=(_CASE, _PURPOSE),
        example="case releases --purpose court",
    ),
    Command(
        words=("case", "export"),
        section="cases",
        code="cases:export",
        arguments=(
            Argument(name="case", metavar="CASE", required=True),
            _OUT_FILE,
            Argument(name="withhold", flags=("--withhold",), metavar="ACT/PART=GROUND", many=True),
            Argument(name="release", flags=("--release",), metavar="RELEASE"),
            _PURPOSE,
        ),
        example="case export 4be1c09a -o court.tar --purpose court",
    ),
)
