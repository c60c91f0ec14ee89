"""The commands on crypto-assets: addresses, transactions, clusters, taint, paths, tags and the report."""

from __future__ import annotations

from comity.cli.commands import Argument, Command

TRACE = (
    Command(
        words=("address", "check"),
        section="trace",
        code="addresses:check",
        arguments=(Argument(name="address", metavar="VALUE", required=True),),
        example="address check bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    ),
)
