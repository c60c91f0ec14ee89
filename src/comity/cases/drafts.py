"""What may be written into an act: the parts of its kind, and a skeleton without words.

A receiver keeps what it does not know; an author writes nothing that the table does not name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.cases import kinds
from comity.cases.acts import Act
from comity.cases.approvals import persons_needed
from comity.cases.attested import ATTEST
from comity.cases.teampapers import require_papers
from comity.kernel.errors import MalformedError

MOST_WORDS = 64 * 1024
"""Most bytes of a part of an act that one person may send, requests apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInput:
    """A part as an officer hands it in."""

    name: str
    media: str
    data: bytes = field(repr=False)


def require_declared(kind: str, parts: Sequence[PartInput], *, told: str = "") -> None:
    """Refuse to write parts that the table does not know for the kind, and overlong words.

    Args:
        kind: Kind of the act.
        parts: Its parts.
        told: For an attestation, the kind of what it attests, whose parts it carries.

    An act that one person may send is no way out for evidence.

    Raises:
        MalformedError: ``draft.part`` or ``draft.part_size``.

    Basis: PROTOCOL rule 11
    """
    row = kinds.KINDS.get(kind)
    if row is None:
        return  # refused as a kind that this software does not write
    wordy = kind not in kinds.OPENING_KINDS and persons_needed(kind) < 2
    inner = kinds.KINDS.get(told) if kind == ATTEST else None
    names = (*row.needs, *row.may, *((*inner.needs, *inner.may) if inner is not None else ()))
    names += (kinds.DOCUMENT,) if kind in kinds.WITH_DOCUMENT else ()
    for part in parts:
        if part.name not in names:
            known = ", ".join(names) or "none"
            raise MalformedError(
                "draft.part",
                f"an act of kind {kind} has no part {part.name[:32]!r}",
                hint=f"parts are: {known}",
            )
        transcribed = told in kinds.OPENING_KINDS and part.name in names
        if wordy and not transcribed and len(part.data) > MOST_WORDS:
            raise MalformedError(
                "draft.part_size",
                f"the words of an act of kind {kind} have at most {MOST_WORDS} bytes",
                hint="evidence leaves by a decision to transmit and a delivery",
                where=part.name,
            )


def require_writable(act: Act, parts: Sequence[PartInput]) -> None:
    """Refuse to write what :func:`require_known` or a receiver would refuse for its papers.

    Raises:
        MalformedError: ``draft.member``, ``team.agreement``, ``team.carried``.
    """
    require_known(act)
    require_papers(act, {item.name: item.data for item in parts})


def require_known(act: Act) -> None:
    """Refuse to write members that the kind's skeleton does not have: it is never erased.

    Raises:
        MalformedError: ``draft.member``.

    Basis: PROTOCOL rule 3
    """
    body = kinds.parse_body(act)
    told, inner = kinds.told_steps(act)
    stray = "" if body is None else _stray(act.body, msgspec.to_builtins(body))
    if act.kind == ATTEST and inner is not None:
        stray = stray or _stray(told.body, msgspec.to_builtins(inner))
    if stray:
        raise MalformedError(
            "draft.member",
            f"the skeleton of {act.kind} has no member {stray[:32]!r}",
            hint="'comity act example KIND' shows its members; names, facts and words stand in parts",
            where=f"/body/{stray[:32]}",
        )


def _stray(given: Any, known: Any) -> str:
    """Return the first name in a value that its typed form lacks; empty where there is none."""
    if isinstance(given, Mapping) and isinstance(known, Mapping):
        for name, value in given.items():
            found = name if name not in known else _stray(value, known[name])
            if found:
                return str(found)
    elif isinstance(given, (list, tuple)):
        for one, other in zip(given, known, strict=False):
            if found := _stray(one, other):
                return found
    return ""
