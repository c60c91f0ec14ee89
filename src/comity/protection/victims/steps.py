"""Steps of the victims' desk: the form of each, and what it changes in the record."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from comity.cases.blanks import Answer, Blank, filled
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError
from comity.protection.victims.records import (
    Contact,
    Hearing,
    Measure,
    Needs,
    Record,
    Refusal,
    Told,
    View,
)

GROUPS = ("adult", "child", "unknown")
OFFENCES = ("14", "15", "16", "other")
STAGES = ("report", "investigation", "charge", "trial", "sentence", "property", "release")
HOW = ("in_person", "in_writing", "by_representative", "declined", "unreached")
CONDITIONS = (
    "representative",
    "trained",
    "accused_absent",
    "place",
    "recorded",
    "defence",
    "interpreter",
    "needed",
)
"""What is checked before a child is heard: yes, no, or does not apply with a reason."""
UNCONDITIONAL = ("representative", "trained", "accused_absent")
"""Without these a child is not heard, whatever the reason. Basis: 34(5)"""


def _choice(name: str, choices: tuple[str, ...], *, needed: bool = True) -> Blank:
    return Blank(name=name, answer=Answer.CHOICE, needed=needed, choices=choices)


def _secret(name: str, *, needed: bool = True) -> Blank:
    return Blank(name=name, answer=Answer.PROSE, needed=needed, secret=True)


def _text(name: str, *, needed: bool = True) -> Blank:
    return Blank(name=name, needed=needed)


_UNTIL = Blank(name="until", answer=Answer.TIME, needed=True)
OPENING = (_choice("group", GROUPS), _choice("offence", OFFENCES), _text("case", needed=False))

STEPS: dict[str, tuple[Blank, ...]] = {
    "case": (_text("case"),),
    "officer": (_text("officer"), _choice("may_read", ("yes", "no"))),
    "identity": (_secret("name", needed=False), _choice("group", GROUPS)),
    "contact": (
        _choice("channel", ("phone", "message", "mail", "in_person", "advocate")),
        _secret("value"),
        _secret("hours"),
        _secret("code_word"),
        _secret("avoid", needed=False),
    ),
    "needs": (
        _choice("officer", ("woman", "man", "no_wish")),
        _text("interpreter", needed=False),
        _secret("disability", needed=False),
        _secret("companion", needed=False),
    ),
    "person": (_text("person"),),
    "measure": (_secret("what"), _text("provision"), _UNTIL),
    "stage": (_choice("stage", STAGES),),
    "views": (_choice("stage", STAGES), _choice("how", HOW), _secret("words", needed=False)),
    "telling": (
        _secret("fact"),
        _choice("decision", ("may_tell", "not_yet", "never")),
        _secret("reason"),
        Blank(name="since", answer=Answer.TIME),
        Blank(name="told", answer=Answer.FLAG),
    ),
    "statement": (_secret("statement"),),
    "hearing": (
        *(_choice(name, ("yes", "no", "not_applicable")) for name in CONDITIONS),
        _secret("reason", needed=False),
    ),
    "erasure": (),
    "refusal": (_text("ground"), _UNTIL),
}
"""What each step asks. What is secret stands on no command line, in no list, in no log and in no address."""


def taken(record: Record, step: str, values: Mapping[str, str], *, now: Instant) -> Record:
    """Return the record after a step.

    Raises:
        MalformedError: ``victims.step``, ``victims.until``, ``blank.…``.
        ConflictError: ``victims.hearing``, ``victims.views``, ``victims.unasked``.

    Basis: 34(1), 34(3), 34(5)
    """
    if step not in STEPS:
        raise MalformedError(
            "victims.step", f"{step[:40]!r} is no step", hint="steps are " + ", ".join(STEPS), where="step"
        )
    told = filled(STEPS[step], values)
    if "until" in told and told["until"] <= now:
        raise MalformedError("victims.until", "the end lies in the past", where="until")
    return _STEPS[step](record, told, now)


def _officer(record: Record, told: dict[str, Any], _now: Instant) -> Record:
    others = tuple(one for one in record.named if one != told["officer"])
    return replace(record, named=(*others, told["officer"]) if told["may_read"] == "yes" else others)


def _views(record: Record, told: dict[str, Any], now: Instant) -> Record:
    if told["stage"] not in record.stages:
        raise ConflictError(
            "victims.views",
            f"the proceedings have not reached the stage {told['stage']}",
            hint="record the stage first: stage",
            where="stage",
        )
    return replace(record, views=(*record.views, View(at=now, **told)))


def _hearing(record: Record, told: dict[str, Any], now: Instant) -> Record:
    if record.group != "adult":
        missing = [one for one in UNCONDITIONAL if told[one] != "yes"]
        if missing:
            raise ConflictError(
                "victims.hearing",
                f"a child is not heard while this is not so: {', '.join(missing)}",
                hint="a representative, a trained person, and nobody who is accused",
                where=missing[0],
            )
        if any(told[one] != "yes" for one in CONDITIONS) and "reason" not in told:
            raise ConflictError(
                "victims.hearing",
                "a condition is not met, and no reason is given",
                hint="give a reason by name, or meet the condition",
                where="reason",
            )
    return replace(record, hearings=(*record.hearings, Hearing(at=now, conditions=told)))


def _refusal(record: Record, told: dict[str, Any], now: Instant) -> Record:
    if record.asked is None:
        raise ConflictError("victims.unasked", "nobody asked for erasure", hint="record that first: erasure")
    return replace(record, refusals=(*record.refusals, Refusal(at=now, **told)), asked=None)


_STEPS: dict[str, Callable[[Record, dict[str, Any], Instant], Record]] = {
    "case": lambda one, told, _: replace(one, cases=tuple(sorted({*one.cases, told["case"]}))),
    "officer": _officer,
    "identity": lambda one, told, _: replace(one, name=told.get("name", ""), group=told["group"]),
    "contact": lambda one, told, _: replace(one, contact=Contact(**told)),
    "needs": lambda one, told, _: replace(one, needs=Needs(**told)),
    "person": lambda one, told, _: replace(one, person=told["person"]),
    "measure": lambda one, told, _: replace(one, measures=(*one.measures, Measure(**told))),
    "stage": lambda one, told, _: replace(one, stages=tuple(dict.fromkeys((*one.stages, told["stage"])))),
    "views": _views,
    "telling": lambda one, told, _: replace(
        one, told=(*(t for t in one.told if t.fact != told["fact"]), Told(**told))
    ),
    "statement": lambda one, told, _: replace(one, statement=told["statement"]),
    "hearing": _hearing,
    "erasure": lambda one, _told, now: replace(one, asked=now),
    "refusal": _refusal,
}
