"""The kinds of acts: who may send them, what their skeleton holds, which parts they carry.

A kind that is not in :data:`KINDS` is stored and forwarded, and never coercive.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from comity.cases import attested, conversation, teamacts
from comity.cases.acts import Act
from comity.cases.attested import ATTEST, AttestBody
from comity.cases.bodies import (
    AnswerBody,
    Basis,
    ClarifyBody,
    CloseBody,
    ConsultBody,
    DeliverBody,
    Delivered,
    EffectBody,
    Effected,
    EraseBody,
    ExtendBody,
    ForwardBody,
    HandBody,
    ItemsBody,
    LiftBody,
    OrderBody,
    OriginalBody,
    PostponeBody,
    RecallBody,
    RefuseBody,
    ReleaseBody,
    ReportBody,
    Request,
    RequestBody,
    WithdrawBody,
)
from comity.cases.skeletons import Kind, Sender
from comity.kernel.errors import MalformedError

_ROWS = (
    Kind(
        name="preservation.request",
        sender=Sender.REQUESTING,
        body=RequestBody,
        needs=("form",),
        coercive=True,
        basis="42(1)",
    ),
    Kind(
        name="data.request",
        sender=Sender.REQUESTING,
        body=RequestBody,
        needs=("form",),
        coercive=True,
        basis="44(1)",
    ),
    Kind(
        name="assistance.request",
        sender=Sender.REQUESTING,
        body=RequestBody,
        needs=("form",),
        coercive=True,
        basis="40(1)",
    ),
    Kind(
        name="cooperation.request",
        sender=Sender.REQUESTING,
        body=RequestBody,
        needs=("form",),
        basis="35(1)(a)",
    ),
    Kind(name="police.request", sender=Sender.REQUESTING, body=RequestBody, needs=("form",), basis="47(1)"),
    Kind(
        name="information.offer", sender=Sender.REQUESTING, body=RequestBody, needs=("form",), basis="40(4)"
    ),
    Kind(name="request.accept", sender=Sender.REQUESTED, body=ItemsBody, may=("note",), basis="40(1)"),
    Kind(name="request.refuse", sender=Sender.REQUESTED, body=RefuseBody, needs=("reason",), basis="40(25)"),
    Kind(
        name="request.postpone", sender=Sender.REQUESTED, body=PostponeBody, needs=("reason",), basis="40(27)"
    ),
    Kind(
        name="request.clarify", sender=Sender.REQUESTED, body=ClarifyBody, needs=("question",), basis="40(16)"
    ),
    Kind(name="request.answer", sender=Sender.REQUESTING, body=AnswerBody, needs=("answer",), basis="40(16)"),
    Kind(name="request.forward", sender=Sender.REQUESTED, body=ForwardBody, may=("note",), basis="40(12)"),
    Kind(
        name="information.send",
        sender=Sender.REQUESTING,
        body=ItemsBody,
        needs=("information",),
        basis="40(4)",
    ),
    Kind(
        name="execution.report", sender=Sender.REQUESTED, body=ReportBody, needs=("report",), basis="40(17)"
    ),
    Kind(
        name="request.withdraw",
        sender=Sender.REQUESTING,
        body=WithdrawBody,
        may=("reason",),
        basis="40(26)",
    ),
    Kind(name="case.consult", sender=Sender.EITHER, body=ConsultBody, needs=("text",), basis="40(28)"),
    Kind(
        name="order.record",
        sender=Sender.REQUESTED,
        body=OrderBody,
        needs=("order",),
        coercive=True,
        basis="25(1)",
    ),
    Kind(name="preservation.effect", sender=Sender.REQUESTED, body=EffectBody, may=("note",), basis="42(4)"),
    Kind(name="preservation.extend", sender=Sender.EITHER, body=ExtendBody, may=("reason",), basis="42(9)"),
    Kind(
        name="preservation.release", sender=Sender.REQUESTED, body=ReleaseBody, may=("reason",), basis="42(8)"
    ),
    Kind(
        name="transmission.decide",
        sender=Sender.REQUESTED,
        body=ItemsBody,
        needs=("decision",),
        coercive=True,
        basis="44(1)",
    ),
    Kind(
        name="evidence.deliver",
        sender=Sender.REQUESTED,
        body=DeliverBody,
        needs=("limits",),
        may=("manifest",),
        coercive=True,
        basis="44(1)",
    ),
    Kind(
        name="evidence.hand",
        sender=Sender.REQUESTED,
        body=HandBody,
        needs=("description",),
        may=("limits",),
        coercive=True,
        basis="44(1)",
    ),
    Kind(name="act.recall", sender=Sender.EITHER, body=RecallBody, needs=("reason",), basis="40(26)"),
    Kind(name="case.close", sender=Sender.EITHER, body=CloseBody, may=("note",), basis="40(26)"),
    Kind(name="original.confirm", sender=Sender.REQUESTED, body=OriginalBody, may=("note",), basis="40(13)"),
    Kind(name="measure.lift", sender=Sender.REQUESTED, body=LiftBody, needs=("reason",), basis="50(8)"),
    Kind(name="part.erase", sender=Sender.EITHER, body=EraseBody, may=("reason",), basis="36(2)"),
    *conversation.ROWS,
    *attested.ROWS,
    *teamacts.ROWS,
)

KINDS: Mapping[str, Kind] = MappingProxyType({row.name: row for row in _ROWS})
"""Every kind that this software understands."""

REQUEST_KINDS = frozenset(row.name for row in _ROWS if row.body is RequestBody)
OFFER = "information.offer"
DRAFT = "consultation.draft"
OPENING_KINDS = REQUEST_KINDS | {DRAFT}
"""What may open a case, itself or attested."""

DOCUMENT = "document"
WITH_DOCUMENT = (REQUEST_KINDS - {OFFER}) | {"request.refuse", "order.record", "transmission.decide"}
"""Kinds that may carry a document of national law: requests, and what two persons sign."""

_PRESERVATION = re.compile(r"42\b", re.ASCII)


PROPERTY = frozenset({"50(1)", "50(2)", "40(3)(c)"})
"""Mechanisms under which property is frozen or seized."""

WEIGHED = frozenset({"exculpation.answer", "exculpation.notify"})
"""What who received something says of it."""


def is_coercive(kind: str) -> bool:
    """Tell whether acts of this kind stop when the case is frozen; an unknown kind is not coercive."""
    return kind in KINDS and KINDS[kind].coercive


def unknown_critical(act: Act) -> tuple[str, ...]:
    """Return the names in ``crit`` that this software does not understand.

    Version 1 understands one name, ``kind``, and only where the kind is in the table.

    Basis: PROTOCOL rule 7; RFC 7515
    """
    return tuple(name for name in act.crit if not (name == "kind" and act.kind in KINDS))


def parse_body(act: Act) -> msgspec.Struct | None:
    """Return the typed skeleton of an act, or None for a kind that is not known.

    Raises:
        MalformedError: ``body.form``, ``body.items``, ``body.part_missing``.
    """
    kind = KINDS.get(act.kind)
    if kind is None:
        return None
    try:
        body = msgspec.convert(act.body, kind.body)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "body.form", f"the skeleton is not that of {act.kind}", where=f"/body {exc}"
        ) from exc
    names = items_of(body)
    if len(set(names)) != len(names):
        raise MalformedError("body.items", "an item is named twice", where="/body/items")
    if isinstance(body, AttestBody):
        _require_attested(act, body)
    if isinstance(body, OriginalBody) and body.at > act.at:
        raise MalformedError("body.original_at", "it came after that was recorded", where="/body/at")
    held = {part.name for part in act.parts}
    for name in kind.needs:
        if name not in held:
            raise MalformedError(
                "body.part_missing", f"an act of kind {act.kind} carries a part {name!r}", where="/parts"
            )
    return body


def _require_attested(act: Act, body: AttestBody) -> None:
    """Refuse what nobody can attest, what does not fit its own kind, and what is said to come later."""
    if body.kind not in KINDS or body.kind in attested.NEVER_ATTESTED:
        raise MalformedError("body.attested_kind", f"{body.kind[:40]!r} is not attested", where="/body/kind")
    if body.at > act.at:
        raise MalformedError("body.attested_at", "it came after it was attested", where="/body/at")
    if act.opens_case and body.kind not in OPENING_KINDS:
        raise MalformedError("body.attested_kind", f"{body.kind} opens no case", where="/body/kind")
    parse_body(attested.told(act).act)


def told_steps(act: Act) -> tuple[Act, msgspec.Struct | None]:
    """Return an act as the fold takes it, and its typed skeleton: of an attestation, what it attests.

    Raises:
        MalformedError: as :func:`parse_body`.
    """
    body = parse_body(act)
    if act.kind != ATTEST:
        return act, body
    what = attested.told(act).act
    return what, parse_body(what)


def items_of(body: msgspec.Struct) -> tuple[str, ...]:
    """Return the ids of the items that a body names; empty where it names none."""
    if isinstance(body, RequestBody):
        return body.request.items
    if isinstance(body, (EffectBody, DeliverBody, HandBody, ReportBody)):
        return tuple(item.id for item in body.items)
    return tuple(getattr(body, "items", ()))


def request_of(act: Act, body: msgspec.Struct) -> str | None:
    """Return the id of the request that an act is about; a request is about itself."""
    if isinstance(body, RequestBody):
        return act.id
    found = getattr(body, "request", None)
    return found if isinstance(found, str) else None


def sender_of(kind: str, *, mechanism: str) -> Sender:
    """Return which side may send a kind about a request: in a joint team either takes what the other shares.

    Basis: 40(19), 48
    """
    return Sender.EITHER if mechanism == teamacts.MECHANISM and kind in WEIGHED else KINDS[kind].sender


def is_preservation(mechanism: str) -> bool:
    """Tell whether a mechanism is article 42, under which nothing is postponed."""
    return _PRESERVATION.match(mechanism) is not None


__all__ = [
    "DRAFT",
    "KINDS",
    "OFFER",
    "OPENING_KINDS",
    "REQUEST_KINDS",
    "AnswerBody",
    "Basis",
    "ClarifyBody",
    "CloseBody",
    "ConsultBody",
    "DeliverBody",
    "Delivered",
    "EffectBody",
    "Effected",
    "EraseBody",
    "ExtendBody",
    "ForwardBody",
    "HandBody",
    "ItemsBody",
    "Kind",
    "LiftBody",
    "OrderBody",
    "OriginalBody",
    "PostponeBody",
    "RecallBody",
    "RefuseBody",
    "ReleaseBody",
    "ReportBody",
    "Request",
    "RequestBody",
    "Sender",
    "WithdrawBody",
    "is_coercive",
    "is_preservation",
    "items_of",
    "parse_body",
    "request_of",
    "sender_of",
    "told_steps",
    "unknown_critical",
]
