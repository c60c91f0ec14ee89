"""What a command is: its words, its arguments and where its code lives.

The table itself is :mod:`comity.cli.table`. A command names its code as text, so that naming every
command loads none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument or option of a command.

    Attributes:
        name: Attribute that the code reads; ``argument.<name>`` (or ``argument.<command>.<name>``) is its
            line in the catalogue.
        flags: Option strings; empty for an argument told by its place.
        metavar: What stands for the value in help.
        required: Whether it must be given.
        many: Whether it may be given several times (an option) or takes several values (an argument).
        is_flag: Whether it takes no value.
        choices: The only values taken; empty for any.
    """

    name: str
    flags: tuple[str, ...] = ()
    metavar: str = ""
    required: bool = False
    many: bool = False
    is_flag: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        if self.is_flag and (not self.flags or self.choices or self.required or self.many):
            raise ValueError(f"{self.name}: a flag takes nothing")

    @property
    def shown(self) -> str:
        """How help and messages name it, e.g. ``--to AUTHORITY`` or ``FILE``."""
        return self._with_flags(", ".join(self.flags))

    @property
    def usage(self) -> str:
        """How the usage line names it: by its first flag, in brackets where it may be left out."""
        text = self._with_flags(self.flags[0] if self.flags else "")
        return text if self.required else f"[{text}]"

    def _with_flags(self, flags: str) -> str:
        if self.is_flag:
            return flags
        value = self.metavar or "|".join(self.choices) or self.name.upper().replace("_", "-")
        return f"{flags} {value}".strip() + ("…" if self.many else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command.

    Attributes:
        words: How it is called, e.g. ``("request", "draft")``; ``command.<words joined by dots>`` is its line
            in the catalogue.
        section: Under which heading of ``--help`` it stands; ``section.<name>`` in the catalogue.
        code: ``module:function`` inside :mod:`comity.cli`.
        arguments: In the order in which help shows them.
        example: One line that works, without ``comity`` in front.
        judges: Whether its answer is an assessment: ``--lang`` may then be any language that findings are
            said in.
    """

    words: tuple[str, ...]
    section: str
    code: str
    arguments: tuple[Argument, ...] = ()
    example: str = ""
    judges: bool = False

    @property
    def name(self) -> str:
        """The command as it is typed."""
        return " ".join(self.words)

    @property
    def key(self) -> str:
        """The command in catalogue keys."""
        return ".".join(self.words)

    def keys_of(self, argument: Argument) -> tuple[str, str]:
        """Return the catalogue keys of an argument: its own for this command, and the common one."""
        return f"argument.{self.key}.{argument.name}", f"argument.{argument.name}"


def find_command(commands: tuple[Command, ...], words: list[str]) -> tuple[Command | None, tuple[str, ...]]:
    """Return the command that the words begin with, and the words that were understood.

    The longest command wins, so ``act approve`` is not ``act`` with the kind "approve". Without a
    command the understood words are those that begin at least one command.
    """
    best: Command | None = None
    for command in commands:
        size = len(command.words)
        if tuple(words[:size]) == command.words and (best is None or size > len(best.words)):
            best = command
    if best is not None:
        return best, best.words
    count = 0
    while count < len(words) and any(c.words[: count + 1] == tuple(words[: count + 1]) for c in commands):
        count += 1
    return None, tuple(words[:count])
