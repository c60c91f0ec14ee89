"""Packages as the desks of a node find and keep them, and what stands in their handling and limits."""

from typing import Any

from comity.cases.parts import open_parts
from comity.evidence.handling import Handling
from comity.evidence.limits import Limits
from comity.evidence.listing import packed
from comity.evidence.records import CustodyRecord, PackageRecord
from comity.evidence.sealing import SealedPackage
from comity.evidence.wire import limits_value, parse_limits
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import AuthorityId, CaseId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.ports import KeyStore, Transaction
from comity.node.sealed import delivered_body, said_name

LIMITS = "limits"


def intent_name(authority: AuthorityId, bag_root: str) -> str:
    """Return the name under which it is kept that the destruction of a package has begun."""
    return f"destroying/{authority}/{bag_root}"


def said_of(tx: Transaction, authority: AuthorityId, bag_root: str) -> dict[str, Any]:
    """Return handling and limits of a package of ours as they were sealed; raise ``package.absent``."""
    kept = tx.node.setting(said_name(authority, bag_root))
    if kept is None:
        raise NotFoundError("package.absent", "nothing is kept about this package", where=bag_root)
    found: dict[str, Any] = parse_ijson(kept)
    return found


def package_of(tx: Transaction, authority: AuthorityId, case: str, bag_root: str) -> PackageRecord:
    """Return a package of a case, by its full bag root; raise NotFoundError ``package.absent``."""
    record = tx.evidence.package(authority, bag_root)
    if record is None or record.case != case:
        raise NotFoundError("package.absent", "the case has no such package", where=bag_root[:64])
    return record


def package_terms(
    tx: Transaction, authority: AuthorityId, record: PackageRecord
) -> tuple[Handling, Limits | None]:
    """Return handling and limits of a package; None for limits that were erased.

    Basis: PROTOCOL rule 25
    """
    if record.own:
        said = said_of(tx, authority, record.bag_root)
        return Handling(said["handling"]), parse_limits(said["limits"])
    if record.delivery is None:
        raise NotFoundError("delivery.absent", "the package was not delivered", where=record.bag_root)
    body = delivered_body(tx, authority, record.delivery)
    parts = open_parts(tx.acts.parts(authority, record.delivery))
    data = next((part.data for part in parts if part.name == LIMITS), None)
    return Handling(body.handling), None if data is None else parse_limits(parse_ijson(data))


def keep_package(
    tx: Transaction, authority: AuthorityId, sealed: SealedPackage, *, case: CaseId, at: Instant, suite: str
) -> PackageRecord:
    """Keep the record of a package that was sealed here: exhibits, custody of the bag, handling, limits."""
    record = PackageRecord(
        authority=authority,
        piece_root=sealed.piece_root,
        bag_root=sealed.bag_root,
        payload_length=sealed.payload_length,
        leaves=sealed.pieces.leaves,
        header_length=sealed.header_length,
        case=case,
        delivery=None,
        own=True,
        exhibits=packed(sealed.label, sealed.exhibits),
        stored_at=at,
    )
    tx.evidence.put_package(record)
    keep_lines(tx, authority, sealed.bag_root, sealed.bag.custody)
    said = {
        "suite": suite,
        "handling": sealed.label.handling.value,
        "limits": limits_value(sealed.label.limits),
    }
    tx.node.put_setting(said_name(authority, sealed.bag_root), dump_ijson(said))
    return record


def require_store_key(keys: KeyStore, authority: AuthorityId, public: bytes) -> None:
    """Raise ConflictError ``key.rotated`` where the key that a package was sealed to is no longer kept."""
    if all(identity.public != public for identity in keys.store_identities(authority)):
        raise ConflictError(
            "key.rotated",
            "the store key was replaced while this was being sealed",
            hint="give the command again",
        )


def keep_lines(tx: Transaction, authority: AuthorityId, bag_root: str, lines: bytes) -> None:
    """Keep the custody of a bag, where it is not kept yet."""
    if tx.evidence.custody(authority, bag_root):
        return
    for number, line in enumerate(lines.splitlines(), start=1):
        tx.evidence.add_custody(
            CustodyRecord(authority=authority, bag_root=bag_root, number=number, line=line)
        )
