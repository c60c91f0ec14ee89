"""Which basis: the instruments that open a mechanism between two Parties, and why."""

from dataclasses import dataclass
from datetime import date

from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode, parse_party, party_of
from comity.requests.kinds import RequestKind, require_kind
from comity.requests.legalbasis import BasisLine, BasisView, InstrumentView, bases
from comity.treaty.packs import OffenceClass
from comity.web.answers import Answer
from comity.web.visits import Visit
from comity.web.words import plain
from comity.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An instrument with its reasons in words."""

    view: InstrumentView
    reasons: tuple[str, ...]


def show(visit: Visit) -> Answer:
    """Show which instruments open a mechanism; Party, day and class come with the address or the form."""
    kind = require_kind(visit.place("kind"))
    wanted, scope = _given(visit, "to"), _given(visit, "class")
    on = _day(visit)
    view = None
    if wanted:
        requested = parse_party(wanted.strip().upper(), where="/to")
        view = opened(visit, kind, requested, on=on, offence_class=_scope(scope))
    return visit.page(
        "basis.html",
        section="ask",
        kind=kind,
        to=wanted,
        on=on.isoformat(),
        scope=scope,
        scopes=[one.value for one in OffenceClass],
        parties=sorted(
            {party_of(one) for peer in visit.toolbox.desks.peers.list() for one in peer.authorities}
        ),
        view=view,
        told=[told(visit, one) for one in view.instruments] if view else [],
    )


def opened(
    visit: Visit,
    kind: RequestKind,
    requested: PartyCode,
    *,
    on: date | None = None,
    offence_class: OffenceClass | None = None,
) -> BasisView:
    """Return on what a request from this office to a Party may rest; today where no day is named."""
    place = visit.toolbox.desks.place
    return bases(
        party_of(visit.actor.authority),
        requested,
        kind=kind.code,
        on=on or to_date(place.clock.now()),
        offence_class=offence_class,
        overlay=place.overlay,
    )


def told(visit: Visit, one: InstrumentView) -> Told:
    """Return an instrument with its reasons in the words of the person."""
    language = visit.words.language
    return Told(
        view=one,
        reasons=tuple(
            say(
                f"why.{row.code}",
                language=language,
                parameters={k: plain(v) if isinstance(v, str) else v for k, v in row.parameters.items()},
            )
            for row in one.reasons
        ),
    )


def rows(lines: tuple[BasisLine, ...]) -> list[dict[str, str]]:
    """Return the lines as the form states them."""
    return [{"role": one.role, "instrument": one.instrument, "reference": one.reference} for one in lines]


def _given(visit: Visit, name: str) -> str:
    return visit.form.get(name) or visit.query.get(name, "")


def _day(visit: Visit) -> date:
    text = _given(visit, "on")
    if not text:
        return to_date(visit.toolbox.desks.place.clock.now())
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError("basis.day", f"{text[:20]!r} is no day", hint="write it as 2026-11-02") from exc


def _scope(text: str) -> OffenceClass | None:
    return OffenceClass(text) if text in {one.value for one in OffenceClass} else None
