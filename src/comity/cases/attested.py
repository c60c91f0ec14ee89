"""What came or went outside any node, attested by one side: post, INTERPOL, a portal, mail, voice, a bag.

``act.attest`` says what the other side did on paper or by voice; the fold treats it as that act, and it never
counts as signed by the other side. ``act.convey`` says how an own act, which a node signed, left or arrived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import msgspec

from comity.cases.acts import Act
from comity.cases.ports import Address
from comity.cases.skeletons import Id, Kind, Sender, Time
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId, Fingerprint, PartyCode, party_of
from comity.kernel.realms import Realm

ATTEST = "act.attest"
CONVEY = "act.convey"
CONFIRM = "attest.confirm"
DISPUTE = "attest.dispute"
CHANNELS = ("post", "interpol", "portal", "mail", "voice", "courier", "diplomatic")
VOICE = "voice"
CHECKS = ("callback", "sealed", "portal_login", "known_sender", "not_checked")
ARRIVED = "arrived"
OWN_PARTS = ("statement", "scan")
"""Parts of the attestation itself; the others are those of what is attested."""

Channel = Annotated[str, msgspec.Meta(pattern=rf"\A({'|'.join(CHANNELS)})\Z")]
Reference = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}\Z")]


class AttestBody(msgspec.Struct, frozen=True):
    """Body of ``act.attest``.

    Attributes:
        kind: What kind of act the other side did.
        body: Its skeleton, transcribed.
        at: When it came.
        reference: The other side's, or of the channel; it names nobody.
        scan: SHA-256 of the scan or recording that is kept.
        checked: How it was made sure from whom it came.
        confirms: An earlier attestation of what was said by voice, of which this is the writing.
    """

    kind: Annotated[str, msgspec.Meta(max_length=131)]
    body: dict[str, Any]
    channel: Channel
    at: Time
    checked: Annotated[str, msgspec.Meta(pattern=rf"\A({'|'.join(CHECKS)})\Z")]
    reference: Reference | None = None
    scan: Id | None = None
    confirms: Id | None = None


class ConveyBody(msgspec.Struct, frozen=True):
    """Body of ``act.convey``: how an own act left, or arrived."""

    act: Id
    step: Annotated[str, msgspec.Meta(pattern=r"\A(sent|arrived)\Z")]
    channel: Channel
    at: Time
    reference: Reference | None = None
    scan: Id | None = None


class AttestedBody(msgspec.Struct, frozen=True):
    """Body of ``attest.confirm`` and ``attest.dispute``, by whom the attestation is about."""

    attestation: Id


ROWS = (
    Kind(
        name=ATTEST,
        sender=Sender.EITHER,
        body=AttestBody,
        needs=("statement",),
        may=("scan",),
        basis="40(13)",
    ),
    Kind(name=CONVEY, sender=Sender.EITHER, body=ConveyBody, may=("statement", "scan"), basis="40(13)"),
    Kind(name=CONFIRM, sender=Sender.EITHER, body=AttestedBody, may=("note",), basis="40(13)"),
    Kind(name=DISPUTE, sender=Sender.EITHER, body=AttestedBody, needs=("reason",), basis="40(13)"),
)
KINDS_OF_ATTESTING = frozenset(row.name for row in ROWS)
NEVER_ATTESTED = KINDS_OF_ATTESTING | {
    "evidence.deliver",
    "transmission.decide",
    "part.erase",
    "exculpation.answer",
    "team.carry",
}
"""What only a node does; evidence that came on paper or on a disk is ``evidence.hand``."""

STAYS = KINDS_OF_ATTESTING | {
    "case.close",
    "exculpation.answer",
    "order.record",
    "part.erase",
    "transmission.decide",
}
"""What needs no letter: the other side is not told of it, or is told with what follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """By whom, and how, an act is attested that its own author signed at no node."""

    by: Address
    channel: str
    at: Instant
    checked: str
    reference: str | None
    scan: str | None
    confirms: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAct:
    """An act as the fold takes it: as it was signed, or as it is attested.

    Attributes:
        act: For an attestation, the act that it attests: kind, skeleton, sender and time of what came.
    """

    act: Act = field(repr=False)
    attestation: Attestation | None


def told(act: Act) -> ToldAct:
    """Return an act as the fold takes it; one whose skeleton does not fit is taken as it stands.

    Basis: PROTOCOL rule 26
    """
    if act.kind != ATTEST:
        return ToldAct(act=act, attestation=None)
    try:
        body = msgspec.convert(act.body, AttestBody)
    except msgspec.ValidationError:
        return ToldAct(act=act, attestation=None)
    what = replace(act, kind=body.kind, body=body.body, sender=act.to, to=act.sender, at=Instant(body.at))
    return ToldAct(act=what, attestation=attestation_of(act, body))


def attestation_of(act: Act, body: AttestBody) -> Attestation:
    """Return by whom and how something is attested."""
    return Attestation(
        by=act.sender,
        channel=body.channel,
        at=Instant(body.at),
        checked=body.checked,
        reference=body.reference,
        scan=body.scan,
        confirms=body.confirms,
    )


def inner_of(body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return kind and skeleton that an attestation attests; empty where it does not fit."""
    kind, inner = body.get("kind"), body.get("body")
    return (kind if isinstance(kind, str) else "", inner if isinstance(inner, dict) else {})


def outside_root(party: PartyCode, realm: Realm) -> Fingerprint:
    """Return what stands for the root of a Party that is reached outside any node; no Party can have it.

    Basis: PROTOCOL rule 26
    """
    return Fingerprint(sha256(f"comity/outside/{realm.value}/{party}".encode("ascii")).hex())


def outside(authority: AuthorityId, realm: Realm) -> Address:
    """Return the address of an authority that is reached outside any node."""
    return Address(authority=authority, root=outside_root(party_of(authority), realm))


def has_no_node(end: Address) -> bool:
    """Tell whether an authority is reached outside any node, in whichever realm."""
    return any(is_outside(end, realm) for realm in Realm)


def is_outside(end: Address, realm: Realm) -> bool:
    """Tell whether an authority is reached outside any node."""
    return end.root == outside_root(party_of(end.authority), realm)
