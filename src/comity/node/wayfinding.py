"""Finding one's way in the directory: to the right office, and to what is missing in what Parties publish."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from comity.exchange.services import ContactPoint, FormRequirement, Service
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import NotFoundError
from comity.kernel.findings import Finding, Severity
from comity.kernel.ids import AuthorityId, parse_party
from comity.node.listed import PartyEntry
from comity.node.ports import Transaction
from comity.node.publishing import EntryPages
from comity.node.workplace import Workplace
from comity.requests.kinds import require_kind
from comity.requests.legalbasis import bases
from comity.requests.published import PartyPage
from comity.requests.routing import Step, Wanted, route
from comity.treaty.instruments import CONVENTION

SOON_DAYS = 30
"""What ends within so many days is told ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """Which office of a Party a request goes to.

    Attributes:
        authority: The office; None where no office takes such a request.
        steps: How it was come to.
        instrument: The instrument relied on: the one named, else the best between the two Parties.
        is_open: Whether somebody is there at the instant.
        contacts: How a person reaches a person there, those open at the instant first.
        form: What the office asks beside the node's signature; None for nothing more.
    """

    requesting: str
    requested: str
    kind: str
    at: Instant
    instrument: str
    authority: AuthorityId | None
    steps: tuple[Step, ...]
    is_open: bool
    contacts: tuple[ContactPoint, ...]
    form: FormRequirement | None


def find_route(
    place: Workplace, tx: Transaction, *, requesting: str, page: PartyPage, wanted: Wanted
) -> RouteView:
    """Return the route in a transaction; ``wanted.instrument`` may be empty for the best one.

    Raises:
        NotFoundError: ``request.kind``.
    """
    kind = require_kind(wanted.kind)
    at = place.clock.now() if wanted.at is None else wanted.at
    instrument = wanted.instrument
    if not instrument:
        view = bases(
            parse_party(requesting, where="--from"),
            page.party,
            kind=kind.code,
            on=to_date(at),
            overlay=place.overlay,
        )
        instrument = view.basis[0].instrument if view.basis else CONVENTION
    asked = Wanted(
        kind=kind.code,
        instrument=instrument,
        at=at,
        territory=wanted.territory,
        language=wanted.language,
        urgent=wanted.urgent,
    )
    found = route(page, asked, zones=place.zones)
    service = found.office.service if found.office is not None else None
    contacts = service.contacts if service is not None else ()
    return RouteView(
        requesting=requesting,
        requested=page.party,
        kind=kind.code,
        at=at,
        instrument=instrument,
        authority=found.authority,
        steps=found.steps,
        is_open=found.is_open,
        contacts=tuple(sorted(contacts, key=lambda one: not one.is_open(at, zones=place.zones))),
        form=service.form_for(kind.code, instrument) if service is not None else None,
    )


def page_of_party(place: Workplace, tx: Transaction, code: str) -> PartyPage:
    """Return the page of a pinned Party; raise NotFoundError ``directory.party``."""
    root = next((pin.fingerprint for pin in tx.exchange.pins() if pin.party == code), None)
    offices = place.authorities(tx)
    page = EntryPages(place=place, tx=tx, authority=offices[0]).page(root) if root is not None else None
    if page is None:
        raise unknown_party(code)
    return page


def unknown_party(code: str) -> NotFoundError:
    """Return the error for a Party that is not pinned."""
    return NotFoundError(
        "directory.party",
        f"{code[:8]!r} is no Party that this node knows",
        hint="'comity directory show' lists them; add a card with 'comity peer add'",
    )


def check_entry(one: PartyEntry, *, now: Instant) -> Iterator[Finding]:
    """Yield what is missing in, or wrong with, what a Party publishes.

    Basis: 40(12), 41(1)
    """
    today, where = to_date(now), f"/{one.party}"
    if one.freshness in ("flagged", "stale", "expired"):
        yield _told(f"directory.{one.freshness}", "40(12)", where, party=one.party)
    elif to_date(one.expires_at) <= today + timedelta(days=SOON_DAYS):
        day = to_date(one.expires_at).isoformat()
        yield _told("directory.expires_soon", "40(12)", where, party=one.party, day=day)
    if not any("contact-point" in office.types for office in one.offices):
        yield _told("directory.no_contact_point", "41(1)", where, party=one.party)
    if not any(kind.startswith("central-authority") for office in one.offices for kind in office.types):
        yield _told("directory.no_central_authority", "40(12)", where, party=one.party)
    for office in one.offices:
        if office.service is None:
            yield _told("directory.no_service", "40(12)", f"/{office.id}", authority=office.id)
            continue
        if not office.service.languages:
            yield _told("directory.no_languages", "40(13)", f"/{office.id}", authority=office.id)
        if not office.service.contacts:
            yield _told("directory.no_contacts", "41(1)", f"/{office.id}", authority=office.id)
        if "contact-point" in office.types and not _is_reachable(office.service):
            yield _told("directory.not_around_the_clock", "41(1)", f"/{office.id}", authority=office.id)
    if one.mandates is None:
        yield _told("directory.no_mandates", "40(12)", where, party=one.party)
    for mandate in one.mandates or ():
        if mandate.until is not None and today <= mandate.until <= today + timedelta(days=SOON_DAYS):
            yield _told(
                "directory.mandate_ends",
                "40(12)",
                f"/{mandate.authority}",
                mandate=mandate.id,
                day=mandate.until.isoformat(),
            )


def _is_reachable(service: Service) -> bool:
    return service.is_always_open or any(not contact.hours for contact in service.contacts)


_BLOCKING = frozenset({"directory.stale", "directory.expired"})
_TO_DECIDE = frozenset({"directory.flagged", "directory.no_contact_point", "directory.not_around_the_clock"})


def _told(code: str, basis: str, where: str, **parameters: str) -> Finding:
    weight = (
        Severity.BLOCKS if code in _BLOCKING else Severity.DECIDE if code in _TO_DECIDE else Severity.NOTE
    )
    return Finding(
        code=code, severity=weight, basis=basis, field=where, parameters=MappingProxyType(parameters)
    )
