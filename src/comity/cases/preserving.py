"""The clock of article 42 in the fold: when data were preserved, until when, and for which data request."""

from collections.abc import Callable, Iterable

from comity.cases import kinds
from comity.cases.calendars import LAST
from comity.cases.rulings import Rulings, Step
from comity.cases.state import LEAST_PRESERVATION, Preservation, PreservationState
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId


class Preserving:
    """What became of the preservation that each request asked for.

    Args:
        thread: The acts of the case.
        requests: Its requests.
        received_at: When the requested side's receipt says that a request was stored, or None.
    """

    def __init__(
        self, thread: Thread, requests: Iterable[Step], *, received_at: Callable[[Step], Instant | None]
    ) -> None:
        self._thread = thread
        self._received_at = received_at
        self._followed_by: dict[str, list[Step]] = {}
        for step in requests:
            if step.kind != "preservation.request" and isinstance(step.body, kinds.RequestBody):
                followed = step.body.request.preservation
                if followed is not None:
                    self._followed_by.setdefault(followed, []).append(step)

    def judged(self, rulings: Rulings, *, is_final: Callable[[ActId], bool]) -> Preservation:
        """Return how the data stand under a request.

        Args:
            rulings: Of the request.
            is_final: Whether nothing more is owed on any item of a request.

        Basis: 42(8)
        """
        ends = _ends(rulings)
        effects = [s.body for s in rulings.of_kind("preservation.effect")]
        times = [body.t0 for body in effects if isinstance(body, kinds.EffectBody)]
        if not times:
            return Preservation(asked_until=_asked(rulings, 0))
        if not ends:
            return Preservation(state=PreservationState.NOT_HELD, t0=Instant(min(times)))
        lapses, counted_from, named = min(ends)
        granted = max(_extensions(rulings, granted=True), default=0)
        expires = Instant(min(max(lapses, granted), LAST))
        held_by = self._held_by(rulings.request.id, expires)
        if self._is_released(rulings):
            state = PreservationState.RELEASED
        elif held_by is not None:
            state = PreservationState.DECIDED if is_final(held_by) else PreservationState.HELD
        else:
            state = PreservationState.EFFECTED
        return Preservation(
            state=state,
            t0=Instant(min(times)),
            expires=expires,
            asked_until=_asked(rulings, expires),
            held_by=held_by,
            counted_from=Instant(counted_from),
            named=Instant(named),
            granted=Instant(granted) if granted else None,
        )

    def _is_released(self, rulings: Rulings) -> bool:
        grants = self._thread.mask(
            s.id for s in rulings.of_kind("preservation.extend") if s.act.sender == rulings.request.act.to
        )
        return any(
            not grants & ~self._thread.before(release.id)
            for release in rulings.of_kind("preservation.release")
        )

    def _held_by(self, preservation: ActId, expires: Instant) -> ActId | None:
        found = [
            step.id
            for step in self._followed_by.get(preservation, ())
            if (received := self._received_at(step)) is not None and received <= expires
        ]
        return min(found, default=None)


def _ends(rulings: Rulings) -> list[tuple[int, int, int]]:
    """Return for each held item when it lapses, when it was preserved, and the end that was named.

    It never lapses before the sixty days.

    Basis: 42(8)
    """
    ends = []
    for item in sorted(rulings.request.items):
        bodies = [s.body for s in rulings.executions(item) if isinstance(s.body, kinds.EffectBody)]
        held = [
            (max(body.expires, body.t0 + LEAST_PRESERVATION), body.t0, body.expires)
            for body in bodies
            if any(entry.id == item and entry.state != "not_held" for entry in body.items)
        ]
        if held:
            ends.append(max(held))
    return ends


def _asked(rulings: Rulings, expires: int) -> Instant | None:
    open_ends = [end for end in _extensions(rulings, granted=False) if end > expires]
    return Instant(max(open_ends)) if open_ends else None


def _extensions(rulings: Rulings, *, granted: bool) -> list[int]:
    return [
        step.body.until
        for step in rulings.of_kind("preservation.extend")
        if isinstance(step.body, kinds.ExtendBody) and (step.act.sender == rulings.request.act.to) is granted
    ]
