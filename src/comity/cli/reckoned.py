"""The arithmetic of a time, as sentences and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import printable
from comity.kernel.clock import format_instant
from comity.wording.clocks import step_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cases.reckoning import Step
    from comity.cli.words import Words


def reckoned(steps: Sequence[Step], words: Words) -> tuple[str, ...]:
    """Return the arithmetic of a time, a sentence a step; what it quotes from outside is made harmless."""
    return tuple(step_text(step, language=words.language, clean=printable) for step in steps)


def steps_value(steps: Sequence[Step], words: Words) -> list[dict[str, object]]:
    """Return the steps of an arithmetic: code, the instant it leads to, parameters, and the sentence."""
    said = reckoned(steps, words)
    return [
        {"code": step.code, "at": format_instant(step.at), "parameters": dict(step.given), "text": text}
        for step, text in zip(steps, said, strict=True)
    ]
