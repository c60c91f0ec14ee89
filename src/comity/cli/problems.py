"""The errors that only a command line has: it was not used as it is meant to be."""

from __future__ import annotations

from typing import ClassVar

from comity.kernel.errors import ComityError


class UsageError(ComityError):
    """The command line cannot be understood or leaves something out; exit 2.

    Unlike the six families its words come from the catalogue, so it carries keys and parameters.

    Args:
        code: Stable dotted code, e.g. ``usage.missing``; ``problem.<code>`` is its sentence in the catalogue.
        where: The command or the option concerned.
        parameters: What the sentence and its hint need.
    """

    family: ClassVar[str] = "usage"
    exit_code: ClassVar[int] = 2
    status: ClassVar[int] = 400

    def __init__(self, code: str, *, where: str = "", **parameters: str | int) -> None:
        super().__init__(code, code, where=where)
        self.parameters = parameters
