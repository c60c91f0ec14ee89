"""The commands of the freeze lane: from a trace or a bank's word to a request, and what follows."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

_NAME = Argument(name="asset_name", metavar="NAME", required=True)
_PURPOSE = Argument(name="purpose", flags=("--purpose",), metavar="PURPOSE")
_BECAUSE = Argument(name="because", flags=("--because",), metavar="TEXT", required=True)
_LANGUAGE = Argument(name="tongue", flags=("--language",), choices=("en", "fr", "ar"))
_OUT = Argument(name="out", flags=("-o", "--out"), metavar="FILE")
_SOURCE = Argument(name="source_line", flags=("--source",), metavar="LINE")


def _text(name: str, flag: str, metavar: str = "TEXT", *, required: bool = False) -> Argument:
    return Argument(name=name, flags=(flag,), metavar=metavar, required=required)


def _amount(*, required: bool = True) -> Argument:
    return _text("sum", "--amount", "AMOUNT", required=required)


def _reference(*, required: bool = True) -> Argument:
    return _text("paper", "--reference", required=required)


_WORDS = _text("told_words", "--words", required=True)
_AT = _text("happened_at", "--at", "TIME")
_BRIEF = (
    _text("facts", "--facts"),
    _text("offence_title", "--offence"),
    _text("offence_provision", "--provision"),
    _text("offence_article", "--article", "N"),
    _text("offence_years", "--years", "N"),
    _text("matter_subject", "--subject"),
    _text("matter_reference", "--reference"),
    _text("issuer", "--issuer"),
    _text("issuer_functions", "--functions"),
    _text("asset_holder", "--holder"),
    _text("asset_place", "--place"),
    _text("court_order", "--order"),
    _text("court", "--court"),
    _text("court_date", "--order-date", "DATE"),
    Argument(name="criminal_there", flags=("--criminal",), choices=("yes", "no", "unknown")),
    _text("wanted_by", "--wanted-by", "DATE"),
)


def _command(verb: str, code: str, *arguments: Argument, example: str) -> Command:
    return Command(
        words=("freeze", verb),
        section="freeze",
        code=code,
        arguments=(_NAME, *arguments),
        example=f"freeze {verb} {example}",
    )


def _record(verb: str, *arguments: Argument, example: str) -> Command:
    return _command(verb, f"freezerecords:{verb}", *arguments, _AT, example=example)


FREEZE = (
    _command(
        "trace",
        "freezing:from_trace",
        Argument(name="held_at", flags=("--address",), metavar="ADDRESS", required=True, many=True),
        Argument(name="seed", flags=("--seed",), metavar="SEED", many=True),
        Argument(name="method", flags=("--by",), choices=("fifo", "haircut", "poison")),
        Argument(name="ledger", flags=("--ledger",), metavar="NAME"),
        Argument(name="paid_since", flags=("--since",), metavar="TIME"),
        Argument(name="paid_until", flags=("--until",), metavar="TIME"),
        _BECAUSE,
        _PURPOSE,
        example='ransom-12 --seed TXID --address ADDRESS --because "ransom of the hospital"',
    ),
    _command(
        "bank",
        "freezing:from_bank",
        _text("iban", "--iban", "IBAN"),
        _text("account", "--account"),
        _text("bank", "--bank", required=True),
        _amount(),
        _text("currency", "--currency", "CODE", required=True),
        _reference(),
        _text("asset_holder", "--holder"),
        _text("asset_place", "--place"),
        _text("paid_at", "--paid-at", "TIME"),
        _BECAUSE,
        example="invoice-77 --iban IBAN --bank BANK --amount 98 --currency EUR --reference R --because TEXT",
    ),
    Command(
        words=("freeze", "list"),
        section="freeze",
        code="freezing:listing",
        arguments=(_PURPOSE,),
        example="freeze list",
    ),
    Command(
        words=("freeze", "figures"),
        section="freeze",
        code="freezing:figures",
        arguments=(_PURPOSE,),
        example="freeze figures",
    ),
    _command("show", "freezing:show", _PURPOSE, example="ransom-12"),
    _command("look", "freezing:look", _PURPOSE, example="ransom-12"),
    _command(
        "prepare",
        "freezeasking:prepare",
        _text("to", "--to", "AUTHORITY", required=True),
        Argument(
            name="freeze_kind",
            flags=("--kind",),
            choices=("property-freezing", "police-cooperation", "proceeds-tracing"),
        ),
        _text("base", "--base", "FILE"),
        _text("base_request", "--like", "REQUEST"),
        *_BRIEF,
        _LANGUAGE,
        _OUT,
        Argument(name="draft_now", flags=("--draft",), is_flag=True),
        _text("case", "--case", "CASE"),
        _PURPOSE,
        example="ransom-12 --to XAB/central-authority --base case12.json -o freeze.json",
    ),
    _command(
        "tie",
        "freezeasking:tie",
        _text("base_request", "--request", "REQUEST", required=True),
        _text("item_id", "--item", "ITEM"),
        _PURPOSE,
        example="ransom-12 --request 4be1c09a",
    ),
    _command(
        "order",
        "freezeasking:order",
        _text("provider", "--provider", required=True),
        _reference(),
        _text("ruling_file", "--ruling", "FILE", required=True),
        _text("ends_at", "--until", "TIME", required=True),
        _LANGUAGE,
        _OUT,
        example='ransom-12 --provider "Coin House" --reference B12/27 --ruling r.pdf --until 2027-02-01',
    ),
    _command(
        "outcome",
        "freezeasking:outcome",
        _text("order_line", "--order", "LINE", required=True),
        Argument(
            name="order_outcome", flags=("--came",), choices=("done", "uncertain", "failed"), required=True
        ),
        _amount(required=False),
        _reference(required=False),
        _text("told_words", "--words"),
        example="ransom-12 --order 3 --came done --amount 0.5 --reference CH-881",
    ),
    _record(
        "frozen",
        _amount(),
        _text("frozen_by", "--by", required=True),
        _reference(),
        _text("ends_at", "--until", "TIME"),
        example='ransom-12 --amount 0.5 --by "Court of Belmare" --reference 2026/88',
    ),
    _record(
        "moved",
        _text("remaining", "--remaining", "AMOUNT", required=True),
        _reference(),
        example='invoice-77 --remaining 4100.00 --reference "statement of 3 June"',
    ),
    _record(
        "cost",
        Argument(
            name="cost_of",
            flags=("--for",),
            choices=("storage", "conversion", "insurance", "expert", "fee", "other"),
            required=True,
        ),
        _amount(),
        _text("currency", "--currency", "CODE", required=True),
        _reference(),
        example="ransom-12 --for storage --amount 120.00 --currency EUR --reference I-7",
    ),
    _record(
        "value",
        _text("was", "--was", "AMOUNT", required=True),
        _text("is_now", "--now", "AMOUNT", required=True),
        _text("currency", "--currency", "CODE", required=True),
        _reference(),
        example="ransom-12 --was 31000.00 --now 24500.00 --currency EUR --reference fixing",
    ),
    _record(
        "claim",
        _text("claimant", "--who", required=True),
        _text("claim_ground", "--ground", required=True),
        _amount(required=False),
        _text("ruling_file", "--document", "FILE"),
        example='ransom-12 --who "Ms R." --ground "bought the coins in good faith" --amount 0.1',
    ),
    _record(
        "ruling",
        _text("claim_line", "--claim", "LINE"),
        Argument(
            name="judged",
            flags=("--came",),
            choices=("upheld", "partly", "dismissed", "withdrawn"),
            required=True,
        ),
        _text("court", "--court", required=True),
        _reference(),
        _text("ruling_file", "--ruling", "FILE", required=True),
        example='ransom-12 --claim 5 --came dismissed --court "Port Alta" --reference K1 --ruling k.pdf',
    ),
    _record(
        "custody",
        _text("custodian", "--custodian", required=True),
        _text("kept_at", "--address", "ADDRESS", required=True),
        _amount(),
        _text("tx", "--tx", "TXID"),
        _SOURCE,
        example='ransom-12 --custodian "Office for seized assets" --address ADDRESS --amount 0.5',
    ),
    _command(
        "hear",
        "freezeasking:hear",
        _WORDS,
        _LANGUAGE,
        example='ransom-12 --words "the evidence has not come; we think of lifting on 3 June"',
    ),
    _command(
        "lift",
        "freezeasking:lift",
        Argument(
            name="lift_ground",
            flags=("--ground",),
            choices=("evidence", "minimal", "ruling", "expired", "withdrawn", "other"),
            required=True,
        ),
        _text("hearing", "--hearing", "ACT"),
        Argument(
            name="unheard",
            flags=("--unheard",),
            choices=("not_reached", "court_ordered", "asked_for", "danger", "other"),
        ),
        _WORDS,
        _LANGUAGE,
        example='ransom-12 --ground evidence --hearing 9c3f5e21 --words "no evidence within the period"',
    ),
    _record(
        "lifted",
        _amount(),
        _text("act", "--act", "ACT"),
        _SOURCE,
        _WORDS,
        example='ransom-12 --amount 0.5 --act 9c3f5e21 --words "told the provider"',
    ),
    _command(
        "recall",
        "freezeasking:recall",
        _WORDS,
        _LANGUAGE,
        example='ransom-12 --words "the victim was paid back; nothing need be held"',
    ),
    _record(
        "released",
        _amount(),
        Argument(
            name="released_to",
            flags=("--to",),
            choices=("holder", "claimant", "victims", "requesting", "treasury"),
            required=True,
        ),
        _text("ruling_line", "--ruling", "LINE"),
        _SOURCE,
        _reference(),
        example="ransom-12 --amount 0.4 --to victims --ruling 7 --reference payment-3",
    ),
    _record(
        "weighed",
        _text("line_number", "--line", "LINE", required=True),
        Argument(name="weighed_as", flags=("--came",), choices=("stands", "ends"), required=True),
        _WORDS,
        example='ransom-12 --line 4 --came stands --words "the trace holds; only the tag was wrong"',
    ),
    _record(
        "struck",
        _text("line_number", "--line", "LINE", required=True),
        _WORDS,
        example='ransom-12 --line 4 --words "recorded for another asset"',
    ),
)
