"""Was it for this office, and for these officers, to ask? Held against the mandates that its Party published.

On the asking side what is missing blocks. On the asked side it is for a person: the other State's law may
know a mandate that its entry does not show.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from comity.exchange.terms import Power
from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import form_of
from comity.requests.matter import Matter, instrument_of
from comity.requests.published import PartyPage, signers_of

if TYPE_CHECKING:
    from comity.exchange.mandates import Mandate

_ISSUER = "/requesting_authority/id"
_TRANSMITTER = "/transmitted_by"


def check_mandates(matter: Matter) -> Iterator[Finding]:
    """Yield what the published mandates of the requesting Party do not carry.

    Basis: 40(12), 40(15)(a), 42(3)(a)
    """
    page = matter.published.requesting
    if page is None:
        return
    if page.mandates is None:
        if matter.requested_side:
            yield found("mandate.unpublished", basis=_basis(matter, _ISSUER), field=_ISSUER, party=page.party)
        return
    for rule in MANDATES:
        yield from rule(matter, page)


def issue(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """The authority behind the request may ask for this. Basis: 42(3)(a), 40(15)(a)"""
    authority = matter.reading.get(_ISSUER)
    if authority is None or _mandates(matter, page, authority, Power.ISSUE):
        return
    basis = _basis(matter, _ISSUER)
    told = _told(matter, authority)
    if matter.requested_side:
        yield found("mandate.issue_unshown", basis=basis, field=_ISSUER, **told)
    else:
        yield found("mandate.issue", basis=basis, field=_ISSUER, **told)


def transmit(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """The office that sends it may send it. Basis: 40(12)"""
    authority = _sender(matter)
    if not authority or _mandates(matter, page, authority, Power.TRANSMIT):
        return
    basis = _basis(matter, _TRANSMITTER)
    told = _told(matter, authority)
    if matter.requested_side:
        yield found("mandate.transmit_unshown", basis=basis, field=_TRANSMITTER, **told)
    else:
        yield found("mandate.transmit", basis=basis, field=_TRANSMITTER, **told)


def sign(matter: Matter, page: PartyPage) -> Iterator[Finding]:
    """Somebody who may sign for that office did. Basis: 40(12), 40(15)(a)"""
    authority = _sender(matter)
    if not authority:
        return
    mandates = _mandates(matter, page, authority, Power.SIGN)
    basis = _basis(matter, _TRANSMITTER)
    told = _told(matter, authority)
    office = page.office(authority)
    able = signers_of(mandates, office.officers if office else (), on=_day(matter))
    signers = matter.published.signers
    missing = not mandates or (signers is not None and not set(signers) & set(able))
    if missing and matter.requested_side:
        yield found("mandate.sign_unshown", basis=basis, field=_TRANSMITTER, **told)
    elif not mandates:
        yield found("mandate.sign", basis=basis, field=_TRANSMITTER, **told)
    elif missing:
        yield found("mandate.signer", basis=basis, field=_TRANSMITTER, officers=", ".join(able), **told)


def _sender(matter: Matter) -> str:
    return matter.published.sender or str(matter.reading.get(_TRANSMITTER) or "")


def _mandates(matter: Matter, page: PartyPage, authority: str, power: str) -> "tuple[Mandate, ...]":
    return page.mandated(
        authority, power, kind=matter.kind.code, instrument=instrument_of(matter.reading), on=_day(matter)
    )


def _day(matter: Matter) -> date:
    return matter.published.signed_on or matter.on


def _told(matter: Matter, authority: str) -> dict[str, str]:
    return {
        "authority": authority,
        "kind": matter.kind.label,
        "instrument": instrument_of(matter.reading),
        "day": _day(matter).isoformat(),
    }


def _basis(matter: Matter, pointer: str) -> str:
    """Return the paragraph of a field at the top of the form, or of its parent."""
    name = pointer.split("/")[1]
    return next((one.basis for one in form_of(matter.kind) if one.name == name), matter.kind.fields_from)


MANDATES: tuple[Callable[[Matter, PartyPage], Iterator[Finding]], ...] = (issue, transmit, sign)
"""The rules of this file."""
