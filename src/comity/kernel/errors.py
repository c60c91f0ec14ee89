"""The error tree: six families, each with an HTTP status and an exit code.

A judgement (a refusal ground, a gap, a broken chain) is a value, never one of these.

    ComityError
     ├── MalformedError    422  exit 3   input is not what it claims to be
     ├── DeniedError       403  exit 4   the caller may not do this
     ├── NotFoundError     404  exit 5   the thing referred to does not exist
     ├── ConflictError     409  exit 6   it exists, but not in a state that allows this
     ├── UntrustedError    422  exit 7   a signature, digest or proof does not hold
     └── UnavailableError  503  exit 8   a store or peer did not answer; a retry may help

A leaf may subclass a family to be caught by type; most callers raise the family with a stable
``code`` of their own, such as ``act.seq_reused``. A bug is a ``ValueError`` or ``AssertionError``
and is never caught before the outermost edge.
"""

from collections.abc import Mapping
from typing import ClassVar


class ComityError(Exception):
    """A failure of a call, with a stable code and words that help.

    Args:
        code: Stable dotted identifier, e.g. ``envelope.bad_signature``; scripts depend on it.
        message: One sentence, lower case, without a full stop: what, which one, expected and found.
        hint: What the reader can do about it; empty when nothing is known to help.
        where: JSON pointer, file name or other place; empty when the whole input is meant.
    """

    family: ClassVar[str] = "bug"
    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.where = where

    def problem(self) -> Mapping[str, str]:
        """Return the four members that every face shows: code, message, hint, where."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "where": self.where}

    def __str__(self) -> str:
        place = f" (at {self.where})" if self.where else ""
        return f"{self.message}{place}"


class MalformedError(ComityError):
    """The input is not what it claims to be."""

    family, exit_code, status = "malformed", 3, 422


class DeniedError(ComityError):
    """The caller may not do this."""

    family, exit_code, status = "denied", 4, 403


class NotFoundError(ComityError):
    """The thing referred to does not exist, or the caller may not learn that it does."""

    family, exit_code, status = "not_found", 5, 404


class ConflictError(ComityError):
    """It exists, but not in a state that allows this."""

    family, exit_code, status = "conflict", 6, 409


class UntrustedError(ComityError):
    """A signature, digest or proof does not hold."""

    family, exit_code, status = "untrusted", 7, 422


class UnavailableError(ComityError):
    """A store, peer or optional part did not answer; a retry or an install may help."""

    family, exit_code, status = "unavailable", 8, 503


FAMILIES: tuple[type[ComityError], ...] = (
    MalformedError,
    DeniedError,
    NotFoundError,
    ConflictError,
    UntrustedError,
    UnavailableError,
)
