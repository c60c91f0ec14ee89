"""Does the request go to the right office, in a form and by a channel that it takes, on a fresh entry?

Held against what the signed entry of the requested Party says. Nothing that a program cannot see is taken for
granted: a seal, a paper original and an apostille are for a person.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from comity.exchange.terms import SignatureAsked
from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.kinds import Trait
from comity.requests.matter import Matter, instrument_of, is_urgent, offences_of
from comity.requests.published import OfficePage, PartyPage
from comity.requests.routing import Wanted, route

if TYPE_CHECKING:
    from comity.exchange.services import FormRequirement, Service

CHANNEL = "node"
ABUSE_ARTICLE = 14
"""The article of the Convention on child sexual abuse material."""


def check_formalities(matter: Matter) -> Iterator[Finding]:
    """Yield what the entry of the requested Party asks beyond the form, and what stands against its use.

    Basis: 40(12), 40(13), 40(32), 41(1)
    """
    page = matter.published.requested
    if page is not None:
        for rule in FORMALITIES:
            yield from rule(matter, page)
    yield from lawful_holder(matter)


def fresh(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """The entry was shown to be the newest not too long ago. Basis: 40(12)"""
    flagged, blocked = page.flagged_from, page.blocked_from
    if matter.requested_side or flagged is None or blocked is None or matter.on < flagged:
        return
    told = {"party": page.party, "flagged": flagged.isoformat(), "blocked": blocked.isoformat()}
    if matter.on < blocked:
        yield found("entry.flagged", basis="40(12)", field="/requested_party", **told)
    else:
        yield found("entry.stale", basis="40(12)", field="/requested_party", **told)


def addressee(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """It goes to the office that the directory names for it. Basis: 40(12)"""
    chosen, office = matter.published.addressee, _addressed(matter, page)
    if office is None:
        return
    wanted = Wanted(
        kind=matter.kind.code,
        instrument=instrument_of(matter.reading),
        at=matter.published.at,
        language=str(matter.reading.get("/language") or ""),
        urgent=is_urgent(matter.reading),
    )
    fits = route(page, wanted, zones=matter.published.zones, only=chosen)
    best = route(page, wanted, zones=matter.published.zones)
    if fits.authority is None and best.authority is not None:
        yield found(
            "addressee.other",
            basis="40(12)",
            field="/requested_party",
            addressee=chosen,
            right=best.authority,
            kind=matter.kind.label,
        )


def reachable(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """Somebody is there when it is urgent. Basis: 41(1)"""
    office, at = _addressed(matter, page), matter.published.at
    if office is None or at is None or matter.requested_side or not is_urgent(matter.reading):
        return
    if office.service is not None and not office.service.is_open(at, zones=matter.published.zones):
        yield found("addressee.closed", basis="41(1)", field="/urgency", addressee=office.id)


def channel(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """The office takes requests from a node. Basis: 40(13)"""
    service = _service(matter, page)
    if service is None or not service.channels or matter.requested_side:
        return
    urgent = service.urgent.channels if service.urgent and is_urgent(matter.reading) else ()
    taken = (*service.channels, *urgent)
    if CHANNEL not in taken:
        yield found(
            "channel.not_accepted", basis="40(13)", field="/requested_party", accepted=", ".join(taken)
        )


def form_asked(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """What the office wants beside the signature of the node. Basis: 40(13), 40(32)"""
    service = _service(matter, page)
    asked = service.form_for(matter.kind.code, instrument_of(matter.reading)) if service else None
    if asked is None:
        return
    office = matter.published.addressee
    if asked.signature == SignatureAsked.QUALIFIED:
        yield found("formality.qualified", basis="40(13)", addressee=office)
    if asked.signature == SignatureAsked.PAPER:
        yield found("formality.paper", basis="40(13)", addressee=office)
    if asked.original_days is not None:
        yield found("formality.original", basis="40(13)", addressee=office, days=asked.original_days)
    yield from _marks(asked, office)


def _marks(asked: "FormRequirement", office: str) -> Iterator[Finding]:
    if asked.seal:
        yield found("formality.seal", basis="40(13)", addressee=office)
    if asked.certification:
        yield found("formality.certification", basis="40(13)", addressee=office)
    if asked.apostille:
        yield found("formality.apostille", basis="40(32)", addressee=office)


def lawful_holder(matter: Matter) -> Iterator[Finding]:
    """Child-abuse material goes to lawful holders only. Basis: 14(1), PROTOCOL rule 25"""
    page, issuer = matter.published.requesting, matter.reading.get("/requesting_authority/id")
    office = page.office(str(issuer)) if page is not None and issuer else None
    if office is None or office.service is None or office.service.lawful_holder is not None:
        return
    if matter.kind.has(Trait.PERSONAL) and any(
        one.article == ABUSE_ARTICLE for one in offences_of(matter.reading)
    ):
        yield found("holder.not_listed", basis="14(1)", field="/requesting_authority/id", authority=office.id)


def _addressed(matter: Matter, page: PartyPage) -> OfficePage | None:
    return page.office(matter.published.addressee) if matter.published.addressee else None


def _service(matter: Matter, page: PartyPage) -> "Service | None":
    office = _addressed(matter, page)
    return None if office is None else office.service


FORMALITIES: tuple[Callable[[Matter, PartyPage], Iterator[Finding]], ...] = (
    fresh,
    addressee,
    reachable,
    channel,
    form_asked,
)
"""The rules that look at the page of the requested Party."""
