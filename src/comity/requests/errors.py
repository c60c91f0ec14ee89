"""Errors of the requests room; judgements on a form are findings, never these."""

from collections.abc import Sequence

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError


def unknown_kind(code: str, known: Sequence[str]) -> NotFoundError:
    """Return the error for a request kind that this node does not speak."""
    return NotFoundError(
        "request.kind", f"there is no request kind {code[:40]!r}", hint="use one of " + ", ".join(known)
    )


def not_a_form() -> MalformedError:
    """Return the error for JSON that is no object."""
    return MalformedError(
        "request.form", "a request form is one JSON object", hint="see comity request example preservation"
    )


def incomplete(pointer: str, count: int) -> MalformedError:
    """Return the error for using a form whose fields do not hold."""
    return MalformedError(
        "request.incomplete",
        f"{count} fields of the form do not hold",
        hint="comity request check names each of them",
        where=pointer,
    )


def ground_not_allowed(kind: str, code: str, allowed: Sequence[str]) -> ConflictError:
    """Return the error for a refusal ground outside the closed list of its mechanism."""
    return ConflictError(
        "refusal.ground",
        f"{code[:40]!r} is no ground on which a request of kind {kind} may be refused or postponed",
        hint="the grounds are " + ", ".join(allowed),
    )


def unknown_variant(kind: str, variant: int, known: int) -> NotFoundError:
    """Return the error for an example that a kind does not have."""
    return NotFoundError(
        "request.variant",
        f"the kind {kind} has no example {variant}",
        hint=f"its examples are numbered from 1 to {known}",
    )


def unknown_style(code: str, known: Sequence[str]) -> NotFoundError:
    """Return the error for a style of letters that there is not."""
    return NotFoundError(
        "letter.style", f"there is no style of letters {code[:40]!r}", hint="use one of " + ", ".join(known)
    )


def style_does_not_fit(code: str, kind: str, fitting: Sequence[str]) -> ConflictError:
    """Return the error for a style in which a letter of this kind is not written."""
    return ConflictError(
        "letter.style_kind",
        f"a letter in style {code} cannot carry a request of kind {kind}",
        hint="the styles for it are " + ", ".join(fitting),
    )
