"""Errors of the indicators' room, each made in one place."""

from collections.abc import Sequence

from comity.kernel.errors import (
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
)

MOST_TOLD = 20


def bad_value(kind: str, value: str, *, where: str = "") -> MalformedError:
    """Return the error for a value that is none of its type."""
    return MalformedError(
        "indicators.value",
        f"{value[:60]!r} is no value of the type {kind}",
        hint="'comity indicators extract' shows how values are written",
        where=where,
    )


def bad_kind(kind: str, *, where: str = "") -> MalformedError:
    """Return the error for a type that nobody knows here."""
    return MalformedError(
        "indicators.kind",
        f"{kind[:60]!r} is no type of indicator",
        hint="types have the names of STIX: domain-name, url, ipv4-addr, file …",
        where=where,
    )


def bad_form(what: str, *, where: str = "") -> MalformedError:
    """Return the error for a file of indicators that is not in its form; nothing of it was taken."""
    return MalformedError(
        "indicators.form",
        what,
        hint="nothing was taken in; mend the file, or ask its sender",
        where=where,
    )


def bad_mark(text: str, *, where: str = "") -> MalformedError:
    """Return the error for a sharing mark that is not known: it is never read as a weaker one."""
    return MalformedError(
        "indicators.mark",
        f"{text[:60]!r} is no sharing mark",
        hint="clear, green, amber, amber+strict or red",
        where=where,
    )


def no_indicator(name: str) -> NotFoundError:
    """Return the error for an indicator that is not here."""
    return NotFoundError("indicators.absent", f"there is no indicator {name[:60]!r}")


def would_lose(form: str, lost: Sequence[str]) -> ConflictError:
    """Return the error for an export that would lose marks, limits or whole objects."""
    shown = "; ".join(lost[:MOST_TOLD]) + (
        f"; and {len(lost) - MOST_TOLD} more" if len(lost) > MOST_TOLD else ""
    )
    return ConflictError(
        "indicators.loss",
        f"the form {form} cannot carry: {shown}",
        hint="nothing was written; choose another form, or name fewer indicators",
    )


def claims_office(names: Sequence[str]) -> ConflictError:
    """Return the error for what says that the office made it, and that it never made."""
    return ConflictError(
        "indicators.claim",
        f"this office never made what bears its name: {', '.join(names[:MOST_TOLD])}",
        hint="put who made it into author, created_by_ref or Orgc; or answer for it: --supersede REASON",
        where="file",
    )


def not_the_office(names: Sequence[str]) -> ConflictError:
    """Return the error for a receiver who brings what bears the office's name."""
    return ConflictError(
        "sharing.claim",
        f"the office of this node never made what bears its name: {', '.join(names[:MOST_TOLD])}",
        hint="put who made it into Orgc, and leave the tag comity:author away",
    )


def kept_back(found: Sequence[str]) -> ConflictError:
    """Return the error for indicators that a warning list keeps from being published."""
    return ConflictError(
        "indicators.warned",
        f"warning lists know {', '.join(found[:MOST_TOLD])[:900]}",
        hint="publish with --override REASON where a person answers for it by name",
    )


def no_limits(name: str) -> ConflictError:
    """Return the error for publication without purpose and basis."""
    return ConflictError(
        "indicators.no_limits",
        f"{name[:60]} says neither purpose nor basis of its use",
        hint="keep it again with --purpose and --basis",
    )


def is_red(name: str) -> DeniedError:
    """Return the error for what is marked for its holders' eyes only."""
    return DeniedError(
        "indicators.red",
        f"{name[:60]} is marked TLP:RED and never leaves",
        hint="only who marked it may mark it anew",
    )


def is_retracted(name: str) -> ConflictError:
    """Return the error for a change of what was retracted."""
    return ConflictError("indicators.retracted", f"{name[:60]} was retracted")


def is_expired(name: str) -> ConflictError:
    """Return the error for giving out what is past the end of its retention."""
    return ConflictError(
        "indicators.expired", f"the time to keep {name} has ended", hint="return or destroy it"
    )


def bad_key() -> DeniedError:
    """Return the one answer to everybody without a key that is in force."""
    return DeniedError(
        "sharing.key",
        "no key of this node that is in force came with the call",
        hint="ask the office for a key; 'comity indicators key add NAME' makes one",
    )


def may_not_write() -> DeniedError:
    """Return the error for a receiver whose key only reads."""
    return DeniedError("sharing.read_only", "this key may read and not write")


def no_report(name: str) -> NotFoundError:
    """Return the error for a report that is not here."""
    return NotFoundError("scam.absent", f"there is no report {name[:60]!r}")


def form_closed() -> NotFoundError:
    """Return the one answer to everybody while the public form is off."""
    return NotFoundError("scam.closed", "reports are not taken here", hint="call the police instead")


def form_busy() -> UnavailableError:
    """Return the one answer to whoever comes while too much came lately."""
    return UnavailableError(
        "scam.busy",
        "no more reports are taken at the moment",
        hint="try again in an hour; where it is urgent, call",
    )
