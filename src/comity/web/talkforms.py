"""What the forms of a conversation ask for beside items and words: choices, days, what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from comity.cases import attested
from comity.cases.talks import ANSWERS, TALKS
from comity.node.views import CaseView, RequestView
from comity.web.bodies import Form

CHOICE, MANY, TEXT, DAY, YES_NO, LINES, ACT = "choice", "many", "text", "day", "yes_no", "lines", "act"
OWN_PAGES = frozenset({attested.ATTEST, "consultation.draft"})
"""Kinds that have a page of their own."""

_CONDITIONS = (
    "use_limited",
    "no_onward",
    "confidential",
    "return",
    "no_death_penalty",
    "no_torture",
    "fair_trial",
    "speciality",
    "reciprocity",
    "data_protection",
    "presence",
    "procedure",
    "costs",
    "other",
)
_ASSURANCES = (
    "no_death_penalty",
    "no_torture",
    "fair_trial",
    "speciality",
    "reciprocity",
    "return",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        name: Member of the skeleton; ``web.talk.<name>`` is its label.
        shape: How it is filled in.
        options: Codes to choose from, or acts; empty for other shapes.
        needed: Whether it must be filled in.
    """

    name: str
    shape: str
    options: tuple[str, ...] = ()
    needed: bool = False


def _choice(name: str, *options: str) -> Field:
    return Field(name=name, shape=CHOICE, options=options, needed=True)


def _day(name: str, *, needed: bool = False) -> Field:
    return Field(name=name, shape=DAY, needed=needed)


_UNHEARD = ("not_reached", "court_ordered", "asked_for", "danger", "other")

FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "conditions.offer": (Field(name="conditions", shape=MANY, options=_CONDITIONS, needed=True),),
        "consent.ask": (
            _choice("use", "other_proceedings", "other_purpose", "onward"),
            Field(name="recipient", shape=TEXT),
        ),
        "consent.give": (_day("until"),),
        "assurance.ask": (Field(name="assurances", shape=MANY, options=_ASSURANCES, needed=True),),
        "assurance.give": (Field(name="assurances", shape=MANY, options=_ASSURANCES, needed=True),),
        "status.tell": (_day("expected"),),
        "costs.propose": (
            Field(name="amount", shape=TEXT, needed=True),
            Field(name="currency", shape=TEXT, needed=True),
            _choice("bears", "requesting", "requested", "shared"),
        ),
        "execution.warn": (_choice("risk", "confidentiality", "availability", "investigation"),),
        "exculpation.answer": (_choice("points_away", "no", "yes", "unclear"),),
        "exculpation.notify": (Field(name="before", shape=YES_NO),),
        "recall.answer": (_choice("result", "returned", "destroyed", "released", "lifted", "kept"),),
        "correction.answer": (_choice("result", "applied", "noted", "kept"),),
        "breach.notify": (
            _choice("what", "limits", "confidentiality", "onward", "access", "loss", "conditions"),
            Field(name="at_author", shape=YES_NO),
            _day("known_since", needed=True),
        ),
        "draft.answer": (Field(name="fields", shape=LINES),),
        "evidence.hand": (
            _choice("medium", "paper", "disk", "device", "object", "file"),
            Field(name="digest", shape=TEXT),
        ),
        "request.withdraw": (_choice("why", "no_longer_needed", "too_risky", "conditions", "other"),),
        "original.confirm": (
            _choice("form", "paper", "qualified"),
            _day("at", needed=True),
            Field(name="reference", shape=TEXT),
        ),
        "measure.lift": (
            _choice("ground", "evidence", "minimal", "ruling", "expired", "withdrawn", "other"),
            Field(name="hearing", shape=TEXT),
            Field(name="unheard", shape=CHOICE, options=_UNHEARD),
        ),
        "team.carry": (Field(name="act", shape=TEXT, needed=True),),
        "act.convey": (
            _choice("step", "sent", attested.ARRIVED),
            _choice("channel", *attested.CHANNELS),
            _day("at"),
            Field(name="reference", shape=TEXT),
            Field(name="scan", shape=TEXT),
        ),
    }
)


def talk_fields(kind: str, case: CaseView, request: RequestView | None) -> tuple[Field, ...]:
    """Return the fields of a kind; with a choice of what it answers where several acts wait for it.

    Args:
        kind: Of the act.
        case: In which it will stand.
        request: The request concerned; None for an act about none.
    """
    found = list(FIELDS.get(kind, ()))
    waiting = answered(kind, case, request)
    if len(waiting) > 1:
        found.insert(0, Field(name=named_by(kind), shape=ACT, options=waiting, needed=True))
    return tuple(found)


def named_by(kind: str) -> str:
    """Return the member by which an act of this kind names what it is about; empty where there is none."""
    named = {"act.convey": "act", "draft.answer": "consultation", "recall.answer": "execution"}
    if kind in (attested.CONFIRM, attested.DISPUTE):
        return "attestation"
    if kind in ("data.correct", "exculpation.notify"):
        return "received"
    row = next((one for one in TALKS.values() if kind in one.answers), None)
    return named.get(kind, "" if row is None else row.names)


def answered(kind: str, case: CaseView, request: RequestView | None) -> tuple[str, ...]:
    """Return the acts that an act of this kind may be about now."""
    if kind in (attested.CONFIRM, attested.DISPUTE):
        return tuple(a.act for a in case.acts if a.attested and a.attested.status == "standing")
    if kind == "act.convey":
        return _owed(case, "duty.convey")
    if kind == "draft.answer":
        return _owed(case, "duty.answer_draft")
    if kind == "recall.answer":
        return tuple(one.about for one in case.duties if one.code in _UNDONE)
    if request is None:
        return ()
    if kind in ("data.correct", "exculpation.notify"):
        return tuple(talk.act for talk in request.talks if "exculpation.answer" in _answers(talk.kind))
    opens = ANSWERS.get(kind, ())
    return tuple(talk.act for talk in request.talks if talk.kind in opens and not talk.answered_by)


_UNDONE = frozenset({"duty.return", "duty.lift", "duty.release"})


def _owed(case: CaseView, code: str) -> tuple[str, ...]:
    return tuple(one.about for one in case.duties if one.code == code)


def _answers(kind: str) -> tuple[str, ...]:
    row = TALKS.get(kind)
    return () if row is None else row.answers


def talk_body(fields: Sequence[Field], form: Form) -> dict[str, Any]:
    """Return what was filled in, as members of a skeleton; what was left blank is left out."""
    body: dict[str, Any] = {}
    for field in fields:
        value = form.get(field.name)
        if field.shape == MANY:
            body[field.name] = list(form.all(field.name))
        elif field.shape == YES_NO:
            body[field.name] = value == "yes"
        elif field.shape == LINES:
            body[field.name] = [line.strip() for line in value.split("\n") if line.strip()]
        elif value:
            body[field.name] = value
    return body
