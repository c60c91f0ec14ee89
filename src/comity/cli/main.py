"""One run of the command line: read, act, print, and turn every failure into words and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from comity.cli.context import Context
from comity.cli.output import Reply, printable, write_json, write_lines
from comity.cli.problems import UsageError
from comity.cli.reading import Invocation, asks_for_json, option_asked, read_arguments
from comity.cli.words import Words, language_for
from comity.kernel.errors import ComityError
from comity.wording import LANGUAGES, WRITTEN, ProblemText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TextIO

    from comity.cli.commands import Command
    from comity.cli.context import Surroundings
    from comity.cli.toolbox import Toolbox
    from comity.kernel.ids import OfficerName

INTERRUPTED = 130
_CLOSED = 8
_WITHOUT_NODE = frozenset(
    f"comity {name}"
    for name in (
        "demo",
        "init",
        "serve",
        "verify",
        "worker",
        "request kinds",
        "request example",
        "request schema",
        "request check",
        "request rebase",
        "basis",
        "treaty article",
        "treaty search",
        "treaty status",
        "treaty force",
        "treaty kit",
        "treaty pair",
        "letter",
        "letter check",
        "indicators extract",
    )
)


def run(
    argv: Sequence[str],
    toolbox: Toolbox,
    *,
    surroundings: Surroundings,
    stdin: TextIO,
    stdout: TextIO,
    stderr: TextIO,
) -> int:
    """Run one command and return its exit code.

    Args:
        argv: The arguments without the program's name.
        toolbox: What may be done beyond pure computation.
        surroundings: What the process environment says.
        stdin: Only asked whether it is a terminal.
        stdout: Takes the answer.
        stderr: Takes problems, questions and progress.
    """
    words = Words(language_for(option_asked(argv, "--lang"), surroundings.language))
    try:
        invocation = _read(argv, toolbox, surroundings)
        if _speaks_another(invocation):
            words = Words(language_for(surroundings.language))
        else:
            words = Words(_language(invocation, surroundings))
        context = Context(
            toolbox=toolbox,
            surroundings=surroundings,
            options=invocation.options,
            words=words,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )
        reply = _answer(context, invocation)
        if not reply.told:
            context.answer(reply)
    except BrokenPipeError:
        return _CLOSED
    except KeyboardInterrupt:
        problem = {
            "code": "interrupted",
            "message": words.say("problem.interrupted"),
            "hint": "",
            "where": "",
        }
        return _report(stderr, problem, words, argv, INTERRUPTED)
    except ComityError as exc:
        return _report(stderr, _problem(exc, words), words, argv, exc.exit_code, told=_told(exc, words))
    except OSError as exc:
        return _report(stderr, _system_problem(exc, words), words, argv, _CLOSED)
    except Exception as exc:  # noqa: BLE001  the outermost edge: a fault of ours, told without a traceback
        return _report(stderr, _fault(exc, words), words, argv, ComityError.exit_code)
    return reply.exit_code


def _read(argv: Sequence[str], toolbox: Toolbox, surroundings: Surroundings) -> Invocation:
    """Return what was typed; that there is no node at all is said before what a command of it still needs."""
    try:
        return read_arguments(argv)
    except UsageError as exc:
        if exc.code == "usage.missing" and str(exc.parameters.get("command")) not in _WITHOUT_NODE:
            node = option_asked(argv, "--node") or surroundings.node or "."
            with toolbox.open_node(node, unlock=_nobody):
                pass
        raise


def _nobody(_officer: OfficerName) -> None:
    """Unlock nothing: nobody acts while a command line is only read."""


def _answer(context: Context, invocation: Invocation) -> Reply:
    if invocation.wants_version:
        from comity import __version__

        return Reply(value={"comity": __version__}, lines=(f"comity {__version__}",))
    if invocation.wants_help or invocation.command is None:
        from comity.cli.help import explain

        return explain(context.words, invocation.words, invocation.command)
    return _code_of(invocation.command)(context)


def _code_of(command: Command) -> Callable[[Context], Reply]:
    from importlib import import_module

    module, _, name = command.code.partition(":")
    return cast("Callable[[Context], Reply]", getattr(import_module(f"comity.cli.{module}"), name))


def _speaks_another(invocation: Invocation) -> bool:
    """Tell whether ``--lang`` is the language of what is made, not of what is told."""
    return invocation.command is not None and any(one.name == "lang" for one in invocation.command.arguments)


def _language(invocation: Invocation, surroundings: Surroundings) -> str:
    """Return the language to speak; raise UsageError ``usage.choice`` for one that is not on offer."""
    judges = invocation.command is not None and invocation.command.judges
    offered = WRITTEN if judges else LANGUAGES
    asked = invocation.options.text("lang")
    found = language_for(asked, surroundings.language, offered=offered)
    if (
        asked
        and language_for(asked, offered=offered) == LANGUAGES[0]
        and not asked.lower().startswith(LANGUAGES[0])
    ):
        raise UsageError("usage.choice", where="--lang", value=asked[:40], choices=", ".join(offered))
    return found


def _problem(exc: ComityError, words: Words) -> Mapping[str, str]:
    if isinstance(exc, UsageError):
        message = words.say(f"problem.{exc.code}", **exc.parameters)
        hint = words.say(f"hint.{exc.code}", **exc.parameters) if words.has(f"hint.{exc.code}") else ""
        return {"code": exc.code, "message": message, "hint": hint, "where": exc.where}
    return exc.problem()


def _told(exc: ComityError, words: Words) -> ProblemText | None:
    """Return an error in the reader's language; None where its words are of the catalogue already."""
    return None if isinstance(exc, UsageError) else words.problem(exc)


def _system_problem(exc: OSError, words: Words) -> Mapping[str, str]:
    place = exc.filename if isinstance(exc.filename, str) else ""
    message = words.say("problem.system", detail=exc.strerror or type(exc).__name__)
    return {"code": "system.failed", "message": message, "hint": words.say("hint.system"), "where": place}


def _fault(exc: BaseException, words: Words) -> Mapping[str, str]:
    """Say which kind of fault it is and where in our code, and nothing of the case: it may be sent."""
    trace = exc.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "comity" in code.co_filename:
            place = f"{code.co_filename.rpartition('comity/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    message = words.say("problem.bug", kind=type(exc).__name__)
    return {"code": "bug", "message": message, "hint": words.say("hint.bug"), "where": place}


def _report(
    stderr: TextIO,
    problem: Mapping[str, str],
    words: Words,
    argv: Sequence[str],
    exit_code: int,
    *,
    told: ProblemText | None = None,
) -> int:
    if asks_for_json(argv):
        write_json(stderr, dict(problem))
        return exit_code
    message, hint = (told.message, told.hint) if told else (problem["message"], problem["hint"])
    original = printable(told.detail) if told else ""
    found = (
        ("where", printable(problem["where"])),
        ("hint", hint),
        ("original", original),
        ("code", problem["code"]),
    )
    lines = [words.say("line.said", name=words.say("label.problem"), text=message)]
    for name, text in found:
        if text:
            lines.append("  " + words.say("line.said", name=words.say(f"label.{name}"), text=text))
    write_lines(stderr, lines)
    return exit_code
