"""The kinds of acts: who may send them, what their skeleton holds, which parts they carry.

A kind that is not in :data:`KINDS` is stored and forwarded, and never coercive.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

import msgspec

from comity.cases.acts import Act
from comity.kernel.errors import MalformedError

Id = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Item = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")]
Items = Annotated[tuple[Item, ...], msgspec.Meta(min_length=1, max_length=256)]
Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{1,3}-[A-Za-z0-9][A-Za-z0-9().-]{0,39}\Z")]
Paragraph = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9][a-z0-9.-]{0,63}\Z")]
Time = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999_999)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Sender(StrEnum):
    """Which side of the request concerned may send a kind."""

    REQUESTING = "requesting"
    REQUESTED = "requested"
    EITHER = "either"


class Basis(msgspec.Struct, frozen=True):
    """One legal basis relied on."""

    role: Paragraph
    instrument: Name
    article: Paragraph


class Request(msgspec.Struct, frozen=True):
    """The skeleton of a request: codes and times, no personal data."""

    mechanism: Paragraph
    instrument: Name
    basis: Annotated[tuple[Basis, ...], msgspec.Meta(min_length=1, max_length=16)]
    scope: Annotated[str, msgspec.Meta(pattern=r"\A[ABC]\Z")] = msgspec.field(name="class")
    items: Items
    urgent: bool
    confidential_until: Time | None
    preservation: Id | None


class RequestBody(msgspec.Struct, frozen=True):
    """Body of every act that carries a request form."""

    request: Request


class ItemsBody(msgspec.Struct, frozen=True):
    """Body of acts on items of one request: accept, withdraw, decide to transmit."""

    request: Id
    items: Items


class RefuseBody(msgspec.Struct, frozen=True):
    """Body of ``request.refuse``."""

    request: Id
    items: Items
    ground: Code
    consulted: Id | None


class PostponeBody(msgspec.Struct, frozen=True):
    """Body of ``request.postpone``."""

    request: Id
    items: Items
    ground: Code
    until: Time | None
    consulted: Id | None = None


class ClarifyBody(msgspec.Struct, frozen=True):
    """Body of ``request.clarify``: pointers to the fields in doubt."""

    request: Id
    fields: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=64)]


class ForwardBody(msgspec.Struct, frozen=True):
    """Body of ``request.forward``: to which authority of the same Party the items went."""

    request: Id
    items: Items
    authority: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}/[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]


class AnswerBody(msgspec.Struct, frozen=True):
    """Body of ``request.answer``."""

    request: Id
    clarify: Id


class ConsultBody(msgspec.Struct, frozen=True):
    """Body of ``case.consult``."""

    request: Id
    about: Annotated[str, msgspec.Meta(pattern=r"\A(refusal|postponement|conditions)\Z")]


class OrderBody(msgspec.Struct, frozen=True):
    """Body of ``order.record``: the domestic order's reach in time."""

    request: Id
    items: Items
    start: Time = msgspec.field(name="from")
    until: Time | None


class Effected(msgspec.Struct, frozen=True):
    """What became of one item under preservation."""

    id: Item
    state: Annotated[str, msgspec.Meta(pattern=r"\A(held|not_held|partly)\Z")]


class EffectBody(msgspec.Struct, frozen=True):
    """Body of ``preservation.effect``."""

    request: Id
    items: Annotated[tuple[Effected, ...], msgspec.Meta(min_length=1, max_length=256)]
    t0: Time
    expires: Time


class ExtendBody(msgspec.Struct, frozen=True):
    """Body of ``preservation.extend``: asked by one side, granted by the other."""

    request: Id
    until: Time


class ReleaseBody(msgspec.Struct, frozen=True):
    """Body of ``preservation.release``."""

    request: Id


class Delivered(msgspec.Struct, frozen=True):
    """What became of one item under delivery."""

    id: Item
    result: Annotated[str, msgspec.Meta(pattern=r"\A(executed|partly|no_data)\Z")]


class DeliverBody(msgspec.Struct, frozen=True):
    """Body of ``evidence.deliver``; its only digests of the package are the bag root and the piece root.

    Basis: PROTOCOL rule 21
    """

    request: Id
    items: Annotated[tuple[Delivered, ...], msgspec.Meta(min_length=1, max_length=256)]
    decision: Id
    bag_root: Id
    payload_length: Count
    piece_root: Id
    pieces: Count
    suite: Name
    handling: Name
    limits_digest: Id


class ReportBody(msgspec.Struct, frozen=True):
    """Body of ``execution.report``: what was done where nothing travels as a package."""

    request: Id
    items: Annotated[tuple[Delivered, ...], msgspec.Meta(min_length=1, max_length=256)]


class RecallBody(msgspec.Struct, frozen=True):
    """Body of ``act.recall``."""

    act: Id


class CloseBody(msgspec.Struct, frozen=True):
    """Body of ``case.close``."""

    outcome: Annotated[str, msgspec.Meta(pattern=r"\A(done|withdrawn|refused)\Z")]
    request: Id | None = None


class EraseBody(msgspec.Struct, frozen=True):
    """Body of ``part.erase``: the tombstone of one part."""

    act: Id
    part: Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9-]{0,31}\Z")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One row of the table of kinds.

    Attributes:
        needs: Parts that must be there.
        may: Parts that may be there too.
        basis: The paragraph that the act serves.
    """

    name: str
    sender: Sender
    body: type[msgspec.Struct]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    coercive: bool = False
    basis: str

    @property
    def label(self) -> str:
        """Key of the kind's name in the catalogue."""
        return f"act.{self.name}"


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
    Kind(name="request.withdraw", sender=Sender.REQUESTING, body=ItemsBody, may=("reason",), basis="40(26)"),
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
    Kind(name="act.recall", sender=Sender.EITHER, body=RecallBody, needs=("reason",), basis="40(26)"),
    Kind(name="case.close", sender=Sender.EITHER, body=CloseBody, may=("note",), basis="40(26)"),
    Kind(name="part.erase", sender=Sender.EITHER, body=EraseBody, may=("reason",), basis="36(2)"),
)

KINDS: Mapping[str, Kind] = MappingProxyType({row.name: row for row in _ROWS})
"""Every kind that this software understands."""

REQUEST_KINDS = frozenset(row.name for row in _ROWS if row.body is RequestBody)
OFFER = "information.offer"
_PRESERVATION = re.compile(r"42\b", re.ASCII)


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
    held = {part.name for part in act.parts}
    for name in kind.needs:
        if name not in held:
            raise MalformedError(
                "body.part_missing", f"an act of kind {act.kind} carries a part {name!r}", where="/parts"
            )
    return body


def items_of(body: msgspec.Struct) -> tuple[str, ...]:
    """Return the ids of the items that a body names; empty where it names none."""
    if isinstance(body, RequestBody):
        return body.request.items
    if isinstance(body, (EffectBody, DeliverBody, ReportBody)):
        return tuple(item.id for item in body.items)
    return tuple(getattr(body, "items", ()))


def request_of(act: Act, body: msgspec.Struct) -> str | None:
    """Return the id of the request that an act is about; a request is about itself."""
    if isinstance(body, RequestBody):
        return act.id
    found = getattr(body, "request", None)
    return found if isinstance(found, str) else None


def is_preservation(mechanism: str) -> bool:
    """Tell whether a mechanism is article 42, under which nothing is postponed."""
    return _PRESERVATION.match(mechanism) is not None
