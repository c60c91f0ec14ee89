"""Crypto-assets in pages: addresses judged, files taken in, value followed, and a picture that is printed.

What is asked comes in the body of a form, so that no history and no proxy's log holds whom a State suspects.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from comity.kernel.clock import Instant, start_of
from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, require_access
from comity.node.tagging import Taken
from comity.tracing.amounts import amount_text
from comity.tracing.clusters import RULES
from comity.tracing.packs import Pack
from comity.tracing.questions import Question, method_of
from comity.tracing.tags import CONFIDENCES
from comity.tracing.taint import Method
from comity.web.answers import Answer, download
from comity.web.visits import Visit

MOST_MOVES = 2_000_000
"""A page waits for its answer; what is larger is asked on the command line, which tells how far it is."""
MOST_FILE = 256 << 20
_SHOWN = 30
_MEDIA = {"svg": "image/svg+xml", "pdf": "application/pdf", "json": "application/json"}


def show(visit: Visit) -> Answer:
    """Show the ledgers, and the forms to judge an address and to take files in."""
    return _front(visit)


def address(visit: Visit) -> Answer:
    """Judge an address; nothing of it is kept."""
    try:
        found = visit.toolbox.desks.tracing.address(visit.form.get("value"))
    except ComityError as fault:
        return _front(visit, fault=fault)
    return _front(visit, checked=found)


def take(visit: Visit) -> Answer:
    """Take files of transactions into a ledger."""
    form, desk = visit.form, visit.toolbox.desks.tracing
    ledger = form.get("ledger") or "main"
    try:
        if not form.files or sum(Path(one.path).stat().st_size for one in form.files) > MOST_FILE:
            raise MalformedError(
                "trace.upload",
                f"an upload brings files of at most {MOST_FILE >> 20} MiB together",
                hint="larger files are taken in on the command line: comity trace import FILE",
                where="file",
            )
        for one in form.files:
            desk.take(
                visit.actor,
                ledger=ledger,
                path=one.path,
                network=form.get("network"),
                asset=form.get("contract"),
            )
    except ComityError as fault:
        return _front(visit, fault=fault)
    return visit.back(f"/tracing/ledgers/{ledger}")


def ledger(visit: Visit) -> Answer:
    """Show what a ledger holds, and what it may be asked."""
    return _ledger(visit)


def ask(visit: Visit) -> Answer:
    """Answer a question from a ledger."""
    asked = {"taint": _taint, "path": _path, "cluster": _cluster, "explain": _explain, "moved": _moved}
    try:
        _small(visit)
        do = visit.form.get("do")
        if do == "asked":
            return _ledger(visit, asked=_asked(visit))
        if do not in asked:
            raise MalformedError("trace.do", "nothing of the kind is asked here", where="do")
        return _ledger(visit, **asked[do](visit))
    except ComityError as fault:
        return _ledger(visit, fault=fault)


def file(visit: Visit) -> Answer:
    """Hand over the report of a question as picture, document or data."""
    form = visit.form.get("form")
    try:
        _small(visit)
        if form not in _MEDIA:
            raise MalformedError("trace.form", "a report is a picture, a document or data", where="form")
        made = visit.toolbox.desks.tracing.report(
            visit.actor, ledger=visit.place("name"), question=_question(visit), purpose=visit.purpose
        )
        language = visit.words.language
        if form == "svg":
            data = visit.toolbox.draw_flow(made, language=language)
        elif form == "pdf":
            data = visit.toolbox.print_flow(made, languages=language, author=visit.actor.authority)
        else:
            data = made.data() + b"\n"
    except ComityError as fault:
        return _ledger(visit, fault=fault)
    name = f"trace-{made.digest[:12]}.{form}"
    return download(iter((data,)), name=name, media_type=_MEDIA[form], size=len(data))


def tags(visit: Visit) -> Answer:
    """Show who is said to own which address, with source and confidence."""
    return _tags(visit)


def take_tags(visit: Visit) -> Answer:
    """Take in packs of tags, or of retractions."""
    form, desk = visit.form, visit.toolbox.desks.tracing.tags
    try:
        if not form.files:
            raise MalformedError("tag.pack", "a pack is a file of YAML", where="file")
        taken = [
            desk.take(visit.actor, path=one.path, confidence=form.get("confidence")) for one in form.files
        ]
    except ComityError as fault:
        return _tags(visit, fault=fault)
    return _tags(visit, taken=taken)


def hand_out(visit: Visit) -> Answer:
    """Hand over the tags that stand as a pack, or what was retracted as a pack of retractions."""
    form = visit.form
    try:
        _, data = visit.toolbox.desks.tracing.tags.told(
            visit.actor,
            title=form.get("title"),
            creator=form.get("creator"),
            pack=form.get("of"),
            retracted=form.get("what") == "retractions",
        )
    except ComityError as fault:
        return _tags(visit, fault=fault)
    name = "retractions.yaml" if form.get("what") == "retractions" else "tags.yaml"
    return download(iter((data,)), name=name, media_type="application/yaml", size=len(data))


def retract(visit: Visit) -> Answer:
    """Retract tags."""
    form = visit.form
    try:
        taken = visit.toolbox.desks.tracing.tags.retract(
            visit.actor, why=form.get("why"), title=form.get("pack"), address=form.get("address")
        )
    except ComityError as fault:
        return _tags(visit, fault=fault)
    return _tags(visit, taken=[taken])


def _front(visit: Visit, **values: object) -> Answer:
    desk = visit.toolbox.desks.tracing
    fault = values.get("fault")
    return visit.page(
        "tracing.html",
        status=fault.status if isinstance(fault, ComityError) else 200,
        section="tracing",
        ledgers=desk.list(visit.actor),
        given=visit.form.get("value"),
        **{"checked": None, "fault": None, **values},
    )


def _ledger(visit: Visit, **values: object) -> Answer:
    name = visit.place("name")
    contents, figures = visit.toolbox.desks.tracing.figures(visit.actor, ledger=name)
    fault = values.get("fault")
    form = visit.form
    said = {one: form.get(one) for one in ("seeds", "method", "since", "until", "targets", "first", "second")}
    nothing = dict.fromkeys(("traced", "found", "grouped", "links", "moved", "asked", "fault"))

    def amount(value: int) -> str:
        return amount_text(value, network=contents.network, asset=contents.asset)

    return visit.page(
        "ledger.html",
        status=fault.status if isinstance(fault, ComityError) else 200,
        section="tracing",
        name=name,
        contents=contents,
        figures=figures,
        methods=list(Method),
        rules=[(rule, rule.replace("-", "_"), rule in (form.all("rule") or RULES[:1])) for rule in RULES],
        keeps_mixes=bool(form.get("keep_mixes")),
        said=said,
        amount=amount,
        most=_SHOWN,
        **{**nothing, **values},
    )


def _tags(visit: Visit, *, fault: ComityError | None = None, taken: Sequence[Taken] = ()) -> Answer:
    desk, wanted = visit.toolbox.desks.tracing.tags, visit.query.get("address", "").strip()
    found, gone = desk.list(visit.actor, address=wanted), desk.retracted(visit.actor, address=wanted)
    return visit.page(
        "tracetags.html",
        status=200 if fault is None else fault.status,
        section="tracing",
        tags=found[:_SHOWN],
        count=len(found),
        wanted=wanted,
        gone=gone[:_SHOWN],
        gone_count=len(gone),
        leaned=[one for one in desk.leaned(visit.actor) if one.gone][:_SHOWN],
        levels=CONFIDENCES,
        said={name: visit.form.get(name) for name in ("title", "creator", "of", "why", "pack")},
        taken=[(one, isinstance(one.pack, Pack), one.pack.refused) for one in taken],
        fault=fault,
    )


def _small(visit: Visit) -> None:
    """Raise where a page would keep its reader waiting, and before that where the officer may not ask."""
    desks = visit.toolbox.desks
    require_access(
        visit.actor,
        Action.TRACE_ASK,
        realm=desks.place.realm,
        owner=visit.actor.authority,
        purpose=visit.purpose,
    )
    name = visit.place("name")
    moves = desks.tracing.list(visit.actor, only=name)[name].moves
    if moves > MOST_MOVES:
        raise MalformedError(
            "trace.large",
            f"this ledger has {moves} movements; a page follows {MOST_MOVES}",
            hint="ask on the command line: comity trace taint, path, cluster, report",
        )


def _question(visit: Visit) -> Question:
    form = visit.form
    return Question(
        method=method_of(form.get("method") or Method.HAIRCUT),
        seeds=tuple(form.get("seeds").split()),
        since=_day(form.get("since"), "since"),
        until=_day(form.get("until"), "until"),
    )


def _day(text: str, where: str) -> Instant | None:
    if not text:
        return None
    try:
        return start_of(date.fromisoformat(text))
    except ValueError as exc:
        raise MalformedError("time.form", "no day", where=where) from exc


def _taint(visit: Visit) -> dict[str, object]:
    desk = visit.toolbox.desks.tracing
    traced = desk.taint(
        visit.actor, ledger=visit.place("name"), question=_question(visit), purpose=visit.purpose
    )
    return {"traced": traced, "labels": {tag.address: tag for tag in reversed(traced.tags)}}


def _path(visit: Visit) -> dict[str, object]:
    found = visit.toolbox.desks.tracing.path(
        visit.actor,
        ledger=visit.place("name"),
        question=_question(visit),
        purpose=visit.purpose,
        targets=visit.form.get("targets").split(),
    )
    return {"found": found, "labels": {tag.address: tag for tag in reversed(found.tags)}}


def _cluster(visit: Visit) -> dict[str, object]:
    form = visit.form
    grouped = visit.toolbox.desks.tracing.cluster(
        visit.actor,
        ledger=visit.place("name"),
        purpose=visit.purpose,
        rules=form.all("rule"),
        keeps_mixes=bool(form.get("keep_mixes")),
        most=_SHOWN,
    )
    return {"grouped": grouped}


def _explain(visit: Visit) -> dict[str, object]:
    form = visit.form
    links = visit.toolbox.desks.tracing.explain(
        visit.actor,
        ledger=visit.place("name"),
        first=form.get("first"),
        second=form.get("second"),
        purpose=visit.purpose,
    )
    return {"links": [(one, one.rule.replace("-", "_")) for one in links]}


def _moved(visit: Visit) -> dict[str, object]:
    moved = visit.toolbox.desks.tracing.moved(
        visit.actor, ledger=visit.place("name"), trace=visit.form.get("trace"), purpose=visit.purpose
    )
    return {"moved": moved}


def _asked(visit: Visit) -> object:
    found = visit.toolbox.desks.tracing.asked(visit.actor, ledger=visit.place("name"), purpose=visit.purpose)
    return found[:_SHOWN]
