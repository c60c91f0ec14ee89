"""Refusal and postponement: the closed lists of the treaty, and the duty to consult first.

No ground is mandatory under the Convention; a State's own law may make one so. Interpretation, kept in
the data: a refusal of preservation on 40(21)(b) or (c) is preceded by consultation as under article 40,
and 36(1) bites only when data are disclosed, so it is no ground against preservation.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from comity.kernel.findings import Assessment, Finding
from comity.kernel.packaged import packaged_bytes
from comity.requests.codes import found
from comity.requests.errors import ground_not_allowed
from comity.requests.kinds import require_kind
from comity.treaty.instruments import CONVENTION
from comity.treaty.packs import RECIPROCITY, OffenceClass

DATA = "data/grounds.json"
REASONS, CONSULTATION = "40(25)", "40(28)"
REFUSE, POSTPONE, NEVER = "refuse", "postpone", "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One coded reason.

    Attributes:
        code: Stable code: ``R-`` refuses, ``P-`` postpones, ``X-`` may never be used.
        effect: ``refuse``, ``postpone`` or ``never``.
        basis: The paragraph.
        consult: Whether the other Party must be consulted first.
        sets: Sets of grounds that it stands in; a kind of request has one set.
        reservation: The reservation that a Party must have made to use it; empty when none is needed.
    """

    code: str
    effect: str
    basis: str
    consult: bool
    sets: tuple[str, ...]
    reservation: str

    @property
    def label(self) -> str:
        """Return the catalogue key of its name."""
        return f"ground.{self.code}"


@cache
def grounds() -> tuple[Ground, ...]:
    """Return every ground of the closed lists, the forbidden ones too."""
    rows = json.loads(packaged_bytes("comity.requests", DATA))["grounds"]
    return tuple(
        Ground(
            code=r["code"],
            effect=r["effect"],
            basis=r["basis"],
            consult=r["consult"],
            sets=tuple(r["sets"]),
            reservation=r.get("reservation", ""),
        )
        for r in rows
    )


@cache
def grounds_of(instrument: str) -> tuple[Ground, ...]:
    """Return every ground of an instrument: of the Convention the list here, of another that of its pack.

    An instrument without a pack closes nothing, so the grounds of own law stand for it.
    """
    if instrument == CONVENTION:
        return grounds()
    from comity.treaty.library import find_pack  # here, so that a check under the Convention starts without

    pack = find_pack(instrument) or find_pack(RECIPROCITY)
    return tuple(
        Ground(
            code=row.code,
            effect=row.effect,
            basis=f"{instrument}:{row.article}" if row.article else instrument,
            consult=row.consult,
            sets=row.sets,
            reservation=row.reservation,
        )
        for row in (pack.grounds if pack is not None else ())
    )


def allowed_grounds(kind: str, *, instrument: str = CONVENTION) -> tuple[Ground, ...]:
    """Return the grounds on which a request of this kind may be refused or postponed.

    Args:
        kind: Code of the request kind.
        instrument: The instrument that the request relies on.

    Basis: 40(8), 40(21), 40(22), 40(27), 42(5), 42(6)
    """
    of = require_kind(kind).grounds
    return tuple(g for g in grounds_of(instrument) if of in g.sets and g.effect != NEVER)


def forbidden_grounds(kind: str, *, instrument: str = CONVENTION) -> tuple[Ground, ...]:
    """Return the reasons that may never be given for a request of this kind under an instrument.

    Basis: 40(23), 40(24), 42(4)
    """
    of = require_kind(kind).grounds
    return tuple(g for g in grounds_of(instrument) if of in g.sets and g.effect == NEVER)


def is_postponable(kind: str, *, instrument: str = CONVENTION) -> bool:
    """Tell whether a request of this kind may be postponed: an instrument names a ground for it, or not.

    Basis: 40(27), 42(6)
    """
    if instrument == CONVENTION:
        return require_kind(kind).postponable
    return any(g.effect == POSTPONE for g in allowed_grounds(kind, instrument=instrument))


def require_ground(kind: str, code: str, *, postpone: bool = False) -> Ground:
    """Return the ground; raise ConflictError ``refusal.ground`` when the list of the kind lacks it.

    Args:
        kind: Code of the request kind.
        code: Code of the ground.
        postpone: Whether it is to postpone rather than to refuse.
    """
    effect = POSTPONE if postpone else REFUSE
    allowed = tuple(g for g in allowed_grounds(require_kind(kind).code) if g.effect == effect)
    for ground in allowed:
        if ground.code == code:
            return ground
    raise ground_not_allowed(kind, code, tuple(g.code for g in allowed))


def must_consult(kind: str, codes: Sequence[str], *, instrument: str = CONVENTION) -> bool:
    """Tell whether one of the grounds demands that the other Party be consulted first. Basis: 40(28)"""
    return any(g.consult for g in allowed_grounds(kind, instrument=instrument) if g.code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refusal or postponement that somebody means to send.

    Attributes:
        kind: Code of the request kind.
        grounds: Codes of the grounds relied on.
        postpone: Whether the request is postponed rather than refused.
        consulted: Whether the other Party was consulted in this case.
        reasoned: Whether reasons for the other Party are written.
        offence_class: Best scope class of the request.
        reservations: Reservations of the refusing Party.
        instrument: The instrument that the request relies on.
    """

    kind: str
    grounds: tuple[str, ...]
    postpone: bool = False
    consulted: bool = False
    reasoned: bool = False
    offence_class: OffenceClass = OffenceClass.CONVENTION
    reservations: frozenset[str] = frozenset()
    instrument: str = CONVENTION


def check_refusal(refusal: Refusal) -> Assessment:
    """Return what stands against a refusal or postponement.

    1. Postponement is open under article 40 only, never for preservation.
    2. At least one ground, each from the closed list of the kind.
    3. A reservation is relied on only where it was made, and never for a Convention offence.
    4. Consultation comes before a refusal under 40(21) and a postponement under 40(27).
    5. Reasons are given.

    Raises:
        NotFoundError: an unknown kind.

    Basis: 40(21), 40(25), 40(27), 40(28), 42(4), 42(5), 42(6)
    """
    kind = require_kind(refusal.kind)
    findings: list[Finding] = []
    reasons, consult = _duties(refusal.instrument)
    if refusal.postpone and not is_postponable(kind.code, instrument=refusal.instrument):
        findings.append(found("postponement.not_allowed", basis=kind.refusal))
    else:
        findings.extend(_grounds(refusal))
    if must_consult(kind.code, refusal.grounds, instrument=refusal.instrument):
        if not refusal.consulted:
            findings.append(
                found("refusal.no_consultation", basis=consult, grounds=", ".join(refusal.grounds))
            )
    elif refusal.grounds and not refusal.consulted:
        findings.append(found("refusal.consult_advised", basis=consult))
    if not refusal.reasoned:
        findings.append(found("refusal.no_reasons", basis=reasons))
    return Assessment.of(findings)


def _duties(instrument: str) -> tuple[str, str]:
    """Return where the duties to give reasons and to consult stand; the Convention's where it names none."""
    if instrument == CONVENTION:
        return REASONS, CONSULTATION
    from comity.treaty.library import find_pack

    pack = find_pack(instrument)
    if pack is None:
        return REASONS, CONSULTATION
    duties = pack.duties
    return (
        f"{instrument}:{duties.reasons}" if duties.reasons else REASONS,
        f"{instrument}:{duties.consult}" if duties.consult else CONSULTATION,
    )


def _grounds(refusal: Refusal) -> Iterator[Finding]:
    effect = POSTPONE if refusal.postpone else REFUSE
    listed = require_kind(refusal.kind).refusal
    of = allowed_grounds(refusal.kind, instrument=refusal.instrument)
    allowed = {g.code: g for g in of if g.effect == effect}
    forbidden = {g.code: g for g in grounds_of(refusal.instrument) if g.effect == NEVER}
    names = ", ".join(allowed)
    if not refusal.grounds:
        yield found("refusal.no_ground", basis=_duties(refusal.instrument)[0], allowed=names)
    for at, code in enumerate(refusal.grounds):
        place = f"/grounds/{at}"
        ground = allowed.get(code)
        if ground is None and code in forbidden:
            yield found("refusal.forbidden", basis=forbidden[code].basis, field=place, ground=code)
        elif ground is None:
            yield found("refusal.not_allowed", basis=listed, field=place, ground=code[:40], allowed=names)
        elif ground.reservation and ground.reservation not in refusal.reservations:
            yield found(
                "refusal.no_reservation", basis=ground.basis, field=place, reservation=ground.reservation
            )
        elif ground.reservation and refusal.offence_class is OffenceClass.CONVENTION:
            yield found("refusal.reservation_class", basis=ground.basis, field=place)
