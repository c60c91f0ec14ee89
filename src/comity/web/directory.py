"""The directory in pages: what Parties publish of their offices, what is missing, the way to an office."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.exchange.services import OpenHours
from comity.kernel.ids import PartyCode
from comity.node.wayfinding import RouteView
from comity.requests.kinds import all_kinds
from comity.web.answers import Answer
from comity.web.staffing import parse_time
from comity.web.visits import Visit
from comity.web.words import plain
from comity.wording import say
from comity.wording.places import language_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step of a route in words, and the offices it left."""

    text: str
    left: tuple[str, ...]


def listing(visit: Visit) -> Answer:
    """Show every Party of the directory, how fresh its entry is, and what is missing."""
    desk = visit.toolbox.desks.directory
    return visit.page("directory.html", section="peers", entries=desk.parties(), findings=desk.check())


def show(visit: Visit) -> Answer:
    """Show what one Party publishes: offices, hours, contacts, languages, forms, mandates."""
    desk, code = visit.toolbox.desks.directory, visit.place("party")
    return visit.page(
        "directory_party.html",
        section="peers",
        entry=desk.party(code),
        findings=desk.check(code),
        tongues=lambda tags: _tongues(visit, tags),
        hours=hours,
    )


def route(visit: Visit) -> Answer:
    """Show which office of a Party takes a request, and why; the question comes by address or form."""
    desk = visit.toolbox.desks.directory
    names = ("to", "kind", "on", "territory", "language", "urgent")
    query = {name: visit.form.get(name) or visit.query.get(name, "") for name in names}
    entries = desk.parties()
    own = next(entry.party for entry in entries if entry.freshness == "own" or entry.heard_at is None)
    requested, kind = query["to"], query["kind"]
    found = None
    if requested and kind:
        found = desk.route(
            requesting=own,
            requested=requested,
            kind=kind,
            at=parse_time(query["on"]),
            territory=query["territory"].strip().upper(),
            language=query["language"],
            urgent=query["urgent"] == "yes",
        )
    return visit.page(
        "directory_route.html",
        section="peers",
        entries=entries,
        kinds=all_kinds(),
        asked=query,
        found=found,
        steps=told(visit, found) if found is not None else (),
    )


def told(visit: Visit, found: RouteView) -> tuple[Told, ...]:
    """Return the steps of a route in the words of the person."""
    return tuple(
        Told(
            text=say(
                f"route.{one.code}",
                language=visit.words.language,
                parameters={
                    name: plain(value) if isinstance(value, str) else value
                    for name, value in one.parameters.items()
                },
            ),
            left=one.left,
        )
        for one in found.steps
    )


def best_office(visit: Visit, party: PartyCode, *, kind: str, instrument: str = "") -> str:
    """Return the office of a Party that takes a request of the visitor's; its first where none is known to.

    Basis: 40(12)
    """
    desk = visit.toolbox.desks.directory
    found = desk.route(
        requesting=visit.toolbox.desks.info.party,
        requested=party,
        kind=kind,
        instrument=instrument,
        language=visit.words.language,
    )
    return str(found.authority or desk.party(party).offices[0].id)


def hours(spans: Sequence[OpenHours]) -> list[tuple[tuple[int, ...], str, str]]:
    """Return hours as days of the week, and the times of opening and closing."""
    return [(span.days, _clock(span.opens), _clock(span.closes)) for span in spans]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _tongues(visit: Visit, tags: Sequence[str]) -> str:
    return ", ".join(language_name(tag, language=visit.words.language) for tag in tags)
