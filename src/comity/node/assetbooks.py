"""The books of assets as an office keeps them: lines under the name of the asset, each chained to the last.

What a line is, and what a book comes to, is in :mod:`comity.tracing.assets` and :mod:`comity.tracing.frozen`.
"""

import re

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.lines import FIRST_PREVIOUS, line_bytes, line_digest
from comity.node.ports import Transaction
from comity.tracing.assets import (
    MOST_LINE,
    AnyFact,
    AskedFact,
    Line,
    StruckFact,
    parse_line,
)
from comity.tracing.freezerules import require_fits
from comity.tracing.frozen import Asset, asset_of

_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", re.ASCII)
MOST_NAME = 40


def require_name(name: str) -> str:
    """Return the name of an asset; raise MalformedError ``freeze.name``."""
    if len(name) <= MOST_NAME and _NAME.fullmatch(name):
        return name
    raise MalformedError(
        "freeze.name", "an asset is named by letters, digits and hyphens, 40 at most", where="/name"
    )


def asset_names(tx: Transaction, authority: AuthorityId) -> tuple[str, ...]:
    """Return the names of all assets of an office, sorted."""
    start = _place(authority, "")[:-1]
    found = (name.removeprefix(start).partition("/")[0] for name in tx.node.names(start))
    return tuple(dict.fromkeys(found))


def book_of(tx: Transaction, authority: AuthorityId, name: str) -> tuple[Line, ...]:
    """Return the lines of an asset, in order; raise NotFoundError ``freeze.unknown`` where there is none."""
    kept = [tx.node.setting(one) for one in tx.node.names(_place(authority, require_name(name)))]
    if not kept:
        raise NotFoundError("freeze.unknown", "this office keeps no such asset", where=name)
    return tuple(parse_line(data) for data in kept if data is not None)


def read_asset(tx: Transaction, authority: AuthorityId, name: str) -> Asset:
    """Return an asset of an office as its book says; raise NotFoundError ``freeze.unknown``."""
    lines = book_of(tx, authority, name)
    return asset_of(lines, head=line_digest(line_bytes(lines[-1])))


def begin_book(
    tx: Transaction, authority: AuthorityId, name: str, fact: AnyFact, *, officer: OfficerName, now: Instant
) -> Line:
    """Begin the book of an asset; raise ConflictError ``freeze.known`` where there is one of this name."""
    if tx.node.names(_place(authority, require_name(name))):
        raise ConflictError("freeze.known", "an asset of this name is kept here already", where=name)
    return _keep(tx, authority, name, (), fact, officer=officer, now=now)


def add_line(
    tx: Transaction, authority: AuthorityId, name: str, fact: AnyFact, *, officer: OfficerName, now: Instant
) -> Line:
    """Add a line to the book of an asset; see :mod:`comity.tracing.freezerules` for refusals."""
    lines = book_of(tx, authority, name)
    require_fits(read_asset(tx, authority, name), fact, lines, now=now)
    made = _keep(tx, authority, name, lines, fact, officer=officer, now=now)
    if isinstance(fact, AskedFact):
        tx.node.put_setting(_tie(authority, fact.request, name), b"1")
    if isinstance(fact, StruckFact):
        struck = lines[fact.line - 1].fact
        still = read_asset(tx, authority, name)
        if isinstance(struck, AskedFact) and not still.names(struck.request):
            tx.node.put_setting(_tie(authority, struck.request, name), b"0")
    return made


def tied_to(tx: Transaction, authority: AuthorityId, request: str) -> tuple[str, ...]:
    """Return the names of the assets of an office that are tied to a request."""
    start = _tie(authority, request, "")
    return tuple(name.removeprefix(start) for name in tx.node.names(start) if tx.node.setting(name) == b"1")


def claimed_in(tx: Transaction, authority: AuthorityId, request: str) -> tuple[str, ...]:
    """Return the assets of a request that a third party claims, with no ruling on it. Basis: 50(9)"""
    return tuple(
        name for name in tied_to(tx, authority, request) if read_asset(tx, authority, name).open_claims
    )


def _keep(
    tx: Transaction,
    authority: AuthorityId,
    name: str,
    before: tuple[Line, ...],
    fact: AnyFact,
    *,
    officer: OfficerName,
    now: Instant,
) -> Line:
    made = Line(
        v=1,
        asset=name,
        number=len(before) + 1,
        previous=line_digest(line_bytes(before[-1])) if before else FIRST_PREVIOUS,
        authority=authority,
        officer=officer,
        recorded_at=now,
        fact=fact,
    )
    data = line_bytes(made)
    if len(data) > MOST_LINE:
        raise MalformedError("freeze.fact", "a line is too long", where="/")
    tx.node.put_setting(f"{_place(authority, name)}{made.number:06d}", data)
    return made


def _place(authority: AuthorityId, name: str) -> str:
    return f"freeze/{authority}/book/{name}/"


def _tie(authority: AuthorityId, request: str, name: str) -> str:
    return f"freeze/{authority}/tie/{request}/{name}"
