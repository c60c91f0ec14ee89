"""Reads the dates that parts of a case give: of forms, and of the limits of what was delivered to us.

What moves no clock is not looked at. A part that was erased gives nothing; a form that does not hold gives
what of it does. Evidence whose return or destruction is in its chain of custody is kept no longer.
"""

from collections.abc import Iterator

from comity.cases.dates import CLOCKS, ORIGINAL, RETENTION, GivenDate
from comity.cases.desk import HeldCase
from comity.cases.parts import open_parts
from comity.cases.terms import HomeTerm
from comity.evidence.touches import ENDS_RETENTION
from comity.evidence.touchwire import parse_touch
from comity.evidence.wire import parse_limits
from comity.exchange.directory import Directory
from comity.exchange.terms import SignatureAsked
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import parse_ijson
from comity.node.athome import home_terms
from comity.node.ports import Transaction
from comity.requests.dates import clock_dates, dated_mechanisms
from comity.requests.kinds import kind_of_mechanism
from comity.requests.wire import parse_form

USUAL_DAYS = 30
"""For a qualified signature or a paper original that an office wants without saying by when: of the house."""

_FOLLOWS = (SignatureAsked.QUALIFIED, SignatureAsked.PAPER)


def given_dates(
    tx: Transaction, authority: AuthorityId, held: HeldCase, *, directory: Directory | None = None
) -> tuple[GivenDate | HomeTerm, ...]:
    """Return the dates of a case, in the order of its requests, and the times at home.

    Args:
        tx: A snapshot is enough.
        authority: Our office.
        held: The case.
        directory: Tells what the office asked wants on paper; None leaves that aside.

    Basis: 40(26), 36(2), 40(13)
    """
    originals = () if directory is None else tuple(_originals(tx, held, directory))
    return (*_all(tx, authority, held), *originals, *home_terms(tx, authority, held))


def _originals(tx: Transaction, held: HeldCase, directory: Directory) -> Iterator[GivenDate]:
    """Yield by when the paper original of each request is due, by the entry in force when it was received."""
    for request in held.state.requests:
        kind = kind_of_mechanism(request.mechanism)
        if kind is None or request.received_at is None or request.is_final:
            continue
        try:
            party = directory.party(tx.exchange, request.to.root)
        except UntrustedError:
            continue
        office = party.office(request.to.authority, at=request.received_at)
        service = office.service if office is not None else None
        asked = service.form_for(kind.code, request.instrument) if service is not None else None
        days = asked.original_days if asked is not None else None
        if days is None and asked is not None and asked.signature in _FOLLOWS:
            days = USUAL_DAYS
        if days is not None:
            yield GivenDate(
                act=request.id,
                clock=ORIGINAL,
                days=days,
                basis="40(13)",
                label="duty.original",
            )


def _all(tx: Transaction, authority: AuthorityId, held: HeldCase) -> Iterator[GivenDate]:
    for request in held.state.requests:
        if request.mechanism in dated_mechanisms():
            yield from _of_form(request.id, _part(tx, authority, request.id, "form"))
        for delivery in request.deliveries:
            if request.by.authority == authority and not _is_gone(tx, authority, delivery.bag_root):
                yield from _of_limits(delivery.act, _part(tx, authority, delivery.act, "limits"))


def _part(tx: Transaction, authority: AuthorityId, act: ActId, name: str) -> bytes:
    found = (part.data for part in open_parts(tx.acts.parts(authority, act)) if part.name == name)
    return next(found, b"")


def _of_form(act: ActId, data: bytes) -> Iterator[GivenDate]:
    try:
        reading = parse_form(data) if data else None
    except MalformedError:
        reading = None
    if reading is not None:
        for one in clock_dates(reading):
            if one.clock in CLOCKS:
                yield GivenDate(act=act, clock=one.clock, day=one.day, basis=one.basis, label=one.label)


def _of_limits(act: ActId, data: bytes) -> Iterator[GivenDate]:
    try:
        limits = parse_limits(parse_ijson(data)) if data else None
    except MalformedError:
        limits = None
    if limits is not None:
        label = f"end.{limits.at_end.value}"
        yield GivenDate(act=act, clock=RETENTION, at=limits.retain_until, basis="36(2)", label=label)


def _is_gone(tx: Transaction, authority: AuthorityId, bag_root: str) -> bool:
    """Tell whether the chain of custody tells the return or the destruction of a package."""
    kept = tx.evidence.touches(authority, bag_root)
    return any(parse_touch(one.statement).act.step in ENDS_RETENTION for one in kept)
