"""The skeletons of acts: codes, ids and times, no personal data, no free text."""

from typing import Annotated

import msgspec

from comity.cases.skeletons import Code, Count, Id, Item, Items, Name, Paragraph, Time

About = Annotated[
    str, msgspec.Meta(pattern=r"\A(refusal|postponement|conditions|costs|exculpation|lifting|other)\Z")
]
WhyLifted = Annotated[str, msgspec.Meta(pattern=r"\A(evidence|minimal|ruling|expired|withdrawn|other)\Z")]
WhyUnheard = Annotated[str, msgspec.Meta(pattern=r"\A(not_reached|court_ordered|asked_for|danger|other)\Z")]
WhyWithdrawn = Annotated[str, msgspec.Meta(pattern=r"\A(no_longer_needed|too_risky|conditions|other)\Z")]


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
    """Body of acts on items of one request: accept, decide to transmit."""

    request: Id
    items: Items


class OriginalBody(msgspec.Struct, frozen=True):
    """Body of ``original.confirm``: the paper original, or the qualified signature, came.

    Attributes:
        at: When it came, not later than the act itself.
        reference: Of the letter; it names nobody.
    """

    request: Id
    form: Annotated[str, msgspec.Meta(pattern=r"\A(paper|qualified)\Z")]
    at: Time
    reference: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}\Z")] | None = None


class WithdrawBody(msgspec.Struct, frozen=True):
    """Body of ``request.withdraw``; ``why`` says where the assistance is no longer needed."""

    request: Id
    items: Items
    why: WhyWithdrawn | None = None


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


class LiftBody(msgspec.Struct, frozen=True):
    """Body of ``measure.lift``: a freezing or seizure ends before what it served.

    Attributes:
        hearing: The consultation by which the requesting Party was heard.
        unheard: Why it could not be heard, where it was not.

    Basis: 50(7), 50(8)
    """

    request: Id
    items: Items
    ground: WhyLifted
    hearing: Id | None = None
    unheard: WhyUnheard | None = None


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
    about: About


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
    conditions: Annotated[tuple[Id, ...], msgspec.Meta(max_length=64)] = ()


class HandBody(msgspec.Struct, frozen=True):
    """Body of ``evidence.hand``: evidence that went from hand to hand, on paper, on a disk, as an object.

    Attributes:
        decision: The decision to transmit; null where the other side's own steps are not known.
        digest: SHA-256 of what can be hashed.
    """

    request: Id
    items: Annotated[tuple[Delivered, ...], msgspec.Meta(min_length=1, max_length=256)]
    medium: Annotated[str, msgspec.Meta(pattern=r"\A(paper|disk|device|object|file)\Z")]
    decision: Id | None = None
    digest: Id | None = None
    conditions: Annotated[tuple[Id, ...], msgspec.Meta(max_length=64)] = ()


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
