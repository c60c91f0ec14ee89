"""The help: what there is, in the order in which a newcomer needs it, in the language asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, table, wrap
from comity.cli.table import COMMANDS, GLOBALS, SECTIONS

if TYPE_CHECKING:
    from comity.cli.commands import Argument, Command
    from comity.cli.words import Words

_INDENT = 2


def explain(words: Words, typed: tuple[str, ...], command: Command | None) -> Reply:
    """Return the help on one command, on the commands that begin with the words typed, or on all."""
    if command is not None:
        return Reply(value={"help": [_entry(words, command)]}, lines=tuple(_of_command(words, command)))
    shown = tuple(c for c in COMMANDS if c.words[: len(typed)] == typed)
    lines = [words.say("help.usage", usage=_usage_of(typed))]
    if not typed:
        lines += ["", *wrap(words.say("help.what"), indent=0)]
    for section in SECTIONS:
        rows = [(c.name, words.say(f"command.{c.key}")) for c in shown if c.section == section]
        if rows:
            lines += ["", words.say(f"section.{section}"), *table(rows, indent=_INDENT)]
    lines += ["", words.say("help.options"), *_arguments(words, GLOBALS, None)]
    lines += ["", *wrap(words.say("help.more"), indent=0)]
    return Reply(value={"help": [_entry(words, c) for c in shown]}, lines=tuple(lines))


def _usage_of(typed: tuple[str, ...]) -> str:
    return " ".join(("comity", *typed, "COMMAND", "…"))


def _of_command(words: Words, command: Command) -> list[str]:
    usage = " ".join(("comity", command.name, *(a.usage for a in command.arguments)))
    lines = [words.say("help.usage", usage=usage), "", *wrap(words.say(f"command.{command.key}"), indent=0)]
    if words.has(f"details.{command.key}"):
        lines += ["", *wrap(words.say(f"details.{command.key}"), indent=0)]
    if command.arguments:
        lines += ["", words.say("help.arguments"), *_arguments(words, command.arguments, command)]
    lines += ["", words.say("help.options"), *_arguments(words, GLOBALS, None)]
    if command.example:
        lines += ["", words.say("help.example"), f"  comity {command.example}"]
    others = [
        c
        for c in COMMANDS
        if len(c.words) > len(command.words) and c.words[: len(command.words)] == command.words
    ]
    if others:
        rows = [(c.name, words.say(f"command.{c.key}")) for c in others]
        lines += ["", words.say("help.also"), *table(rows, indent=_INDENT)]
    return lines


def _arguments(words: Words, arguments: tuple[Argument, ...], command: Command | None) -> tuple[str, ...]:
    rows = []
    for argument in arguments:
        own, common = command.keys_of(argument) if command else ("", f"argument.{argument.name}")
        rows.append((argument.shown, words.say(own if own and words.has(own) else common)))
    return table(rows, indent=_INDENT)


def _entry(words: Words, command: Command) -> dict[str, object]:
    return {
        "command": command.name,
        "what": words.say(f"command.{command.key}"),
        "arguments": [argument.shown for argument in command.arguments],
        "example": f"comity {command.example}",
    }
