"""The deposit kit: what a State prepares to become bound, step by step, what it may choose and must tell.

A plan in codes, without words: the rim makes documents of it. Reservations outside the text, and whether a
choice is wise, are for the State's own lawyers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import PartyCode, is_practice
from comity.treaty.articles import Reference
from comity.treaty.citing import place_named
from comity.treaty.convention import Mark, exists, mark
from comity.treaty.force import Day, force, suppose
from comity.treaty.parties import is_known
from comity.treaty.service import entry_rule
from comity.treaty.standing import ORGANIZATIONS, Event, EventKind, standing_consents

SIGNATURE_CLOSES = date(2026, 12, 31)
"""The last day for signature. Basis: 64(1)"""
CHOICES = ("11(3)", "23(3)(a)", "23(3)(b)", "42(5)", "63(3)")
"""Reservations that the text foresees, to be made with the instrument at the latest."""
DUTIES = ("37(6)(a)", "37(19)", "40(12)", "40(13)", "41(2)", "53(7)", "17(2)(d)", "50(5)")
"""What a Party tells the Secretary-General; the last two once its laws are there, and with each change."""
COMPETENCE = "64(3)"
_LATER = frozenset({"17(2)(d)", "50(5)"})


class Route(StrEnum):
    """By which act a State consents to be bound. Basis: 64(3), 64(4)"""

    RATIFICATION = "ratification"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    ACCESSION = "accession"


class Paper(StrEnum):
    """A document of the kit."""

    FULL_POWERS = "full_powers"
    INSTRUMENT = "instrument"
    CHOICES = "choices"
    NOTIFICATIONS = "notifications"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One choice or notification.

    Attributes:
        place: Where the text speaks of it.
        mark: How sure the place is.
        text: What the State says; empty where that is still to be filled in.
        chosen: Of a choice: whether it was made.
        later: Of a notification: whether it is due once the laws are there, not at deposit.
    """

    place: str
    mark: Mark
    text: str = ""
    chosen: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the plan; ``until`` is its last day where the text fixes one."""

    code: str
    place: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """The kit of one State.

    Attributes:
        party: Who.
        on: The day on which it is drawn up.
        signed: Whether the State signed.
        route: The act by which it will consent.
        signs_first: Whether signature is still ahead, and possible.
        papers: Documents, in the order of use.
        choices: Reservations that the text foresees.
        notifications: What it tells the Secretary-General.
        steps: The plan.
        counted: Instruments that count today, its own not among them.
        needed: How many are needed.
        bound_from: From when it would be bound if it deposited on that day; None before the fortieth.

    Basis: 64(1), 64(3), 64(4), 65(1), 65(2)
    """

    party: PartyCode
    on: date
    signed: bool
    route: Route
    signs_first: bool
    papers: tuple[Paper, ...]
    choices: tuple[Line, ...]
    notifications: tuple[Line, ...]
    steps: tuple[Step, ...]
    counted: int
    needed: int
    bound_from: Day | None


def kit(
    party: PartyCode,
    *,
    on: date,
    events: Sequence[Event],
    route: Route | None = None,
    chosen: Sequence[str] = (),
    told: Mapping[str, str] | None = None,
) -> Kit:
    """Return the kit of a State.

    Args:
        party: The State, or a regional organization.
        on: The day on which it is drawn up.
        events: What is known of the status.
        route: The act; None for ratification by a signatory or by who can still sign, else accession.
        chosen: Places of the reservations that it makes, as a person types them.
        told: What it notifies, by place.

    Raises:
        MalformedError: ``treaty.party``; ``kit.place``: the text foresees nothing there.
        ConflictError: ``kit.deposited``: it deposited already; ``kit.route``: the act is not open to it.
    """
    known = [one for one in events if one.on <= on]
    signed, can_sign, act = _act(party, on, known, route)
    signs_first = can_sign and act is not Route.ACCESSION
    places = {_place(text): "" for text in chosen} | {_place(key): v for key, v in (told or {}).items()}
    rule = entry_rule()
    found = force(rule, events, on=on, supposed=[suppose(party, on)])
    own = next(one for one in found.depositors if one.party == party)
    duties = DUTIES + ((COMPETENCE,) if party in ORGANIZATIONS else ())
    _require_known(places, duties)
    return Kit(
        party=party,
        on=on,
        signed=signed,
        route=act,
        signs_first=signs_first,
        papers=tuple(Paper),
        choices=tuple(
            Line(place=p, mark=mark(p), chosen=p in places, text=places.get(p, "")) for p in CHOICES
        ),
        notifications=tuple(
            Line(place=p, mark=mark(p), text=places.get(p, ""), later=p in _LATER) for p in duties
        ),
        steps=_steps(signs_first, act, party),
        counted=force(rule, known, on=on).counted,
        needed=found.needed,
        bound_from=own.bound_from,
    )


def _act(party: PartyCode, on: date, known: Sequence[Event], route: Route | None) -> tuple[bool, bool, Route]:
    """Return whether the State signed, whether it still can, and by which act it consents."""
    if not is_known(party) or is_practice(party):
        raise MalformedError("treaty.party", f"{party} names no State that can deposit an instrument")
    if any(one.party == party for one in standing_consents(known)):
        raise ConflictError("kit.deposited", f"{party} has deposited its instrument already")
    signed = any(one.party == party and one.event is EventKind.SIGNATURE for one in known)
    can_sign = not signed and on <= SIGNATURE_CLOSES
    act = route or (Route.RATIFICATION if signed or can_sign else Route.ACCESSION)
    if (act is not Route.ACCESSION and not (signed or can_sign)) or (act is Route.ACCESSION and signed):
        raise ConflictError(
            "kit.route",
            f"{act.value} is not open to {party}",
            hint="a signatory ratifies, accepts or approves; who did not sign in time accedes",
        )
    return signed, can_sign, act


def _steps(signs_first: bool, act: Route, party: PartyCode) -> tuple[Step, ...]:
    steps = [Step(code="gaps")]
    if signs_first:
        steps += [
            Step(code="powers", place="64(1)"),
            Step(code="sign", place="64(1)", until=SIGNATURE_CLOSES),
        ]
    steps += [Step(code="choose", place="63(3)"), Step(code="authorities", place="40(12)")]
    if party in ORGANIZATIONS:
        steps.append(Step(code="competence", place=COMPETENCE))
    steps += [
        Step(code="approve"),
        Step(code="instrument", place="64(4)" if act is Route.ACCESSION else "64(3)"),
        Step(code="deposit", place="68(1)"),
        Step(code="wait", place="65(1)"),
        Step(code="laws", place="50(5)"),
        Step(code="register", place="40(12)"),
    ]
    return tuple(steps)


def _place(text: str) -> str:
    found: Reference = place_named(text)
    return str(found)


def _require_known(places: Mapping[str, str], duties: tuple[str, ...]) -> None:
    for one in places:
        if (one not in CHOICES and one not in duties) or not exists(one):
            raise MalformedError(
                "kit.place",
                f"at {one} the text foresees no choice and no notification",
                hint="use one of " + ", ".join((*CHOICES, *duties)),
            )
