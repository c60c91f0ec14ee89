"""The acts by which two sides talk about a request: skeletons and rows of the table of kinds.

What is asked names the request; what answers names what it answers. :mod:`comity.cases.talks` says who
owes which answer.
"""

from typing import Annotated

import msgspec

from comity.cases.skeletons import Id, Items, Kind, Name, Paragraph, Sender, Time

Conditions = Annotated[
    tuple[
        Annotated[
            str,
            msgspec.Meta(
                pattern=r"\A(use_limited|no_onward|confidential|return|no_death_penalty|no_torture|fair_trial|speciality"
                r"|reciprocity|data_protection|presence|procedure|costs|other)\Z"
            ),
        ],
        ...,
    ],
    msgspec.Meta(min_length=1, max_length=16),
]
Assurances = Annotated[
    tuple[
        Annotated[
            str,
            msgspec.Meta(
                pattern=r"\A(no_death_penalty|no_torture|fair_trial|speciality|reciprocity|return|other)\Z"
            ),
        ],
        ...,
    ],
    msgspec.Meta(min_length=1, max_length=8),
]
Amount = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Fields = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=64)]


class ConsultAnswerBody(msgspec.Struct, frozen=True):
    """Body of ``consult.answer``."""

    request: Id
    consult: Id


class ConditionsBody(msgspec.Struct, frozen=True):
    """Body of ``conditions.offer``: what would make it possible; the words stand in its part."""

    request: Id
    items: Items
    conditions: Conditions


class OfferAnswerBody(msgspec.Struct, frozen=True):
    """Body of ``conditions.accept`` and ``conditions.decline``."""

    request: Id
    offer: Id


class ConsentAskBody(msgspec.Struct, frozen=True):
    """Body of ``consent.ask``: for which use of what was furnished.

    Attributes:
        recipient: For passing it on: the Party that is to get it; without one nobody may.

    Basis: 36(3), 40(19)
    """

    request: Id
    items: Items
    use: Annotated[str, msgspec.Meta(pattern=r"\A(other_proceedings|other_purpose|onward)\Z")]
    recipient: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")] | None = None


class ConsentGiveBody(msgspec.Struct, frozen=True):
    """Body of ``consent.give``."""

    request: Id
    ask: Id
    until: Time | None = None


class AskedBody(msgspec.Struct, frozen=True):
    """Body of an act that answers what the other side asked."""

    request: Id
    ask: Id


class AssuranceAskBody(msgspec.Struct, frozen=True):
    """Body of ``assurance.ask``."""

    request: Id
    items: Items
    assurances: Assurances


class AssuranceGiveBody(msgspec.Struct, frozen=True):
    """Body of ``assurance.give``; ``ask`` is null where nobody asked for it."""

    request: Id
    items: Items
    assurances: Assurances
    ask: Id | None = None


class StatusAskBody(msgspec.Struct, frozen=True):
    """Body of ``status.ask``."""

    request: Id


class StatusTellBody(msgspec.Struct, frozen=True):
    """Body of ``status.tell``: by when more is expected, if that can be told."""

    request: Id
    ask: Id | None = None
    expected: Time | None = None


class CostsBody(msgspec.Struct, frozen=True):
    """Body of ``costs.propose``: extraordinary costs, and who would bear them."""

    request: Id
    items: Items
    amount: Amount
    currency: Currency
    bears: Annotated[str, msgspec.Meta(pattern=r"\A(requesting|requested|shared)\Z")]


class CostsAnswerBody(msgspec.Struct, frozen=True):
    """Body of ``costs.agree`` and ``costs.decline``."""

    request: Id
    proposal: Id


class WarnBody(msgspec.Struct, frozen=True):
    """Body of ``execution.warn``: what execution would put at risk."""

    request: Id
    items: Items
    risk: Annotated[str, msgspec.Meta(pattern=r"\A(confidentiality|availability|investigation)\Z")]


class ProceedBody(msgspec.Struct, frozen=True):
    """Body of ``execution.proceed``: go on all the same."""

    request: Id
    warning: Id


class WeighBody(msgspec.Struct, frozen=True):
    """Body of ``exculpation.answer``: whether any of what was received points away from guilt."""

    request: Id
    received: Id
    points_away: Annotated[str, msgspec.Meta(pattern=r"\A(yes|no|unclear)\Z")]


class ExculpationBody(msgspec.Struct, frozen=True):
    """Body of ``exculpation.notify``: what was received is going to be, or was, told to the accused."""

    request: Id
    received: Id
    before: bool


class UndoneBody(msgspec.Struct, frozen=True):
    """Body of ``recall.answer``: what became of an execution that was recalled or withdrawn too late."""

    request: Id
    execution: Id
    result: Annotated[str, msgspec.Meta(pattern=r"\A(returned|destroyed|released|lifted|kept)\Z")]


class CorrectBody(msgspec.Struct, frozen=True):
    """Body of ``data.correct``: items of what was furnished that are wrong."""

    request: Id
    items: Items
    received: Id


class CorrectedBody(msgspec.Struct, frozen=True):
    """Body of ``correction.answer``."""

    request: Id
    correction: Id
    result: Annotated[str, msgspec.Meta(pattern=r"\A(applied|noted|kept)\Z")]


class BreachBody(msgspec.Struct, frozen=True):
    """Body of ``breach.notify``: what was broken, and whether at the author or at the other side."""

    request: Id
    what: Annotated[str, msgspec.Meta(pattern=r"\A(limits|confidentiality|onward|access|loss|conditions)\Z")]
    at_author: bool
    known_since: Time


class BreachAnswerBody(msgspec.Struct, frozen=True):
    """Body of ``breach.answer``: what was done about it."""

    request: Id
    breach: Id


class DraftTalk(msgspec.Struct, frozen=True):
    """The skeleton of a request that is only thought of."""

    mechanism: Paragraph
    instrument: Name


class DraftBody(msgspec.Struct, frozen=True):
    """Body of ``consultation.draft``: a form to talk about, which asks for nothing."""

    draft: DraftTalk


class DraftAnswerBody(msgspec.Struct, frozen=True):
    """Body of ``draft.answer``: pointers to the fields that would not do."""

    consultation: Id
    fields: Fields = ()


def _row(
    name: str, sender: Sender, body: type[msgspec.Struct], *, needs: str = "", may: str = "", basis: str
) -> Kind:
    """Return a row with one part: of words, that must be or may be there."""
    return Kind(
        name=name,
        sender=sender,
        body=body,
        needs=(needs,) if needs else (),
        may=(may,) if may else (),
        basis=basis,
    )


ROWS = (
    _row("consult.answer", Sender.EITHER, ConsultAnswerBody, needs="answer", basis="40(28)"),
    _row("conditions.offer", Sender.GIVING, ConditionsBody, needs="conditions", basis="40(28)"),
    _row("conditions.accept", Sender.TAKING, OfferAnswerBody, may="note", basis="40(28)"),
    _row("conditions.decline", Sender.TAKING, OfferAnswerBody, may="reason", basis="40(28)"),
    _row("consent.ask", Sender.TAKING, ConsentAskBody, needs="use", basis="40(19)"),
    _row("consent.give", Sender.GIVING, ConsentGiveBody, may="terms", basis="40(19)"),
    _row("consent.decline", Sender.GIVING, AskedBody, may="reason", basis="40(19)"),
    _row("assurance.ask", Sender.GIVING, AssuranceAskBody, needs="question", basis="40(28)"),
    _row("assurance.give", Sender.TAKING, AssuranceGiveBody, needs="assurance", basis="40(28)"),
    _row("assurance.decline", Sender.TAKING, AskedBody, may="reason", basis="40(28)"),
    _row("status.ask", Sender.TAKING, StatusAskBody, may="question", basis="40(26)"),
    _row("status.tell", Sender.GIVING, StatusTellBody, needs="status", basis="40(26)"),
    _row("costs.propose", Sender.GIVING, CostsBody, needs="terms", basis="40(30)"),
    _row("costs.agree", Sender.TAKING, CostsAnswerBody, may="note", basis="40(30)"),
    _row("costs.decline", Sender.TAKING, CostsAnswerBody, may="reason", basis="40(30)"),
    _row("execution.warn", Sender.REQUESTED, WarnBody, needs="warning", basis="40(20)"),
    _row("execution.proceed", Sender.REQUESTING, ProceedBody, may="note", basis="40(20)"),
    _row("exculpation.answer", Sender.TAKING, WeighBody, may="note", basis="40(19)"),
    _row("exculpation.notify", Sender.TAKING, ExculpationBody, needs="notice", basis="40(19)"),
    _row("recall.answer", Sender.EITHER, UndoneBody, may="note", basis="40(26)"),
    _row("data.correct", Sender.GIVING, CorrectBody, needs="correction", basis="36(2)"),
    _row("correction.answer", Sender.TAKING, CorrectedBody, may="note", basis="36(2)"),
    _row("breach.notify", Sender.EITHER, BreachBody, needs="notice", basis="36(2)"),
    _row("breach.answer", Sender.EITHER, BreachAnswerBody, needs="measures", basis="36(2)"),
    _row("consultation.draft", Sender.EITHER, DraftBody, needs="form", basis="41(3)(a)"),
    _row("draft.answer", Sender.EITHER, DraftAnswerBody, needs="answer", basis="41(3)(a)"),
)
"""The conversation about requests; none of it is coercive."""
