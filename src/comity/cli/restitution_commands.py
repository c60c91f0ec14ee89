"""The commands on restitution: the ledger of a case, its entries, and statements on it."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_CASE = Argument(name="case", metavar="CASE", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_FOR = Argument(name="audience", flags=("--for",), choices=("court", "victim", "state"))
_WHO = Argument(name="victim", flags=("--victim",), metavar="PSEUDONYM")

RESTITUTION = (
    Command(
        words=("restitution", "show"),
        section="restitution",
        code="restitution:show",
        arguments=(_CASE, _FOR, _WHO, _PURPOSE),
        example="restitution show 3f9a21c47b0d",
    ),
    Command(
        words=("restitution", "record"),
        section="restitution",
        code="restitution:record",
        arguments=(
            _CASE,
            Argument(name="ledger_entry", metavar="ENTRY", required=True),
            Argument(name="answers", metavar="NAME=VALUE", many=True),
            _PURPOSE,
        ),
        example="restitution record 3f9a21c47b0d money.in amount=1250.50 source=Bank reference=TX-17",
    ),
    Command(
        words=("restitution", "claims"),
        section="restitution",
        code="restitution:claims",
        arguments=(
            _CASE,
            Argument(name="freeze_book", flags=("--freeze",), metavar="NAME", required=True),
            Argument(name="ledger_asset", flags=("--asset",), metavar="ASSET"),
            Argument(name="awarded", flags=("--awarded",), metavar="LINE=AMOUNT", many=True),
            _PURPOSE,
        ),
        example="restitution claims 3f9a21c47b0d --freeze ransom-12 --awarded 5=0.4",
    ),
    Command(
        words=("restitution", "form"),
        section="restitution",
        code="restitution:form",
        arguments=(Argument(name="ledger_entry", metavar="ENTRY"),),
        example="restitution form claim.lodge",
    ),
    Command(
        words=("restitution", "statement"),
        section="restitution",
        code="restitution:statement",
        arguments=(
            _CASE,
            _FOR,
            _WHO,
            Argument(name="out", flags=("--out",), metavar="FILE", required=True),
            Argument(name="language", flags=("--language",), metavar="LANGUAGE"),
            _PURPOSE,
        ),
        example="restitution statement 3f9a21c47b0d --for victim --victim V-7KQ2MX --out statement.pdf",
    ),
)
