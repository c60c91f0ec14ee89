"""Assets in pages: the list, and for each its clock, its sums, what is open, its book, and what follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec

from comity.kernel.amounts import decimal_text
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError
from comity.kernel.ijson import parse_ijson
from comity.node.access import Action, is_allowed
from comity.node.freezeforms import KINDS, Brief
from comity.node.freezing import BankWord
from comity.tracing.assets import BY_HAND, FACTS, Carried, Cost, Judged, Line, Receiver, Weighed
from comity.tracing.questions import Question
from comity.tracing.taint import Method
from comity.web.answers import Answer
from comity.web.staffing import parse_time
from comity.web.visits import Visit
from comity.wording.freezing import freeze_texts

_CHOICES: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        ("cost", "what"): ("freeze_cost", tuple(Cost)),
        ("ruling", "outcome"): ("freeze_judged", tuple(Judged)),
        ("released", "to"): ("freeze_to", tuple(Receiver)),
        ("weighed", "outcome"): ("freeze_weighed", tuple(Weighed)),
    }
)
_NOT_ASKED = frozenset({"source", "inputs", "answer", "went", "came", "elsewhere", "at"})
_KEEPS_SOURCE = ("custody", "lifted", "released")
_NUMBERS = frozenset({"claim", "ruling", "source", "line"})
_TIMES = frozenset({"until"})
_GROUNDS = ("evidence", "minimal", "ruling", "expired", "withdrawn", "other")
_UNHEARD = ("not_reached", "court_ordered", "asked_for", "danger", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineField:
    """A field of the form of a line: ``choice``, ``number``, ``time`` or ``text``."""

    name: str
    shape: str
    needed: bool
    value: str
    options: tuple[tuple[str, str], ...] = ()


def listing(visit: Visit) -> Answer:
    """Show the assets of the office, and the forms that begin a book."""
    return _list(visit)


def figures(visit: Visit) -> Answer:
    """Show figures on the assets of the office."""
    found = visit.toolbox.desks.freezing.figures(visit.actor, purpose=visit.purpose)
    rows = [
        (one, [_sum(units, one.decimals) for units in (one.found, one.frozen, one.held, one.released)])
        for one in found.worth
    ]
    return visit.page("freezefigures.html", section="duty", figures=found, rows=rows)


def _sum(units: int | None, decimals: int) -> str:
    return "" if units is None else decimal_text(units, decimals)


def begin_traced(visit: Visit) -> Answer:
    """Begin the book of coins that a trace found."""
    form = visit.form
    seeds = tuple(form.get("seeds").split())

    def step() -> object:
        question = Question(method=Method(form.get("method")), seeds=seeds) if seeds else None
        return visit.toolbox.desks.freezing.open_traced(
            visit.actor,
            name=form.get("name"),
            ledger=form.get("ledger") or "main",
            question=question,
            addresses=form.get("addresses").split(),
            words=form.get("words"),
            purpose=visit.purpose,
        )

    return _begun(visit, step)


def begin_bank(visit: Visit) -> Answer:
    """Begin the book of money in an account."""
    form = visit.form

    def step() -> object:
        told = BankWord(
            iban=form.get("iban"),
            account=form.get("account"),
            bank=form.get("bank"),
            amount=form.get("amount"),
            currency=form.get("currency"),
            reference=form.get("reference"),
            holder=form.get("holder"),
        )
        return visit.toolbox.desks.freezing.open_bank(
            visit.actor, name=form.get("name"), told=told, words=form.get("words")
        )

    return _begun(visit, step)


def show(visit: Visit) -> Answer:
    """Show one asset."""
    return _asset(visit, visit.place("name"))


def look(visit: Visit) -> Answer:
    """Ask the ledger again."""
    desk = visit.toolbox.desks.freezing
    return _sent(visit, lambda name: desk.look_again(visit.actor, name=name, purpose=visit.purpose))


def record(visit: Visit) -> Answer:
    """Add a line by hand."""
    desk = visit.toolbox.desks.freezing

    def step(name: str) -> object:
        return desk.record(visit.actor, name=name, fact=_posted(visit))

    return _sent(visit, step, fact=visit.form.get("fact"))


def tie(visit: Visit) -> Answer:
    """Tie the asset to a request that is here."""
    form, desk = visit.form, visit.toolbox.desks.freezing.asking

    def step(name: str) -> object:
        return desk.tie_to(
            visit.actor,
            name=name,
            request=form.get("request").strip(),
            item=form.get("item").strip(),
            purpose=visit.purpose,
        )

    return _sent(visit, step)


def order(visit: Visit) -> Answer:
    """Record the intent to order a provider."""
    form, desk = visit.form, visit.toolbox.desks.freezing.orders

    def step(name: str) -> object:
        return desk.order(
            visit.actor,
            name=name,
            provider=form.get("provider"),
            reference=form.get("reference"),
            digest=form.get("digest"),
            until=parse_time(form.get("until"), where="until") or Instant(0),
        )

    return _sent(visit, step)


def outcome(visit: Visit) -> Answer:
    """Record what came of an order."""
    form, desk = visit.form, visit.toolbox.desks.freezing.orders

    def step(name: str) -> object:
        line = form.get("order")
        return desk.carried(
            visit.actor,
            name=name,
            order=int(line) if line.isascii() and line.isdigit() and len(line) < 7 else 0,
            outcome=form.get("outcome"),
            amount=form.get("amount"),
            reference=form.get("reference"),
        )

    return _sent(visit, step)


def ask(visit: Visit) -> Answer:
    """Draft the hearing, the lifting or the recall, and go to the draft."""
    form, desk, name = visit.form, visit.toolbox.desks.freezing.asking, visit.place("name")
    said = {"words": form.get("words"), "language": visit.words.language}
    try:
        if form.get("action") == "lift":
            hearing = form.get("hearing")
            view = desk.lift(
                visit.actor,
                name=name,
                ground=form.get("ground"),
                hearing=visit.toolbox.desks.cases.resolve(hearing) if hearing else "",
                unheard=form.get("unheard"),
                **said,
            )
        elif form.get("action") == "recall":
            view = desk.recall(visit.actor, name=name, **said)
        else:
            view = desk.hear(visit.actor, name=name, **said)
    except ComityError as error:
        return _asset(visit, name, fault=error)
    return visit.back(f"/drafts/{view.act}")


def asset_form(visit: Visit, name: str, *, kind: str, to: str) -> dict[str, Any]:
    """Return the form of a request for an asset, filled in by its book; it is composed like every other.

    Basis: 50(3), 47(1)
    """
    desk = visit.toolbox.desks.freezing
    asset = desk.show(visit.actor, name=name, purpose=visit.purpose).asset
    texts = freeze_texts(asset, kind=kind, language=visit.words.language)
    made = desk.asking.prepare(
        visit.actor, name=name, kind=kind, to=to, texts=texts, brief=Brief(), purpose=visit.purpose
    )
    value: dict[str, Any] = parse_ijson(made.form, most_bytes=len(made.form))
    return value


def _list(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    desks = visit.toolbox.desks
    return visit.page(
        "freezes.html",
        status=200 if fault is None else fault.status,
        section="duty",
        assets=desks.freezing.list(visit.actor, purpose=visit.purpose),
        may_begin=is_allowed(visit.actor, Action.ACT_DECIDE),
        methods=visit.choices("freeze.method", (Method.FIFO.value, Method.HAIRCUT.value)),
        fault=fault,
        posted=visit.form,
    )


def _begun(visit: Visit, step: Callable[[], object]) -> Answer:
    try:
        step()
    except ComityError as error:
        return _list(visit, fault=error)
    return visit.back(f"/freezes/{visit.form.get('name')}")


def _sent(visit: Visit, step: Callable[[str], object], *, fact: str = "") -> Answer:
    name = visit.place("name")
    try:
        step(name)
    except ComityError as error:
        return _asset(visit, name, fault=error, fact=fact)
    return visit.back(f"/freezes/{name}")


def _asset(visit: Visit, name: str, *, fault: ComityError | None = None, fact: str = "") -> Answer:
    desks, actor = visit.toolbox.desks, visit.actor
    view = desks.freezing.show(actor, name=name, purpose=visit.purpose)
    chosen = fact or visit.query.get("fact", "")
    received = {one.request for one in view.asset.asked}
    return visit.page(
        "freeze.html",
        status=200 if fault is None else fault.status,
        section="duty",
        asset=view.asset,
        answers=view.answers,
        lines=[(one, _rows(one)) for one in view.lines],
        tasks=desks.freezing.tasks(actor, name=name),
        facts=visit.choices("freeze.line", BY_HAND),
        fact=chosen if chosen in BY_HAND else "",
        fields=_fields(visit, chosen) if chosen in BY_HAND else (),
        kinds=KINDS,
        asked=received,
        outcomes=visit.choices("freeze_came", tuple(Carried)),
        grounds=visit.choices("talk", _GROUNDS),
        unheard=visit.choices("talk", _UNHEARD),
        may_work=is_allowed(actor, Action.ACT_DRAFT),
        may_decide=is_allowed(actor, Action.ACT_DECIDE),
        fault=fault,
        posted=visit.form,
    )


def _rows(line: Line) -> list[tuple[str, str]]:
    """Return what a line says beside its kind and time: members with their values, long lists left out."""
    told: dict[str, Any] = msgspec.to_builtins(line.fact)
    hidden = {"fact", "at", "elsewhere", "decimals"}
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in told.items()
        if name not in hidden and value not in (None, "", [], 0)
    ]


def _fields(visit: Visit, fact: str) -> tuple[LineField, ...]:
    found = []
    for one in msgspec.structs.fields(FACTS[fact]):
        asked = one.name not in _NOT_ASKED or (one.name == "source" and fact in _KEEPS_SOURCE)
        if asked:
            found.append(_field(visit, fact, one.name, needed=one.required))
    return tuple(found)


def _field(visit: Visit, fact: str, name: str, *, needed: bool) -> LineField:
    value = visit.form.get(name) or visit.query.get(f"set-{name}", "")
    family, codes = _CHOICES.get((fact, name), ("", ()))
    if family:
        options = tuple(visit.choices(family, [str(code) for code in codes]))
        return LineField(name=name, shape="choice", needed=needed, value=value, options=options)
    shape = "number" if name in _NUMBERS else "time" if name in _TIMES else "text"
    return LineField(name=name, shape=shape, needed=needed, value=value)


def _posted(visit: Visit) -> dict[str, Any]:
    """Return a line as the desk takes it: blank fields are left out."""
    fact = visit.form.get("fact")
    made: dict[str, Any] = {"fact": fact}
    for one in _fields(visit, fact) if fact in BY_HAND else ():
        value = one.value.strip()
        if not value:
            continue
        if one.shape == "number" and value.isascii() and value.isdigit():
            made[one.name] = int(value[:7])
        elif one.shape == "time":
            made[one.name] = parse_time(value, where=one.name)
        else:
            made[one.name] = value
    return made
