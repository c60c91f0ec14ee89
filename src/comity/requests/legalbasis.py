"""On what a request may rest, as a view for people and programs; and a form put on another instrument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.kernel.errors import ConflictError
from comity.kernel.findings import Assessment
from comity.kernel.ids import PartyCode
from comity.kernel.ijson import dump_ijson
from comity.requests.errors import incomplete
from comity.requests.kinds import RequestKind, Side, require_kind
from comity.requests.matter import best_class, parties_of
from comity.requests.reading import Reading
from comity.requests.refusal import Ground, allowed_grounds, forbidden_grounds
from comity.requests.service import check
from comity.requests.wire import parse_form
from comity.treaty.overlay import NO_OVERLAY, Overlay
from comity.treaty.packs import OffenceClass
from comity.treaty.resolving import Candidate, Resolution, Verdict, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisLine:
    """One line of a legal basis, as a form states it."""

    role: str
    instrument: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One reason; its sentence is ``why.<code>`` of the catalogues."""

    code: str
    parameters: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What an instrument wants said beyond the form, and where it says so."""

    statement: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundLine:
    """A ground of refusal or postponement, or a reason that may never be given (effect ``never``)."""

    code: str
    effect: str
    basis: str
    consult: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """A channel that the instrument names, and its article."""

    channel: str
    article: str
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentView:
    """What one instrument gives; the lists below the reasons are empty where it is closed.

    Attributes:
        verdict: ``opens``, ``review`` or ``closed``.
        source: ``confirmed`` or ``recalled``, and ``check`` the source to check it against.
    """

    instrument: str
    title: str
    verdict: str
    reasons: tuple[Why, ...]
    basis: tuple[BasisLine, ...]
    classes: tuple[str, ...]
    least_months: int
    dual_criminality: str
    requires: tuple[Needed, ...]
    grounds: tuple[GroundLine, ...]
    channels: tuple[ChannelLine, ...]
    preservation_least_days: int
    law: str
    source: str
    check: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisView:
    """The answer to: on what may this Party rest such a request to that one, on this day?

    Attributes:
        offence_class: Scope class asked about; empty where none was told.
        basis: The basis proposed; empty where nothing opens without a lawyer.
        instruments: Every instrument, the best first.
    """

    requesting: str
    requested: str
    kind: str
    on: str
    offence_class: str
    basis: tuple[BasisLine, ...]
    instruments: tuple[InstrumentView, ...]


def bases(
    requesting: PartyCode,
    requested: PartyCode,
    *,
    kind: str,
    on: date,
    offence_class: OffenceClass | None = None,
    overlay: Overlay | None = None,
) -> BasisView:
    """Return on what a request may rest, the best first.

    Args:
        requesting: The Party that asks.
        requested: The Party that is asked.
        kind: Code of the request kind.
        on: The day.
        offence_class: Scope class of the offence, where it is known.
        overlay: The operator's own data on instruments.

    Raises:
        NotFoundError: ``request.kind``.

    Basis: 35(1), 40(6), 40(7)
    """
    known = require_kind(kind)
    found = resolve(
        requesting,
        requested,
        kind=known.code,
        on=on,
        offence_class=offence_class,
        overlay=overlay or NO_OVERLAY,
    )
    return _view(found, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """A form on another instrument.

    Attributes:
        content: The form: every member as it was, but the basis.
        instrument: The instrument that it rests on now.
        assessment: Of the form as it stands now: what the instrument needs in addition is among the findings.
        unknown: Pointers of members that are kept although the form does not know them.
    """

    content: Mapping[str, Any]
    instrument: str
    assessment: Assessment
    unknown: tuple[str, ...]


def rebase(form: bytes, *, instrument: str, on: date, overlay: Overlay | None = None) -> Rebased:
    """Return the same form resting on another instrument; nothing but its basis changes.

    Args:
        form: I-JSON of at most 1 MiB.
        instrument: Code of the instrument.
        on: The day of the assessment.
        overlay: The operator's own data on instruments.

    Raises:
        MalformedError: no form, or one whose kind or Parties do not hold.
        ConflictError: ``basis.closed``: the instrument does not open the mechanism between the two.

    Basis: 40(7)
    """
    reading = parse_form(form)
    chosen = _chosen(reading, instrument, on, overlay)
    content = {**reading.content, "basis": [_row(line) for line in _lines(chosen)]}
    found = check(dump_ijson(content), side=Side.REQUESTING, on=on, overlay=overlay)
    unknown = tuple(one.field for one in found.findings if one.code == "field.unknown")
    return Rebased(content=content, instrument=instrument, assessment=found, unknown=unknown)


def _chosen(reading: Reading, instrument: str, on: date, overlay: Overlay | None) -> Candidate:
    requesting, requested = parties_of(reading)
    if reading.kind is None or not requesting or not requested:
        raise incomplete("/kind" if reading.kind is None else "/requested_party", 1)
    found = resolve(
        requesting,
        requested,
        kind=reading.kind.code,
        on=on,
        offence_class=best_class(reading),
        overlay=overlay or NO_OVERLAY,
    )
    chosen = found.candidate(instrument)
    if chosen is None or chosen.verdict is Verdict.CLOSED:
        open_ones = [one.instrument for one in found.candidates if one.verdict is not Verdict.CLOSED]
        raise ConflictError(
            "basis.closed",
            f"{instrument[:40]!r} does not open this mechanism between {requesting} and {requested}",
            hint="open are: " + (", ".join(open_ones) or "none"),
        )
    return chosen


def _row(line: BasisLine) -> dict[str, str]:
    return {"role": line.role, "instrument": line.instrument, "reference": line.reference}


def _lines(one: Candidate) -> tuple[BasisLine, ...]:
    return tuple(
        BasisLine(role=row.role.value, instrument=row.instrument, reference=row.reference)
        for row in one.basis
    )


def _view(found: Resolution, kind: RequestKind) -> BasisView:
    return BasisView(
        requesting=found.requesting,
        requested=found.requested,
        kind=found.kind,
        on=found.on.isoformat(),
        offence_class=found.offence_class.value if found.offence_class else "",
        basis=_lines(found.best) if found.best else (),
        instruments=tuple(_instrument(one, kind) for one in found.candidates),
    )


def _instrument(one: Candidate, kind: RequestKind) -> InstrumentView:
    opening = one.opening if one.verdict is not Verdict.CLOSED else None
    grounds: tuple[Ground, ...] = ()
    if opening is not None:
        grounds = (
            *allowed_grounds(kind.code, instrument=one.instrument),
            *forbidden_grounds(kind.code, instrument=one.instrument),
        )
    return InstrumentView(
        instrument=one.instrument,
        title=one.title,
        verdict=one.verdict.value,
        reasons=tuple(Why(code=row.code, parameters=dict(row.parameters)) for row in one.reasons),
        basis=_lines(one),
        classes=tuple(row.value for row in opening.classes) if opening else (),
        least_months=opening.least_months if opening else 0,
        dual_criminality=opening.dual_criminality.value if opening else "",
        requires=tuple(Needed(statement=r.statement, article=r.article) for r in opening.requires)
        if opening
        else (),
        grounds=tuple(
            GroundLine(code=g.code, effect=g.effect, basis=g.basis, consult=g.consult) for g in grounds
        ),
        channels=tuple(
            ChannelLine(channel=row.channel.value, article=row.article, urgent=row.urgent)
            for row in (one.channels if opening else ())
        ),
        preservation_least_days=one.clocks.preservation_least_days,
        law=one.law,
        source=one.source.mark.value,
        check=one.source.check,
        as_of=one.source.as_of,
    )
