"""Guided cases of practice nodes, read from packaged data: who does what in which order, and how it is seen.

A step is done when the case shows it: the acts of the thread, the packages of the office and its releases are
asked, never a note of what a person said they did.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import msgspec

from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId
from comity.kernel.packaged import packaged_bytes
from comity.node.views import CaseView

DATA = "data/practice.json"

Done = Literal["act", "opened", "limits", "released", "called-back"]
End = Literal["own", "partner"]


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act of the scripted side.

    Attributes:
        act: Its kind.
        body: Members of its body that do not follow from the case.
        parts: Its parts.
        form: For a request: the kind of form.
        fields: Members of that form that differ from the example.
        exhibits: For a delivery: names of the exhibits that it seals.
    """

    act: str
    body: Mapping[str, Any] = {}
    parts: Mapping[str, Any] = {}
    form: str = ""
    fields: Mapping[str, Any] = {}
    exhibits: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: of the person who practises, or of the scripted side.

    Attributes:
        id: Unique in its case; ``practice.<case>.<id>.goal`` and ``.hint`` are its words.
        by: Whose step it is.
        basis: The paragraph it rests on.
        done: What shows that it is done.
        act: The kind of act that shows it, where ``done`` is ``act``.
        moves: What the scripted side does.
        limits: Members that the limits of the delivery must have, where ``done`` is ``limits``.
        form: The kind of request form that the person starts from, written as ``<id>.json``.
        fields: Members of that form that differ from the example; what is null is left out.
        acting: The form of an act that the person starts from, written as ``<id>.json``.
        exhibits: Names of the files that the person is handed.
        commands: What a person may type, with ``{case}``, ``{partner}`` and ``{folder}`` to be filled in.
        page: Path of the page where it is done, with the same places.
    """

    id: str
    by: End
    basis: str
    done: Done = "act"
    act: str = ""
    moves: tuple[Move, ...] = ()
    limits: Mapping[str, Any] = {}
    form: str = ""
    fields: Mapping[str, Any] = {}
    acting: Mapping[str, Any] | None = None
    exhibits: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    page: str = ""


class GuidedCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One guided case.

    Attributes:
        name: How it is called; ``practice.<name>.title`` and ``.story`` are its words.
        opens: Which side writes the first request.
    """

    name: str
    opens: End
    steps: tuple[Step, ...]

    @property
    def opening(self) -> str:
        """The kind of the act that opens the case."""
        first = self.steps[0]
        return first.act if first.by == "own" else first.moves[0].act


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cases: tuple[GuidedCase, ...]
    exhibits: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an office can see of a guided case.

    Attributes:
        case: The case; None before it is opened.
        released: Whether a court file of it was decided.
        limits: The limits of its own last delivery.
        called_back: Whether a call confirmed its last request.
    """

    case: CaseView | None
    released: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)
    called_back: bool = False


def guided_cases() -> tuple[GuidedCase, ...]:
    """Return every guided case, in the order in which they are best taken."""
    return _file().cases


def guided_case(name: str) -> GuidedCase:
    """Return one guided case.

    Raises:
        NotFoundError: ``practice.unknown``.
    """
    for one in guided_cases():
        if one.name == name:
            return one
    names = ", ".join(one.name for one in guided_cases())
    raise NotFoundError(
        "practice.unknown", f"no guided case is called {name[:40]!r}", hint=f"there is {names}"
    )


def exhibit(name: str) -> bytes:
    """Return the content of a made-up exhibit."""
    return _file().exhibits[name].encode("utf-8")


def steps_done(guided: GuidedCase, seen: Seen, *, own: AuthorityId) -> tuple[bool, ...]:
    """Tell of each step whether the case shows it. A step counts once all before it are done.

    Args:
        guided: The guided case.
        seen: What the office sees.
        own: The office of the person who practises.
    """
    left = Counter((act.sender == own, act.kind) for act in seen.case.acts) if seen.case else Counter()
    return tuple(_in_order(guided.steps, seen, left))


def moves_left(step: Step, before: Sequence[Step], seen: Seen, *, own: AuthorityId) -> tuple[Move, ...]:
    """Return what the scripted side still has to do in a step, once the steps before it are done."""
    if seen.case is None:
        return step.moves
    made = Counter(act.kind for act in seen.case.acts if act.sender != own)
    made -= Counter(move.act for one in before for move in one.moves)
    left: list[Move] = []
    for move in step.moves:
        if made[move.act] > 0:
            made[move.act] -= 1
        else:
            left.append(move)
    return tuple(left)


def _in_order(steps: Sequence[Step], seen: Seen, left: Counter[tuple[bool, str]]) -> Iterator[bool]:
    unbroken = True
    for step in steps:
        unbroken = unbroken and _is_done(step, seen, left)
        yield unbroken


def _is_done(step: Step, seen: Seen, left: Counter[tuple[bool, str]]) -> bool:
    match step.done:
        case "opened":
            return seen.case is not None and any(one.opened for one in seen.case.deliveries)
        case "released":
            return seen.released
        case "called-back":
            return seen.called_back
        case "limits":
            if any(seen.limits.get(name) != value for name, value in step.limits.items()):
                return False
    wanted = [(True, step.act)] if step.by == "own" else [(False, move.act) for move in step.moves]
    for one in wanted:
        if left[one] < 1:
            return False
        left[one] -= 1
    return True


@cache
def _file() -> _File:
    return msgspec.convert(json.loads(packaged_bytes("comity.node", DATA)), _File)
