"""From the words typed to the one command meant, with its options.

Only the parser of that command is built. What is missing or unknown is judged here rather than by
:mod:`argparse`, because the sentence for it comes from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from comity.cli.commands import Argument, Command, find_command
from comity.cli.problems import UsageError
from comity.cli.table import COMMANDS, GLOBALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LAST_PORT = 65535
_TAKES_VALUE = frozenset(flag for option in GLOBALS if not option.is_flag for flag in option.flags)


@dataclass(frozen=True, slots=True)
class Options:
    """The values given, by argument name; what was not given is None, False or empty."""

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return the value of an option, empty when it was not given."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def maybe(self, name: str) -> str | None:
        """Return the value of an option, None when it was not given or is empty."""
        return self.text(name) or None

    def many(self, name: str) -> tuple[str, ...]:
        """Return all values of an option that may be given several times."""
        value = self.values.get(name)
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    def flag(self, name: str) -> bool:
        """Tell whether a flag was given."""
        return self.values.get(name) is True

    def port(self, name: str) -> int | None:
        """Return the value of an option that names a port, 0 to 65535; None when it was not given.

        Raises:
            UsageError: ``usage.port``.
        """
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= _LAST_PORT):
            raise UsageError("usage.port", where=f"--{name.replace('_', '-')}", value=text[:40])
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What was typed.

    Attributes:
        words: The command words understood so far; more than one command may begin with them.
        command: The command, None when only help or the version is asked for.
        options: Its options and the global ones.
        wants_help: Whether to explain instead of to act.
        wants_version: Whether to tell the version.
    """

    words: tuple[str, ...] = ()
    command: Command | None = None
    options: Options = field(default_factory=lambda: Options({}))
    wants_help: bool = False
    wants_version: bool = False


def read_arguments(argv: Sequence[str]) -> Invocation:
    """Return what the arguments (without the program's name) mean.

    Raises:
        UsageError: with a code that begins with ``usage.``.
    """
    places = _word_places(argv)
    command, words = find_command(COMMANDS, [argv[place] for place in places])
    taken = set(places[: len(words)])
    rest = [text for place, text in enumerate(argv) if place not in taken]
    if command is not None:
        options = _parse(rest, command)
        return Invocation(words=words, command=command, options=options, wants_help=options.flag("help"))
    return _read_without_command(argv, [argv[place] for place in places], words, rest)


def _read_without_command(
    argv: Sequence[str], typed: list[str], words: tuple[str, ...], rest: list[str]
) -> Invocation:
    helped = "--help" in argv or "-h" in argv
    if "--version" in argv and not words:
        return Invocation(wants_version=True, options=Options({"json": "--json" in argv}))
    options = _parse([text for text in rest if text not in typed[len(words) :]], None)
    if len(typed) > len(words) and not (helped and not words and typed[0] == "help"):
        known = sorted({c.words[len(words)] for c in COMMANDS if c.words[: len(words)] == words})
        raise UsageError(
            "usage.unknown_command",
            where=" ".join((*words, typed[len(words)])),
            command=" ".join(("comity", *words, typed[len(words)]))[:80],
            known=", ".join(known),
        )
    return Invocation(words=words, options=options, wants_help=True)


def asks_for_json(argv: Sequence[str]) -> bool:
    """Tell whether ``--json`` stands on the line, even if the rest of it cannot be understood."""
    return "--json" in argv[: _end_of_options(argv)]


def option_asked(argv: Sequence[str], flag: str) -> str:
    """Return the value of a global option, even if the rest of the line cannot be read; empty without one."""
    head = argv[: _end_of_options(argv)]
    for place, text in enumerate(head):
        if text.startswith(f"{flag}="):
            return text.removeprefix(f"{flag}=")
        if text == flag and place + 1 < len(head):
            return head[place + 1]
    return ""


def _end_of_options(argv: Sequence[str]) -> int:
    return argv.index("--") if "--" in argv else len(argv)


def _word_places(argv: Sequence[str]) -> list[int]:
    """Return the places of what may be command words: all that is no option and no value of a global one."""
    places: list[int] = []
    skip = False
    for place, text in enumerate(argv):
        if skip:
            skip = False
        elif text == "--":
            break
        elif text.startswith("-") and len(text) > 1:
            skip = text in _TAKES_VALUE
        else:
            places.append(place)
    return places


def _parse(rest: Sequence[str], command: Command | None) -> Options:
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError("usage.syntax", where=command.name if command else "", detail=message)

    own = command.arguments if command else ()
    arguments = (*own, *(one for one in GLOBALS if one.name not in {mine.name for mine in own}))
    parser = Parser(add_help=False, allow_abbrev=False, usage="comity", argument_default=None)
    for argument in arguments:
        _add(parser, argument)
    # What follows "--" is a value however it begins; argparse forgets that when it parses intermixed.
    end = _end_of_options(rest)
    tail = {f"\0{place}": text for place, text in enumerate(rest[end + 1 :])}
    found, unknown = parser.parse_known_intermixed_args([*rest[:end], *tail])
    options = Options({name: _restored(value, tail) for name, value in vars(found).items()})
    unknown = [tail.get(text, text) for text in unknown]
    if not options.flag("help"):
        if unknown:
            raise UsageError(
                "usage.unknown_option", where=unknown[0][:80], option=unknown[0][:80], **_of(command)
            )
        _require(options, arguments, command)
    return options


def _restored(value: object, tail: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [tail.get(item, item) for item in value]
    return tail.get(value, value) if isinstance(value, str) else value


def _add(parser: object, argument: Argument) -> None:
    import argparse

    assert isinstance(parser, argparse.ArgumentParser)
    if argument.is_flag:
        parser.add_argument(*argument.flags, dest=argument.name, action="store_true")
    elif argument.flags:
        action = "append" if argument.many else "store"
        parser.add_argument(*argument.flags, dest=argument.name, action=action)
    else:
        parser.add_argument(argument.name, nargs="*" if argument.many else "?")


def _require(options: Options, arguments: Sequence[Argument], command: Command | None) -> None:
    missing = [a.shown for a in arguments if a.required and not options.values.get(a.name)]
    if missing:
        raise UsageError("usage.missing", where=missing[0], missing=", ".join(missing), **_of(command))
    for argument in arguments:
        value = options.text(argument.name)
        if argument.choices and value and value not in argument.choices:
            raise UsageError(
                "usage.choice", where=argument.flags[0], value=value[:40], choices=", ".join(argument.choices)
            )


def _of(command: Command | None) -> dict[str, str]:
    return {"command": f"comity {command.name}" if command else "comity"}
