"""What is kept of a sealing under way, so that after a crash it goes on where the ciphertext ends.

    plan      what was ordered, written before the first byte is sealed
    mark      how far the ciphertext on disk is, and the exhibits that ended in it; one line a portion

The file key is kept too, sealed to the store key of the node. Nothing of a source is.

Basis: PROTOCOL rule 21
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.evidence import wire
from comity.evidence.actwire import act_in, act_said
from comity.evidence.pieces import LEAF_SIZE
from comity.evidence.sealing import SealOrder
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson

VERSION = 1
MOST_PLAN = 8 << 20
MOST_MARK = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingPlan:
    """One sealing: what was ordered, and what whoever ordered it has to do when it is done.

    Attributes:
        name: 32 hexadecimal digits.
        began: When.
        order: What is sealed, for whom, as what.
        task: JSON of the desk that ordered it.
        out: File that the ciphertext becomes; empty where it goes to the store.
    """

    name: str
    began: Instant
    order: SealOrder
    task: Mapping[str, Any] = field(default_factory=dict)
    out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingMark:
    """How far the ciphertext reaches.

    Attributes:
        at: Bytes of the archive up to the end of the last exhibit that ended.
        lines: Lines of the exhibits that ended since the mark before.
        leaves: Leaf hashes of the pieces that were completed since then.
    """

    at: int
    lines: tuple[bytes, ...]
    leaves: bytes

    def __post_init__(self) -> None:
        if self.at < 0 or len(self.leaves) % LEAF_SIZE:
            raise ValueError("a mark lies in the archive and holds whole leaves")


class _Act(msgspec.Struct, kw_only=True):
    at: int
    authority: str
    officer: str
    place: str
    reason: str
    role: str
    step: str
    tool: str
    tool_version: str


class _Plan(msgspec.Struct, kw_only=True):
    acts: list[_Act]
    began: int
    label: str
    language: str
    leave_out: bool
    name: str
    out: str
    recipients: list[str]
    segment: int
    sources: list[str]
    task: dict[str, Any]
    v: int


class _Mark(msgspec.Struct, kw_only=True):
    at: int
    leaves: str
    lines: list[str]


def dump_plan(plan: SealingPlan) -> bytes:
    """Return a plan as JSON."""
    order = plan.order
    return dump_ijson(
        _Plan(
            v=VERSION,
            name=plan.name,
            began=plan.began,
            sources=[b64(source) for source in order.sources],
            recipients=[b64(public) for public in order.recipients],
            label=wire.dump_exhibits(order.label, ()).decode("utf-8"),
            acts=[_Act(step=act.step.value, **act_said(act)) for act in order.acts],
            language=order.language,
            leave_out=order.leave_out,
            segment=order.segment,
            task=dict(plan.task),
            out=plan.out,
        )
    )


def parse_plan(data: bytes) -> SealingPlan:
    """Return a plan; raise MalformedError ``seal.plan`` for anything that is none."""
    try:
        found = msgspec.convert(parse_ijson(data, most_bytes=MOST_PLAN), _Plan, strict=True)
        label, _ = wire.parse_exhibits(found.label.encode("utf-8"))
        order = SealOrder(
            sources=tuple(unb64(source) for source in found.sources),
            recipients=tuple(unb64(public) for public in found.recipients),
            label=label,
            acts=tuple(act_in(act, act.step) for act in found.acts),
            language=found.language,
            leave_out=found.leave_out,
            segment=found.segment,
        )
        began = require_instant(found.began)
    except (msgspec.ValidationError, ValueError, MalformedError) as exc:
        raise MalformedError("seal.plan", "what is kept of this sealing does not read") from exc
    return SealingPlan(name=found.name, began=began, order=order, task=found.task, out=found.out)


def dump_mark(mark: SealingMark) -> bytes:
    """Return a mark as one line of JSON with its line feed."""
    lines = [line.decode("utf-8") for line in mark.lines]
    return dump_ijson(_Mark(at=mark.at, leaves=b64(mark.leaves), lines=lines)) + b"\n"


def parse_marks(data: bytes) -> tuple[SealingMark, ...]:
    """Return the marks of a journal up to the first line that does not read: a crash cuts the last one."""
    found: list[SealingMark] = []
    for line in data.split(b"\n")[:-1]:
        try:
            mark = msgspec.convert(parse_ijson(line, most_bytes=MOST_MARK), _Mark, strict=True)
            lines = tuple(text.encode("utf-8") for text in mark.lines)
            made = SealingMark(at=mark.at, lines=lines, leaves=unb64(mark.leaves))
        except (msgspec.ValidationError, ValueError, MalformedError):
            break
        if found and made.at < found[-1].at:
            break
        found.append(made)
    return tuple(found)


def exhibit_count(marks: Sequence[SealingMark]) -> int:
    """Return how many exhibits ended before the last mark."""
    return sum(len(mark.lines) for mark in marks)
