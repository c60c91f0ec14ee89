"""The errors of this capability, each built in one place so that its code and words stay the same."""

from comity.kernel.errors import DeniedError, MalformedError, UntrustedError


def not_a_package(what: str, *, where: str = "") -> MalformedError:
    """Return ``package.form``: the plaintext is not a bag as the specification draws it."""
    return MalformedError("package.form", f"not a sealed package: {what}", where=where)


def not_as_recorded(what: str, *, where: str = "") -> UntrustedError:
    """Return ``package.digest``: bytes, manifests and records of a package disagree."""
    return UntrustedError("package.digest", f"the package does not hold together: {what}", where=where)


def child_abuse_refused() -> DeniedError:
    """Return ``handling.child_abuse_refused``: this version has no directory of lawful holders.

    Basis: PROTOCOL rule 25; 14(1)
    """
    return DeniedError(
        "handling.child_abuse_refused",
        "child-abuse material is not taken, held, opened or passed on by this version",
        hint="agree on supervised inspection between the lawful holders, and send a digest and a description",
    )


def not_regular(names: list[str], count: int) -> MalformedError:
    """Return ``seal.not_regular``: links and special files are named, never followed."""
    shown = ", ".join(names) + (" …" if count > len(names) else "")
    return MalformedError(
        "seal.not_regular",
        f"{count} of the sources are links or special files, which are not followed: {shown}",
        hint="seal the file that is meant, or leave these out on purpose, which the package then records",
        where=names[0] if names else "",
    )


def bad_piece(index: int, what: str) -> UntrustedError:
    """Return ``piece.digest``: a piece is not the one that the delivery names."""
    return UntrustedError("piece.digest", f"piece {index} {what}", where=str(index))
