"""Who judges which act: the rules of ``requests`` applied at the step where each of them bites.

A request is judged whole by the side that sends it. On the side that receives it the same form is
judged again, and each open question is put at the step which it concerns: rights, sovereignty and
persecution when the request is taken on; proportionality and domestic law when a domestic order is
recorded; personal data when it is decided to transmit. Where data are held or handed over without a
recorded order, what the order would have asked is asked there. So every question is decided by name,
and none can be skipped: what blocks, blocks at every step.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from comity.cases.kinds import DRAFT
from comity.cases.ports import RequestMatter
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import MalformedError
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import PartyCode
from comity.requests.assessment import assess, check_skeleton
from comity.requests.attached import check_document
from comity.requests.deadlines import check_order
from comity.requests.kinds import RequestKind, Side, Trait, is_request
from comity.requests.lifting import check_lifting
from comity.requests.matter import instrument_of, parties_of
from comity.requests.procedure import AtHome, check_act
from comity.requests.published import NOTHING_PUBLISHED, Published
from comity.requests.reading import Reading
from comity.requests.refusal import Refusal, check_refusal
from comity.requests.rules import rule_set_digest
from comity.requests.service import pack_of
from comity.requests.wire import parse_form, parse_part
from comity.treaty.overlay import Overlay
from comity.treaty.packs import OffenceClass, Pack

FORM = "form"
REASON = "reason"
_AT_ORDER = frozenset({"proportionality.review", "domestic_law.review"})
_AT_TRANSMISSION = frozenset({"personal_data.review"})


class Pages(Protocol):
    """Tells what the signed entries of the two Parties say."""

    def of(self, request: RequestMatter | None) -> Published:
        """Return it for a received request, or for our own draft where there is none."""
        ...


class AtHomeOf(Protocol):
    """Tells what is known at home of a request that was received."""

    def of(self, request: RequestMatter) -> AtHome | None:
        """Return it; None on the side that asks."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RequestAssessor:
    """Fulfils the cases' ``Assessor`` with the rules of ``requests``.

    Attributes:
        overlay: The operator's own data on instruments; None where there is none.
        pages: Tells what the signed entries of the two Parties say; None where no store is at hand.
        home: Tells what is known at home of a received request; None where no store is at hand.
    """

    overlay: Overlay | None = None
    pages: Pages | None = None
    home: AtHomeOf | None = None

    def rules_digest(self) -> str:
        """Return the digest of the rule set: 64 hexadecimal digits."""
        return rule_set_digest()

    def assess(
        self,
        kind: str,
        body: Mapping[str, Any],
        parts: Mapping[str, bytes],
        *,
        on: date,
        request: RequestMatter | None = None,
    ) -> Assessment:
        """Return the assessment of an act; see :class:`comity.cases.ports.Assessor`."""
        own = check_document(parts, side=Side.REQUESTING)
        came = () if request is None or kind != "request.accept" else tuple(request.parts)
        theirs = check_document(came, side=Side.REQUESTED)
        return _merged(self._assessed(kind, body, parts, on, request), own, theirs)

    def _assessed(
        self,
        kind: str,
        body: Mapping[str, Any],
        parts: Mapping[str, bytes],
        on: date,
        request: RequestMatter | None,
    ) -> Assessment:
        if is_request(kind):
            reading = _form(kind, parts)
            pack = pack_of(reading, on=on, overlay=self.overlay)
            return assess(reading, side=Side.REQUESTING, on=on, pack=pack, published=self._published(None))
        if kind == DRAFT:
            return _talked(parse_form(parts.get(FORM, b"")), on, self.overlay)
        if request is None or not is_request(request.kind):
            return Assessment()
        reading = _form(request.kind, request.parts)
        pack = pack_of(reading, on=on, overlay=self.overlay)
        asked = _Asked(reading=reading, matter=request, pack=pack, published=self._published(request))
        return _merged(self._of_request(kind, body, parts, asked, on), self._at_home(kind, body, request))

    def _at_home(self, kind: str, body: Mapping[str, Any], request: RequestMatter) -> Assessment:
        """Return what the procedure sheet and the domestic facts say to an act of the requested side."""
        home = None if self.home is None else self.home.of(request)
        if home is None:
            return Assessment()
        return Assessment.of((*check_act(kind, body, home), *check_lifting(kind, body, home)))

    def _of_request(
        self, kind: str, body: Mapping[str, Any], parts: Mapping[str, bytes], asked: "_Asked", on: date
    ) -> Assessment:
        request = asked.matter
        match kind:
            case "request.accept":
                return _judged(asked, on, but=_AT_ORDER | _AT_TRANSMISSION)
            case "order.record":
                judged = _judged(asked, on, only=_AT_ORDER)
                return _merged(judged, _order(asked, body))
            case "preservation.effect" if _holds(body):
                return _judged(asked, on, only=_AT_ORDER - request.decided)
            case "transmission.decide":
                return _judged(asked, on, only=_AT_TRANSMISSION | (_AT_ORDER - request.decided))
            case "execution.report":
                return _judged(asked, on, only=_AT_TRANSMISSION | (_AT_ORDER - request.decided))
            case "information.send":
                return _told(asked, on)
            case "evidence.deliver" | "evidence.hand":
                return _judged(asked, on, only=frozenset())
            case "request.refuse" | "request.postpone":
                return _refusal(asked, kind, body, parts)
            case _:
                return Assessment()

    def _published(self, request: RequestMatter | None) -> Published:
        return NOTHING_PUBLISHED if self.pages is None else self.pages.of(request)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A received request: its form, read, the act that carries it, and what is in force by its basis."""

    reading: Reading
    matter: RequestMatter
    pack: Pack | None
    published: Published

    @property
    def kind(self) -> RequestKind:
        if self.reading.kind is None:
            raise ValueError("a form that was read from its act has a kind")
        return self.reading.kind


def _form(act: str, parts: Mapping[str, bytes]) -> Reading:
    if FORM not in parts:
        raise MalformedError("request.no_form", f"an act of kind {act} carries its form as the part {FORM!r}")
    return parse_part(act, parts[FORM])


def _judged(
    asked: _Asked,
    on: date,
    *,
    only: frozenset[str] | None = None,
    but: frozenset[str] = frozenset(),
) -> Assessment:
    reading = asked.reading
    whole = assess(reading, side=Side.REQUESTED, on=on, pack=asked.pack, published=asked.published)
    placed = Assessment.of(_placed(finding, only, but) for finding in whole.findings)
    return _merged(placed, _skeleton(asked))


def _told(asked: _Asked, on: date) -> Assessment:
    """Return what is asked again when offered information leaves: whether its personal data may."""
    whole = assess(asked.reading, side=Side.REQUESTING, on=on, pack=asked.pack, published=asked.published)
    return Assessment.of(_placed(finding, _AT_TRANSMISSION, frozenset()) for finding in whole.findings)


def _talked(reading: Reading, on: date, overlay: Overlay | None) -> Assessment:
    """Return what would be found on a draft, as notes: it asks for nothing, and may be incomplete.

    Whether its personal data may leave is asked all the same.
    """
    whole = assess(reading, side=Side.REQUESTING, on=on, pack=pack_of(reading, on=on, overlay=overlay))
    placed = (_placed(finding, _AT_TRANSMISSION, frozenset()) for finding in whole.findings)
    return Assessment.of(
        dataclasses.replace(one, severity=Severity.NOTE) if one.severity is Severity.BLOCKS else one
        for one in placed
    )


def _skeleton(asked: _Asked) -> Assessment:
    """Return where the skeleton of a received request says something else than its form."""
    said = asked.matter.body.get("request", {})
    until = said.get("confidential_until")
    return check_skeleton(
        asked.reading,
        offence_class=str(said.get("class")),
        items=tuple(said.get("items", ())),
        # the skeleton names the first instant after the last day of secrecy
        confidential_until=None if until is None else to_date(Instant(until - 1)),
    )


def _order(asked: _Asked, body: Mapping[str, Any]) -> Assessment:
    """Return what stands against the period of a domestic order; only preservation orders have a limit."""
    pack = asked.pack
    if not asked.kind.has(Trait.ORDER) or pack is None:
        return Assessment()
    return check_order(start=body.get("from", 0), until=body.get("until"), clocks=pack.clocks)


def _holds(body: Mapping[str, Any]) -> bool:
    """Tell whether something is held: where nothing was found, nobody is burdened."""
    return any(item.get("state") != "not_held" for item in body.get("items", ()))


def _merged(*assessments: Assessment) -> Assessment:
    return Assessment.of(finding for one in assessments for finding in one.findings)


def _placed(finding: Finding, only: frozenset[str] | None, but: frozenset[str]) -> Finding:
    """Return the finding, as a note where its question is put at another step."""
    here = finding.code not in but if only is None else finding.code in only
    if finding.severity is Severity.DECIDE and not here:
        return dataclasses.replace(finding, severity=Severity.NOTE)
    return finding


def _refusal(
    asked: _Asked,
    act: str,
    body: Mapping[str, Any],
    parts: Mapping[str, bytes],
) -> Assessment:
    pack, refusing = asked.pack, parties_of(asked.reading)[1]
    scope = asked.matter.body.get("request", {}).get("class", OffenceClass.CONVENTION.value)
    return check_refusal(
        Refusal(
            kind=asked.kind.code,
            grounds=(str(body.get("ground", "")),),
            postpone=act == "request.postpone",
            consulted=body.get("consulted") in asked.matter.consultations,
            reasoned=bool(parts.get(REASON, b"").strip()),
            offence_class=OffenceClass(scope),
            reservations=_reservations(pack, refusing),
            instrument=instrument_of(asked.reading),
        )
    )


def _reservations(pack: Pack | None, party: PartyCode | None) -> frozenset[str]:
    return pack.reservations_of(party) if pack is not None and party is not None else frozenset()
