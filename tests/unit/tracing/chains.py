"""A small chain for tests, told as Bitcoin Core tells blocks; and one who keeps it in a file."""

import json
from decimal import Decimal
from hashlib import sha256

from comity.engines.tracing.primitives import LIBRARIES
from comity.tracing.scripts import output_of

SCRIPTS = {
    name: bytes.fromhex("76a914") + sha256(name.encode()).digest()[:20] + bytes.fromhex("88ac")
    for name in ("thief", "victim", "mixer", "exchange", "friend", "shop", "a", "b", "c", "d", "e", "f")
}
SEGWIT = bytes.fromhex("0014") + sha256(b"segwit").digest()[:20]
ADDRESS = {
    name: output_of(script, 1, network="bitcoin", primitives=LIBRARIES).address
    for name, script in SCRIPTS.items()
}
TIME = 1_700_000_000


def txid(name):
    return sha256(b"tx " + name.encode()).hexdigest()


def block(height, *transactions):
    """Return a block: each transaction is (name, [(tx, n)], [(holder, satoshi)])."""
    return {
        "hash": txid(f"block {height}"),
        "height": height,
        "time": TIME + 600 * height,
        "tx": [
            {
                "txid": txid(name),
                "vin": [{"txid": txid(tx), "vout": n} for tx, n in spends] or [{"coinbase": "00"}],
                "vout": [
                    {"value": float(Decimal(value) / 10**8), "n": n, "scriptPubKey": {"hex": _script(holder)}}
                    for n, (holder, value) in enumerate(pays)
                ],
            }
            for name, spends, pays in transactions
        ],
    }


def _script(holder):
    return (SEGWIT if holder == "segwit" else SCRIPTS[holder]).hex()


def told(one):
    return json.dumps(one).encode()


MINED = block(1, ("m1", [], [("victim", 1000)]), ("m2", [], [("friend", 3000)]))
STOLEN = block(2, ("theft", [("m1", 0)], [("thief", 990)]))
MIXED = block(3, ("join", [("theft", 0), ("m2", 0)], [("mixer", 1990), ("a", 1980)]))
CASHED = block(
    4,
    ("out", [("join", 0)], [("exchange", 500), ("b", 1480)]),
    ("later", [("out", 1)], [("shop", 1480)]),
)
CHAIN = (MINED, STOLEN, MIXED, CASHED)
