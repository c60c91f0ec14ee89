"""Who states the same: statements of one family, by any spelling of its name, or of one value."""

from collections.abc import Iterable

from comity.indicators.kinds import Kind
from comity.indicators.ports import STATEMENTS
from comity.indicators.statements import Indicator, parse_indicator
from comity.kernel.ids import AuthorityId
from comity.node.indicatorrows import FAMILY, family_text
from comity.node.indicators import MOST_FOUND
from comity.node.ports import Transaction


def of_family(tx: Transaction, authority: AuthorityId, family: str) -> tuple[Indicator, ...]:
    """Return the newest statements that name a family by this very name, in any spelling."""
    name = family_text(family)
    rows = tx.sharing.with_value(authority, STATEMENTS, kinds=(FAMILY,), text=name, most=MOST_FOUND)
    return tuple(parse_indicator(row.body) for row in rows)


def of_value(tx: Transaction, authority: AuthorityId, kind: Kind, value: str) -> tuple[Indicator, ...]:
    """Return the newest statements of a value, whoever makes them."""
    rows = tx.sharing.with_value(authority, STATEMENTS, kinds=(kind.value,), text=value, most=MOST_FOUND)
    found = (parse_indicator(row.body) for row in rows)
    return tuple(one for one in found if one.value == value)


def same_of(
    tx: Transaction, authority: AuthorityId, *, names: Iterable[str], values: Iterable[tuple[str, str]]
) -> tuple[Indicator, ...]:
    """Return the statements, ours and others', that name one of these families or values and still hold."""
    found: dict[str, Indicator] = {}
    for name in names:
        if name:
            found |= {one.id: one for one in of_family(tx, authority, name)}
    for kind, value in values:
        found |= {one.id: one for one in of_value(tx, authority, Kind(kind), value)}
    return tuple(one for one in found.values() if one.retracted is None)
