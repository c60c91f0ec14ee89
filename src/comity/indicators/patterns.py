"""Patterns of STIX indicators that say one value, or one of several."""

import re

from comity.indicators.errors import bad_form
from comity.indicators.kinds import Kind, canonical, hash_name
from comity.kernel.errors import MalformedError

_PATHS = {
    Kind.IPV4: "ipv4-addr:value",
    Kind.IPV6: "ipv6-addr:value",
    Kind.DOMAIN: "domain-name:value",
    Kind.URL: "url:value",
    Kind.EMAIL: "email-addr:value",
    Kind.MUTEX: "mutex:name",
    Kind.REGISTRY_KEY: "windows-registry-key:key",
    Kind.USER_ACCOUNT: "user-account:user_id",
    Kind.PHONE: "phone-number:value",
    Kind.BANK_ACCOUNT: "bank-account:iban",
    Kind.WALLET: "cryptocurrency-wallet:value",
    Kind.PAYMENT_ID: "x-payment-reference:value",
    Kind.RANSOM_ID: "x-negotiation-id:value",
}
_KINDS = {path: kind for kind, path in _PATHS.items()} | {
    "user-account:account_login": Kind.USER_ACCOUNT,
    "cryptocurrency-wallet:address": Kind.WALLET,
    "x-cryptocurrency-wallet:value": Kind.WALLET,
    "bank-account:account_number": Kind.BANK_ACCOUNT,
    "email-message:from_ref.value": Kind.EMAIL,
    "email-message:sender_ref.value": Kind.EMAIL,
    "file:name": Kind.FILE,
    "network-traffic:dst_ref.value": Kind.IPV4,
    "network-traffic:src_ref.value": Kind.IPV4,
}
_COMPARED = re.compile(
    r"\s*([a-z0-9-]+:[A-Za-z0-9_.\-]+(?:'[A-Za-z0-9-]+')?)\s*=\s*'((?:[^'\\]|\\.)*)'\s*", re.ASCII | re.DOTALL
)
_HASH = re.compile(r"file:hashes\.'?([A-Za-z0-9-]+)'?")
_MOST = 65536


def pattern_of(kind: Kind, value: str) -> str:
    """Return the pattern of one value.

    Basis: docs/spec/indicators.md
    """
    if kind is Kind.FILE:
        name = hash_name(value)
        path = f"file:hashes.'{name}'" if name else "file:name"
    else:
        path = _PATHS[kind]
    return f"[{path} = '{_quoted(value)}']"


def values_of(pattern: str) -> tuple[tuple[Kind, str], ...]:
    """Return the values of a pattern that is a list of equal comparisons joined by OR; none for any other.

    A value that is none of its type makes the pattern one that we do not read.
    """
    found: list[tuple[Kind, str]] = []
    for part in _alternatives(pattern[:_MOST]):
        match = _COMPARED.fullmatch(part)
        kind = _kind(match[1]) if match else None
        if match is None or kind is None:
            return ()
        text = re.sub(r"\\(.)", r"\1", match[2], flags=re.DOTALL)
        if kind is Kind.IPV4 and ":" in text:
            kind = Kind.IPV6
        try:
            found.append((kind, canonical(kind, text)))
        except MalformedError:
            return ()
    return tuple(dict.fromkeys(found))


def require_pattern(pattern: object, *, where: str) -> str:
    """Return a pattern whose quotes and brackets are whole; raise MalformedError ``indicators.form``.

    The grammar beyond that is judged where the library is installed.
    """
    if isinstance(pattern, str) and pattern.strip().startswith(("[", "(")) and _is_whole(pattern):
        return pattern
    raise bad_form("an indicator's pattern is not whole", where=where)


def _alternatives(pattern: str) -> list[str]:
    """Return what OR joins, without brackets and parentheses; quotes are kept whole."""
    parts, piece, quoted, at = [], [], False, 0
    while at < len(pattern):
        ch = pattern[at]
        if quoted and ch == "\\":
            piece.append(pattern[at : at + 2])
            at += 2
            continue
        if ch == "'":
            quoted = not quoted
        if not quoted and ch in "[]()":
            at += 1
            continue
        if not quoted and pattern[at : at + 4].upper() == " OR ":
            parts.append("".join(piece))
            piece = []
            at += 4
            continue
        piece.append(ch)
        at += 1
    return [*parts, "".join(piece)]


def _is_whole(pattern: str) -> bool:
    depth, quoted, at, seen = 0, False, 0, False
    while at < len(pattern):
        ch = pattern[at]
        if quoted and ch == "\\":
            at += 2
            continue
        if ch == "'":
            quoted = not quoted
        elif not quoted and ch in "[(":
            depth, seen = depth + 1, True
        elif not quoted and ch in "])":
            depth -= 1
            if depth < 0:
                return False
        at += 1
    return seen and depth == 0 and not quoted


def _kind(path: str) -> Kind | None:
    if _HASH.fullmatch(path):
        return Kind.FILE
    return _KINDS.get(path)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
