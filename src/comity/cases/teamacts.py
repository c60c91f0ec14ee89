"""The acts of a joint team: skeletons and rows of the table of kinds.

A team of any number of Parties has one agreement, named by its digest. Between each two of them it lies in a
case of their own; :mod:`comity.cases.teams` says who signed it and whether it is in force.
"""

from typing import Annotated

import msgspec

from comity.cases.skeletons import Id, Kind, Sender, Time

MECHANISM = "48"
"""The mechanism under which a team is agreed."""

AGREE, SIGN, DECLINE = "team.agree", "team.sign", "team.decline"
CARRY, SHARE, LEAVE = "team.carry", "team.share", "team.leave"
AGREEMENT, SIGNATURE = "agreement", "signature"
"""Names of the parts that hold the agreement, and the act of another Party."""

MOST_PARTIES = 16
SIGNED, LEFT = "signed", "left"

Office = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}/[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]


class AgreeBody(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``team.agree``: who issues it signs the agreement with this digest.

    Attributes:
        agreement: SHA-256 of the part ``agreement``.
        parties: The authorities that sign for the Parties of the team.
        start: From when the team may work.
        until: The first moment at which it no longer may.
        replaces: The agreement in this case that it changes.

    Basis: 48
    """

    request: Id
    agreement: Id
    parties: Annotated[tuple[Office, ...], msgspec.Meta(min_length=2, max_length=MOST_PARTIES)]
    leader: Office
    start: Time = msgspec.field(name="from")
    until: Time
    replaces: Id | None = None


class SignBody(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``team.sign``, ``team.decline`` and ``team.leave``: about one agreement."""

    request: Id
    team: Id
    agreement: Id


class CarryBody(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``team.carry``: what another Party of the team did in a case that the receiver is not in.

    Attributes:
        authority: Who signed, or left.
        act: Id of its act, whose signed bytes are the part ``signature``.
        what: ``signed`` or ``left``.

    Basis: PROTOCOL rule 6
    """

    request: Id
    team: Id
    agreement: Id
    authority: Office
    act: Id
    what: Annotated[str, msgspec.Meta(pattern=r"\A(signed|left)\Z")]


class ShareBody(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``team.share``: something told in the circle of a team."""

    request: Id
    team: Id


def _row(name: str, body: type[msgspec.Struct], *, needs: str = "", may: str = "") -> Kind:
    return Kind(
        name=name,
        sender=Sender.EITHER,
        body=body,
        needs=tuple(needs.split()),
        may=tuple(may.split()),
        basis=MECHANISM,
    )


ROWS = (
    _row(AGREE, AgreeBody, needs=AGREEMENT),
    _row(SIGN, SignBody, may="note"),
    _row(DECLINE, SignBody, may="reason"),
    _row(CARRY, CarryBody, needs=SIGNATURE),
    _row(SHARE, ShareBody, needs="information"),
    _row(LEAVE, SignBody, may="reason"),
)
"""The kinds of a joint team; none of it is coercive."""

KINDS_OF_TEAM = frozenset(row.name for row in ROWS)
SHARING = frozenset({SHARE, "evidence.deliver", "evidence.hand"})
"""What gives something to the other side: under a joint team only while its agreement is in force."""
