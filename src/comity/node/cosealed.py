"""One sealed file that several offices of a node hold: its header opens for each of them.

A file is kept once, under the root of its pieces, so the second office that receives it finds it there. Its
header is then wrapped for every office that holds it, and stays so when one of them changes its store key.

Basis: PROTOCOL 19, 24
"""

from collections.abc import Sequence

from comity.evidence.ports import BlobStore
from comity.kernel import agefile
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction
from comity.node.workplace import Workplace


def store_recipients(
    tx: Transaction, place: Workplace, name: str, *, office: AuthorityId
) -> tuple[bytes, ...]:
    """Return the newest store key of an office, then those of the other offices that hold the file."""
    others = {one.authority for one in tx.evidence.holders(name) if one.live} - {office}
    return tuple(place.keys.store_identity(each).public for each in (office, *sorted(others)))


def require_shared(
    tx: Transaction, place: Workplace, blobs: BlobStore, name: str, *, office: AuthorityId, header: bytes
) -> None:
    """Let an office open a file that is here already; nothing where it can, or where the file is not here.

    Args:
        tx: A transaction that writes: no key of an office changes meanwhile.
        place: The node.
        blobs: Where the file is.
        name: Of the file.
        office: Has received it too.
        header: That came for the office, wrapped for its store key.

    Raises:
        UntrustedError: ``age.no_identity``: the header is for nobody here.
    """
    if not blobs.exists(name):
        return
    identities = place.keys.store_identities(office)
    if opens(agefile.parse_header(header_of(blobs, name)), identities):
        return
    fresh = agefile.rewrapped_header(
        agefile.parse_header(header),
        identities=identities,
        recipients=store_recipients(tx, place, name, office=office),
        entropy=place.entropy,
    )
    blobs.put_header(name, fresh)


def opens(found: agefile.Header, identities: Sequence[agefile.Identity]) -> bool:
    """Tell whether one of the keys opens a header."""
    try:
        agefile.unwrap(found, identities)
    except UntrustedError:
        return False
    return True


def header_of(blobs: BlobStore, name: str) -> bytes:
    """Return the age header of a sealed file as it is kept now."""
    reader = blobs.open(name)
    try:
        front = bytearray(min(reader.size, MOST_HEADER))
        count = reader.read_into(memoryview(front), at=0)
    finally:
        reader.close()
    return bytes(front[: agefile.parse_header(bytes(front[:count])).size])
