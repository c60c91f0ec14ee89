"""How the story is told: one numbered step after the other, each with its paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import wrap, write_lines
from comity.cli.pages import short

if TYPE_CHECKING:
    from typing import TextIO

    from comity.cli.words import Words
    from comity.node.views import ActView


class Teller:
    """Prints the story as it happens; silent where a program reads the answer.

    Args:
        words: The language.
        stream: Where it is told; None for silence.
    """

    def __init__(self, words: Words, stream: TextIO | None) -> None:
        self._words = words
        self._stream = stream
        self._steps = 0

    def open(self, key: str, **parameters: str | int) -> None:
        """Print the sentence that opens the story."""
        self._write(*wrap(self._words.say(key, **parameters), indent=0))

    def step(self, key: str, *, basis: str, who: str, **parameters: str | int) -> None:
        """Print the head of the next step: its number, who acts, what it is about, its paragraph."""
        self._steps += 1
        text = self._words.say(key, **parameters)
        head = self._words.say("demo.head", number=self._steps, who=who, text=text, basis=basis)
        self._write("", *wrap(head, indent=0, hang=4))

    def note(self, key: str, **parameters: str | int) -> None:
        """Print one line below the step."""
        self._write(*wrap(self._words.say(key, **parameters), indent=4, hang=2))

    def act(self, act: ActView) -> None:
        """Print an issued act: id, kind, who approved it."""
        self.note("demo.act", act=short(act.act), kind=act.kind, names=", ".join(act.approved_by))

    def lines(self, *lines: str) -> None:
        """Print lines as they are."""
        self._write(*lines)

    def _write(self, *lines: str) -> None:
        if self._stream is not None:
            write_lines(self._stream, lines)
