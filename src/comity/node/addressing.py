"""To whom an act goes: an office of a pinned Party, or an authority that is reached outside any node."""

from comity.cases.attested import outside as outside_address
from comity.cases.ports import Address
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId, PartyCode, is_practice, parse_authority, party_of
from comity.kernel.realms import Realm
from comity.node.ports import Transaction
from comity.node.workplace import Workplace

CENTRAL = "central-authority"


def addressee_of(place: Workplace, tx: Transaction, to: str, *, outside: bool = False) -> Address:
    """Return the address of an authority.

    Args:
        place: The node.
        tx: The transaction.
        to: ``PARTY/name``.
        outside: It has no node: it is reached by letter.

    Raises:
        NotFoundError: ``peer.absent``, ``peer.no_authority``.
        ConflictError: ``peer.has_node``: the Party is pinned, and lists this authority.
    """
    wanted = parse_authority(to, where="to")
    for pin in tx.exchange.pins():
        if pin.party != party_of(wanted) or pin.ours:
            continue
        party = place.directory.party(tx.exchange, pin.fingerprint)
        listed = party.office(wanted, at=place.clock.now()) is not None
        if listed and outside:
            raise ConflictError("peer.has_node", f"{wanted} has a node", hint="send it there", where="to")
        if listed:
            return Address(authority=wanted, root=pin.fingerprint)
        if not outside:
            raise NotFoundError("peer.no_authority", f"{pin.party} lists no authority {wanted}", where="to")
    if outside:
        return _outside(place, wanted)
    raise NotFoundError(
        "peer.absent",
        f"{party_of(wanted)} is no peer of this node yet",
        hint="add its card with 'comity peer add', and compare the twelve words; or say that it has no node",
        where="to",
    )


def sender_of(place: Workplace, tx: Transaction, text: str) -> Address:
    """Return who sent what came on paper: an authority, or the one known office of a Party.

    A Party that is not pinned, or that lists no such authority, is reached outside any node.

    Raises:
        MalformedError: neither an authority nor a Party.
        ConflictError: ``register.authority``: the Party has several offices.
    """
    if "/" in text:
        wanted = parse_authority(text, where="from")
        found = [end for end in _offices(place, tx, party_of(wanted)) if end.authority == wanted]
        return found[0] if found else _outside(place, wanted)
    wanted = parse_authority(f"{text}/{CENTRAL}", where="from")
    found = _offices(place, tx, party_of(wanted))
    if len(found) > 1:
        names = ", ".join(end.authority for end in found)
        raise ConflictError(
            "register.authority", f"{text} has several offices", hint=f"name one: {names}", where="from"
        )
    return found[0] if found else _outside(place, wanted)


def _offices(place: Workplace, tx: Transaction, code: PartyCode) -> list[Address]:
    """Return the offices that a pinned Party lists now; none of a Party that is not pinned, or of our own."""
    now = place.clock.now()
    return [
        Address(authority=office.id, root=pin.fingerprint)
        for pin in tx.exchange.pins()
        if pin.party == code and not pin.ours
        if (entry := place.directory.party(tx.exchange, pin.fingerprint).in_force(now)) is not None
        for office in entry.authorities
    ]


def _outside(place: Workplace, authority: AuthorityId) -> Address:
    if party_of(authority) == place.party:
        raise MalformedError("register.own", f"{authority} is an authority of this State", where="from")
    if is_practice(party_of(authority)) != (place.realm is Realm.PRACTICE):
        raise MalformedError("realm.mixed", f"{authority} is not of the realm of this node", where="from")
    return outside_address(authority, place.realm)
