"""The rule set: one digest over everything by which a form is judged.

It stands in every approval, so that a later reader knows which rules the officer saw. It covers the
packaged data and ``RULES_VERSION``, which is raised with every change to a rule in code.
"""

from functools import cache

from comity.kernel.digests import sha256
from comity.kernel.packaged import packaged_bytes
from comity.requests.forms import BLOCKS, form_file
from comity.requests.kinds import DATA, all_kinds
from comity.requests.routing import DATA as ROUTING
from comity.treaty.packs import PACKS, pack_file

RULES_VERSION = 11
_TAG = b"comity rule set v1\n"


@cache
def rule_set_digest() -> str:
    """Return the SHA-256 of the rule set as 64 hexadecimal digits.

    ``SHA-256(tag ‖ version in decimal ‖ LF ‖ for each file: package/name ‖ LF ‖ its SHA-256)``, files
    sorted by package and name.

    Basis: PROTOCOL rule 8
    """
    pieces = [_TAG, str(RULES_VERSION).encode("ascii"), b"\n"]
    for package, name in sorted(rule_files()):
        pieces += [f"{package}/{name}\n".encode(), sha256(packaged_bytes(package, name))]
    return sha256(*pieces).hex()


def rule_files() -> tuple[tuple[str, str], ...]:
    """Return the packaged files that the rules are made of, as package and name."""
    return (
        *(("comity.requests", form_file(kind)) for kind in all_kinds()),
        ("comity.requests", BLOCKS),
        ("comity.requests", DATA),
        ("comity.requests", "data/concepts.json"),
        ("comity.requests", "data/grounds.json"),
        ("comity.requests", "data/redflags.json"),
        ("comity.requests", "data/relevance.json"),
        ("comity.requests", "data/scenes.json"),
        ("comity.requests", "data/substance.json"),
        ("comity.requests", "data/words.json"),
        ("comity.requests", ROUTING),
        ("comity.treaty", "data/instruments.json"),
        ("comity.treaty", "data/parties.json"),
        ("comity.treaty", "data/packs/practice.json"),
        *(("comity.treaty", pack_file(code)) for code in PACKS),
    )
