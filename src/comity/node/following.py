"""What receivers hold by our word follows: a later version, a retraction, or that it is no longer shared."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from comity.indicators import mispevents, mispwire
from comity.indicators.ports import EVENTS, Value
from comity.indicators.statements import UNSHARED, Indicator, Retraction
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.indicatorrows import event_row, object_row
from comity.node.ports import Transaction


def follow_shared(
    tx: Transaction, authority: AuthorityId, changed: Sequence[tuple[Indicator, Indicator]], *, at: Instant
) -> None:
    """Tell whoever was given a statement of its next version: what was held, and what is.

    What is published no longer is withdrawn from them.
    """
    told: list[Indicator] = []
    for known, one in changed:
        if known.published is None:
            continue
        gone = Retraction(at=at, officer="", code=UNSHARED)
        told.append(one if one.published else replace(one, retracted=one.retracted or gone))
    if told:
        renew_shared(tx, authority, told, at=at)


def renew_shared(tx: Transaction, authority: AuthorityId, made: Sequence[Indicator], *, at: Instant) -> None:
    """Give a new version of published statements, such as a retraction, to all who received one before."""
    tx.sharing.add_shared([object_row(authority, one, at=at) for one in made])
    for one in made:
        _renew_in_events(tx, authority, one, at)


def _renew_in_events(tx: Transaction, authority: AuthorityId, made: Indicator, now: Instant) -> None:
    """Write every event of ours that holds a statement anew, with its attribute as it is now."""
    uuid = made.id.partition("--")[2]
    for row in tx.sharing.with_value(authority, EVENTS, kinds=("uuid",), text=uuid):
        if row.owner:
            continue
        raw: dict[str, Any] = msgspec.json.decode(row.body)
        listed = raw.get("Attribute", [])
        raw["Attribute"] = [
            {**one, **mispevents.attribute_of(made)} if one.get("uuid") == uuid else one for one in listed
        ]
        stamp = str(max(now // 1_000_000, int(raw.get("timestamp") or 0) + 1))
        raw["timestamp"] = raw["publish_timestamp"] = stamp
        again, values = event_row(authority, mispwire.read_event(raw, at=now), at=now)
        tx.sharing.add_shared([again], values=[[*values, Value(kind="id", text=str(raw["id"]))]])
