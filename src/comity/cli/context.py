"""What a running command has at hand: its options, its words, its streams and the way to the node."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from comity.cli.problems import UsageError
from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from comity.cli.output import Reply
    from comity.cli.ports import Desks
    from comity.cli.reading import Options
    from comity.cli.toolbox import Toolbox
    from comity.cli.words import Words
    from comity.kernel.ids import OfficerName
    from comity.node.views import Actor

PRACTICE_PURPOSE = "practice"
_MOST_FILE = 16 * 1024 * 1024


class Surroundings(Protocol):
    """What the process environment says, as :mod:`comity.config` read it."""

    @property
    def node(self) -> str:
        """The node's folder; empty when not told."""
        ...

    @property
    def officer(self) -> str:
        """Who acts; empty when not told."""
        ...

    @property
    def language(self) -> str:
        """The language wished; empty when not told."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One run of one command."""

    toolbox: Toolbox
    surroundings: Surroundings
    options: Options
    words: Words
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    def say(self, key: str, /, **parameters: str | int) -> str:
        """Return a sentence of the catalogue."""
        return self.words.say(key, **parameters)

    def answer(self, reply: Reply) -> None:
        """Write an answer to stdout, in the form asked for."""
        from comity.cli.output import write_json, write_lines

        if self.wants_json:
            write_json(self.stdout, reply.value)
        else:
            write_lines(self.stdout, reply.lines)

    @property
    def wants_json(self) -> bool:
        """Tell whether the answer is for a program."""
        return self.options.flag("json")

    @property
    def node(self) -> str:
        """The node's folder: ``--node``, else ``COMITY_NODE``, else the current folder."""
        return self.options.text("node") or self.surroundings.node or "."

    @property
    def node_named(self) -> str | None:
        """The node's folder when somebody named it, else None."""
        return self.options.text("node") or self.surroundings.node or None

    @contextmanager
    def desks(self) -> Iterator[Desks]:
        """Open the node for this command."""
        with self.toolbox.open_node(self.node, unlock=self.unlock) as desks:
            yield desks

    @contextmanager
    def seated(self) -> Iterator[tuple[Desks, Actor]]:
        """Open the node with the officer who acts."""
        with self.desks() as desks:
            yield desks, desks.actor(self.officer)

    @property
    def officer(self) -> str | None:
        """The officer named by ``--as`` or ``COMITY_OFFICER``; None leaves it to the node."""
        return self.options.text("officer") or self.surroundings.officer or None

    def unlock(self, officer: OfficerName) -> bytes | None:
        """Return the passphrase of an officer's key."""
        return self.secret(officer)

    def secret(self, key: str) -> bytes:
        """Return the passphrase of a key: from the file named, else asked at the terminal."""
        if path := self.options.text("passphrase_file"):
            return passphrase_in(path)
        if not self.stdin.isatty():
            raise UsageError("usage.passphrase", where="--passphrase-file", key=key)
        return self.ask_secret(self.say("ask.passphrase", key=key))

    def ask_secret(self, question: str) -> bytes:
        """Ask at the terminal, without echo."""
        import getpass

        return getpass.getpass(f"{question} ", stream=self.stderr).encode()

    def purpose(self, desks: Desks, *, implied: str = "") -> str:
        """Return why the officer reads: ``--purpose``, on a practice node "practice" when not told.

        Args:
            desks: The open node.
            implied: The purpose that the command itself implies on a live node, such as ``execution`` for
                deciding on a request; empty where reading is all that the command does.

        Raises:
            UsageError: ``usage.purpose``: a live node is read for a stated purpose only.
        """
        if told := self.options.text("purpose").strip():
            return told
        if desks.info.realm.value == "practice":
            return PRACTICE_PURPOSE
        if implied:
            return implied
        raise UsageError("usage.purpose", where="--purpose")


def read_file(path: str, *, most: int = _MOST_FILE) -> bytes:
    """Return the bytes of a file named on the command line; ``-`` is no file.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``file.kind`` for a folder, ``file.size`` for more than ``most`` bytes.
        UnavailableError: ``file.unreadable``.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(most + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError) as exc:
        raise NotFoundError("file.absent", f"there is no file {path!r}", where=path) from exc
    except IsADirectoryError as exc:
        raise MalformedError("file.kind", f"{path!r} is a folder where a file is meant", where=path) from exc
    except OSError as exc:
        raise UnavailableError(
            "file.unreadable",
            f"{path!r} cannot be read: {exc.strerror}",
            hint="check who may read it",
            where=path,
        ) from exc
    if len(data) > most:
        raise MalformedError("file.size", f"{path!r} is larger than {most} bytes", where=path)
    return data


def write_file(path: str, data: bytes) -> None:
    """Write a new file; an existing one is never overwritten.

    Raises:
        ConflictError: ``file.exists``.
        UnavailableError: ``file.unwritable``.
    """
    from comity.kernel.errors import ConflictError

    try:
        with Path(path).open("xb") as stream:
            stream.write(data)
    except FileExistsError as exc:
        raise ConflictError(
            "file.exists",
            f"{path!r} exists already",
            hint="name another file, or move this one away",
            where=path,
        ) from exc
    except OSError as exc:
        raise UnavailableError(
            "file.unwritable",
            f"{path!r} cannot be written: {exc.strerror}",
            hint="check that the folder exists and who may write there",
            where=path,
        ) from exc


def passphrase_in(path: str) -> bytes:
    """Return the passphrase that a file holds: its first line, which must not be empty."""
    secret = read_file(path, most=4096).split(b"\n", 1)[0].rstrip(b"\r")
    if not secret:
        raise MalformedError("passphrase.empty", "the passphrase file begins with an empty line", where=path)
    return secret


def require_file(path: str) -> None:
    """Raise NotFoundError ``file.absent`` unless a file or folder of this name can be found."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as exc:
        raise NotFoundError("file.absent", f"there is no file {path!r}", where=path) from exc
    except OSError as exc:
        raise UnavailableError(
            "file.unreadable", f"{path!r} cannot be read: {exc.strerror}", where=path
        ) from exc
