"""What two Parties agreed, by the instrument that a request relies on: the pack that its assessment reads.

The resolver tells which instruments are open; this turns one of them into mechanisms, clocks and
reservations. Between practice Parties the Convention stays the built-in pack.
"""

from dataclasses import replace
from datetime import date

from comity.kernel.ids import PartyCode, is_practice
from comity.kernel.realms import Realm
from comity.treaty.instruments import CONVENTION
from comity.treaty.library import find_pack
from comity.treaty.overlay import NO_OVERLAY, Overlay
from comity.treaty.packs import Mechanism, OwnRefusal, Pack, pack_between
from comity.treaty.resolving import REASONS, Candidate, Resolution, Verdict, resolve
from comity.treaty.standing import reservations


def agreed(
    requesting: PartyCode,
    requested: PartyCode,
    *,
    kind: str,
    instrument: str,
    on: date,
    overlay: Overlay = NO_OVERLAY,
) -> Pack | None:
    """Return what is in force between two Parties under an instrument; None when nothing is known.

    Args:
        requesting: The Party that asks.
        requested: The Party that is asked.
        kind: Code of the request kind.
        instrument: Code of the instrument that the obligation rests on.
        on: The day.
        overlay: The operator's own data.

    Basis: 40(7), 65(1)
    """
    found = resolve(requesting, requested, kind=kind, on=on, overlay=overlay)
    chosen = found.candidate(instrument)
    if chosen is None or not _binds(chosen):
        return None
    bound = tuple(one.instrument for one in found.candidates if _binds(one))
    apart = tuple(reason.code for reason in chosen.reasons if reason.code.startswith("pair."))
    built_in = pack_between(requesting, requested) if instrument == CONVENTION else None
    if built_in is not None:
        return replace(
            built_in,
            instruments=bound,
            apart=apart,
            languages=_languages(overlay),
            must_refuse=_refusals(overlay, requested, kind),
        )
    return _pack(found, chosen, instruments=bound, apart=apart, overlay=overlay)


def _binds(one: Candidate) -> bool:
    """Tell whether the instrument stands between the two; its mechanisms are another question."""
    first = one.reasons[0].code
    return first == "law.unknown" or REASONS[first] is Verdict.OPENS


def _pack(
    found: Resolution,
    chosen: Candidate,
    *,
    instruments: tuple[str, ...],
    apart: tuple[str, ...],
    overlay: Overlay,
) -> Pack:
    opening, data = chosen.opening, find_pack(chosen.instrument)
    mechanisms: dict[str, Mechanism] = {}
    if opening is not None and _open(chosen):
        mechanisms[found.kind] = Mechanism(
            kind=found.kind,
            article=opening.obligation,
            classes=frozenset(opening.classes),
            dual_criminality=opening.dual_criminality,
            penalty_side=opening.penalty_side,
            least_months=opening.least_months,
            offences=frozenset(opening.articles),
            requires=tuple((one.statement, one.article) for one in opening.requires),
            grounds=opening.grounds,
            waiver=opening.waiver,
        )
    events = overlay.events_of(chosen.instrument)
    return Pack(
        name=chosen.instrument,
        version=data.version if data is not None else 1,
        realm=Realm.PRACTICE if is_practice(found.requesting) else Realm.LIVE,
        instruments=instruments,
        mechanisms=mechanisms,
        clocks=chosen.clocks.clocks(),
        reservations={
            party: frozenset(row.provision for row in reservations(events, party=party, on=found.on))
            for party in (found.requesting, found.requested)
        },
        instrument=chosen.instrument,
        apart=apart,
        languages=_languages(overlay),
        must_refuse=_refusals(overlay, found.requested, found.kind),
    )


def _refusals(overlay: Overlay, requested: PartyCode, kind: str) -> tuple[OwnRefusal, ...]:
    return tuple(
        OwnRefusal(circumstance=row.circumstance.value, kinds=row.kinds, law=row.law, reference=row.reference)
        for row in overlay.refusals_of(requested, kind)
    )


def _languages(overlay: Overlay) -> dict[str, tuple[str, ...]]:
    return {row.party: row.languages for row in overlay.languages}


def _open(one: Candidate) -> bool:
    """Tell whether no reservation closes the mechanism."""
    return all(reason.code != "reservation.closes" for reason in one.reasons)
