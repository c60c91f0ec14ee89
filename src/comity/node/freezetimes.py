"""When assets were found, and when the other side was alarmed, as the book and its receipts tell."""

from comity.cases.wire import parse_signed_act
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.assetbooks import asset_names, book_of, read_asset
from comity.node.ports import Transaction
from comity.tracing.freezefigures import Timed
from comity.tracing.frozen import Asset


def timed_assets(tx: Transaction, authority: AuthorityId) -> tuple[Timed, ...]:
    """Return every asset of an office with the times that count."""
    found = []
    for name in asset_names(tx, authority):
        asset, lines = read_asset(tx, authority, name), book_of(tx, authority, name)
        opened = lines[0].recorded_at
        found.append(Timed(asset=asset, opened_at=opened, alarmed_at=_alarmed(tx, authority, asset)))
    return tuple(found)


def _alarmed(tx: Transaction, authority: AuthorityId, asset: Asset) -> Instant | None:
    """Return when the other side had the first request of ours about an asset, by its signed receipt."""
    times = []
    for asked in asset.asked:
        record = tx.acts.get(authority, ActId(asked.request))
        if record is None or parse_signed_act(record.signed).act.sender.authority != authority:
            continue
        times += [
            one.at
            for one in tx.acts.receipts_of_case(authority, CaseId(asked.case))
            if one.act_id == asked.request and one.signer.authority != authority and one.result == "stored"
        ]
    return min(times, default=None)
