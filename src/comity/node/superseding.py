"""Who may put a later version in the place of a statement: whoever made it, or an officer by name.

A file is nobody's signature: what it says of a statement that is held counts only where it is the author's
next word and the one before came the same way. Feeds, sources and receivers are judged where they come in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from comity.indicators.errors import MOST_TOLD
from comity.indicators.marks import Tlp
from comity.indicators.ports import HELD, HELD_EVENTS, STATEMENTS, Shared, Wanted
from comity.indicators.statements import MOST_LIST, Indicator, parse_indicator
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction


def judged(
    tx: Transaction, authority: AuthorityId, stated: Sequence[Indicator], *, by_name: bool, at: Instant
) -> tuple[tuple[Indicator, ...], Mapping[str, Indicator], int]:
    """Return the statements of a file as they are kept, what was held, and how many an officer forced.

    A version that is held already is returned as it is: it changes nothing.

    Args:
        tx: The step.
        authority: Our office.
        stated: What the file says.
        by_name: Whether an officer answers for it that the word of somebody else is replaced.
        at: Now.

    Raises:
        ConflictError: ``indicators.supersede``: the file is not the source of what it would replace.
    """
    names = tuple({one.id for one in stated})
    versions = _versions(tx, authority, names)
    newest = {name: rows[-1] for name, rows in versions.items()}
    made: list[Indicator] = []
    forced: list[str] = []
    for one in stated:
        known = newest.get(one.id)
        if known is None or any(one.modified == held.modified for held in versions[one.id]):
            made.append(one)
            continue
        if not _is_next_word(known, one, authority):
            forced.append(one.id)
            published = known.published if _stays_published(one, at) else None
            one = replace(one, author=known.author, via=known.via, published=published)
        elif known.published is not None:
            one = replace(one, published=known.published if _stays_published(one, at) else None)
        sources = tuple(dict.fromkeys((*known.sources, *one.sources)))[:MOST_LIST]
        made.append(replace(one, sources=sources))
    if forced and not by_name:
        raise not_its_source(forced)
    return tuple(made), newest, len(forced)


def require_free(
    tx: Transaction, authority: AuthorityId, rows: Sequence[Shared], *, shelf: str, by_name: bool
) -> tuple[Shared, ...]:
    """Return other objects of a file as they are kept; what a source brought stays that source's.

    Raises:
        ConflictError: ``indicators.supersede``.
    """
    names = tuple({one.object_id for one in rows})
    held = _rows(tx, authority, shelf, names)
    others = {
        one.object_id
        for one in rows
        for known in held.get(one.object_id, ())
        if not any(each.version == one.version for each in held[one.object_id])
        and (known.owner or _maker(known, shelf) != _maker(one, shelf))
    }
    if others and not by_name:
        raise not_its_source(sorted(others))
    owners = {name: found[-1].owner for name, found in held.items()}
    return tuple(replace(one, owner=owners.get(one.object_id, one.owner)) for one in rows)


def not_its_source(names: Sequence[str]) -> ConflictError:
    """Return the error for a file that would replace what somebody else said."""
    return ConflictError(
        "indicators.supersede",
        f"the file would replace what another source said: {', '.join(names[:MOST_TOLD])}",
        hint="only who made it may; or say why you replace it: --supersede REASON",
        where="file",
    )


def _is_next_word(known: Indicator, one: Indicator, authority: AuthorityId) -> bool:
    """Tell whether a file gives the next word of the author of what another file brought."""
    if known.via or known.author == str(authority):
        return False
    same = (known.kind, known.value, known.author) == (one.kind, one.value, one.author)
    return same and one.modified > known.modified and (known.retracted is None or one.retracted is not None)


def _stays_published(one: Indicator, at: Instant) -> bool:
    return one.limits is not None and one.tlp < Tlp.RED and at < one.limits.retain_until


def _versions(
    tx: Transaction, authority: AuthorityId, names: tuple[str, ...]
) -> dict[str, tuple[Indicator, ...]]:
    found = _rows(tx, authority, STATEMENTS, names)
    return {
        name: tuple(sorted((parse_indicator(row.body) for row in rows), key=lambda one: one.modified))
        for name, rows in found.items()
    }


def _rows(
    tx: Transaction, authority: AuthorityId, shelf: str, names: tuple[str, ...]
) -> dict[str, list[Shared]]:
    found: dict[str, list[Shared]] = {}
    if names:
        for row in tx.sharing.shared(authority, shelf, Wanted(ids=names, every=True, most=1 << 31)):
            found.setdefault(row.object_id, []).append(row)
    return found


def _maker(row: Shared, shelf: str) -> str:
    """Return who says that it made an object of STIX, or an event of MISP."""
    value = msgspec.json.decode(row.body)
    if shelf == HELD:
        return str(value.get("created_by_ref", ""))
    return _organisation(value) if shelf == HELD_EVENTS else ""


def _organisation(event: Mapping[str, object]) -> str:
    told = event.get("Orgc")
    return str(told.get("uuid") or told.get("name")) if isinstance(told, dict) else ""
