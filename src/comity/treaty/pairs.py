"""What is open between two Parties on a day: the best instrument for each mechanism, in both directions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.kernel.ids import PartyCode
from comity.treaty.library import library
from comity.treaty.overlay import NO_OVERLAY, Overlay
from comity.treaty.resolving import resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLine:
    """One mechanism.

    Attributes:
        kind: Code of the request kind.
        verdict: ``opens``, ``review`` or ``closed``.
        instrument: The best instrument; empty where everything is closed.
        article: Where it opens it; empty where nothing does.
        convention: The verdict of the Convention itself.
        reason: Code of the first reason that the Convention gives, ``force.not_yet`` for instance.
    """

    kind: str
    verdict: str
    instrument: str
    article: str
    convention: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """What one Party may ask of another on a day, mechanism by mechanism."""

    requesting: str
    requested: str
    on: date
    mechanisms: tuple[OpenLine, ...]


def pair(
    requesting: PartyCode,
    requested: PartyCode,
    *,
    on: date,
    kinds: Iterable[str] = (),
    overlay: Overlay = NO_OVERLAY,
) -> PairView:
    """Return what is open; all mechanisms that any instrument knows where none are named. Basis: 65(1)"""
    named = tuple(kinds) or tuple(
        dict.fromkeys(kind for pack in library() for opening in pack.openings for kind in opening.kinds)
    )
    return PairView(
        requesting=requesting,
        requested=requested,
        on=on,
        mechanisms=tuple(_line(requesting, requested, kind, on, overlay) for kind in named),
    )


def _line(requesting: PartyCode, requested: PartyCode, kind: str, on: date, overlay: Overlay) -> OpenLine:
    found = resolve(requesting, requested, kind=kind, on=on, overlay=overlay)
    best, own = found.candidates[0], found.candidate("uncc")
    closed = best.verdict.value == "closed"
    return OpenLine(
        kind=kind,
        verdict=best.verdict.value,
        instrument="" if closed else best.instrument,
        article="" if closed or best.opening is None else best.opening.obligation,
        convention="closed" if own is None else own.verdict.value,
        reason="" if own is None or not own.reasons else own.reasons[0].code,
    )
