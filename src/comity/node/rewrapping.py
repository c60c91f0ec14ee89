"""Another store key: every header that an office keeps is wrapped anew, then the key before is destroyed.

Data is not touched: a header holds the wrapped key of its package, and the payload behind it stays as it is.
From the first step on everything new is sealed to the new key. The older ones stay until nothing needs them:
no header, no index, no delivery on its way in, no sealing that was ordered before. Each step is durable, so a
rotation that was cut off is gone on with by asking for it again.

Basis: PROTOCOL 19, 27
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from comity.evidence.pieceports import PieceStore
from comity.evidence.ports import BlobStore, SealingRoom
from comity.evidence.records import PackageRecord
from comity.exchange.records import Direction
from comity.kernel import agefile
from comity.kernel.agekeys import HYBRID, Identity
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId, AuthorityId, parse_authority
from comity.node.access import Action, require_access
from comity.node.cosealed import header_of, opens, store_recipients
from comity.node.examined import index_name
from comity.node.examining import Indexes
from comity.node.hashsecrets import rewrap_secret
from comity.node.packages import intent_name
from comity.node.places import Fault, Tell
from comity.node.ports import Transaction
from comity.node.sourcebook import rewrap_sources
from comity.node.views import Actor
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationView:
    """How far the rotation of a store key is.

    Attributes:
        authority: Whose key.
        suite: Of the new key.
        wrapped: Headers that were wrapped anew this time.
        packages: Packages that are kept.
        faults: Packages whose header could not be wrapped anew.
        deliveries: Deliveries on their way in that need an older key.
        sealings: Sealings ordered before, under way or interrupted, that need an older key.
        destroyed: Older keys that were destroyed this time.
        left: Older keys that are still kept.
    """

    authority: AuthorityId
    suite: str
    wrapped: int
    packages: int
    faults: tuple[Fault, ...]
    deliveries: int
    sealings: int
    destroyed: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RewrappingDesk:
    """Rotates the store keys of the node's offices.

    Attributes:
        indexes: What was found in packages, sealed to the store key too.
    """

    place: Workplace
    blobs: BlobStore = field(repr=False)
    pieces: PieceStore = field(repr=False)
    sealings: SealingRoom = field(repr=False)
    indexes: Indexes = field(repr=False)

    def rotate(self, actor: Actor, *, authority: str, tell: Tell | None = None) -> RotationView:
        """Make a new store key for an office and wrap every header to it, or go on with one that was begun.

        Args:
            actor: A head.
            authority: The office.
            tell: Called with how many packages are done, and of how many.

        Raises:
            DeniedError: ``access.…``.
            NotFoundError: ``key.absent``.

        Basis: PROTOCOL 19, 27
        """
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        office, keys = parse_authority(authority), self.place.keys
        held = keys.store_identities(office)
        if len(held) < 2:
            self._begin(actor, office)
        elif not self._is_noted(office, held[0]):  # cut off between its first two steps
            self._note(actor, office, "keys.rotate", held[0])
        with self.place.store.snapshot() as tx:
            began = _began(tx, office)
            records = [one for one in tx.evidence.packages(office) if one.header_length]
        held = keys.store_identities(office)
        wrapped, faults = 0, []
        for number, record in enumerate(records, start=1):
            try:
                wrapped += self._wrap(office, record, held)
                self._wrap_index(index_name(office, record.bag_root), held)
            except ComityError as exc:
                faults.append(Fault(name=record.bag_root, code=exc.code, message=exc.message))
            if tell is not None:
                tell(number, len(records))
        rewrap_secret(self.place, office)
        rewrap_sources(self.place, office)
        deliveries = self._deliveries(office, held[0])
        sealings = sum(ordered <= began for ordered in self.sealings.ordered())
        free = not (deliveries or sealings or any(one.code not in _HARMLESS for one in faults))
        destroyed = self._destroy(actor, office, held[1:]) if free else 0
        return RotationView(
            authority=office,
            suite=held[0].suite,
            wrapped=wrapped,
            packages=len(records),
            faults=tuple(faults),
            deliveries=deliveries,
            sealings=sealings,
            destroyed=destroyed,
            left=len(held) - 1 - destroyed,
        )

    def _begin(self, actor: Actor, office: AuthorityId) -> None:
        made = Identity.generate(self.place.entropy, suite=HYBRID)
        self.place.keys.store_identity(office)  # an office that has none gets none here
        self.place.keys.add_store_identity(office, made)
        self._note(actor, office, "keys.rotate", made)

    def _note(self, actor: Actor, office: AuthorityId, action: str, identity: Identity) -> None:
        """Write into the national log what became of a key, named by the digest of its public half."""
        about = sha256(identity.public).hex()
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action=action, about=about, at=now)
            if action == "keys.rotate":
                tx.node.put_setting(rotation_name(office), b"%d %b" % (now, about.encode("ascii")))

    def _is_noted(self, office: AuthorityId, newest: Identity) -> bool:
        """Tell whether it is kept when the newest key came; until then no older one may go."""
        with self.place.store.snapshot() as tx:
            kept = tx.node.setting(rotation_name(office)) or b""
        return kept.endswith(sha256(newest.public).hex().encode("ascii"))

    def _wrap(self, office: AuthorityId, record: PackageRecord, held: Sequence[Identity]) -> bool:
        """Wrap the header of one package to the newest key; False where that is done, or it is destroyed."""
        with self.place.store.transaction() as tx:
            current = tx.evidence.package(office, record.bag_root)
            begun = tx.node.setting(intent_name(office, record.bag_root))
            if current is None or not current.header_length or begun is not None:
                return False
            header = header_of(self.blobs, record.piece_root)
            found = agefile.parse_header(header)
            if opens(found, held[:1]):
                if current.header_length != len(header):
                    tx.evidence.put_package(replace(current, header_length=len(header)))
                return False
            fresh = agefile.rewrapped_header(
                found,
                identities=held,
                recipients=store_recipients(tx, self.place, record.piece_root, office=office),
                entropy=self.place.entropy,
            )
            self.blobs.put_header(record.piece_root, fresh)
            tx.evidence.put_package(replace(current, header_length=len(fresh)))
            return True

    def _wrap_index(self, name: str, held: Sequence[Identity]) -> None:
        """Wrap what was found in a package to the newest key; ``examine.busy`` while it is being written."""
        with self.indexes.claim(name):
            for number in range(1, self.indexes.count(name) + 1):
                sealed = self.indexes.get(name, number)
                if not opens(agefile.parse_header(sealed), held[:1]):
                    fresh = agefile.rewrap(
                        sealed, identities=held, recipients=[held[0].public], entropy=self.place.entropy
                    )
                    self.indexes.put(name, number, fresh)

    def _deliveries(self, office: AuthorityId, newest: Identity) -> int:
        """Count the deliveries on their way in whose header the newest key does not open."""
        waiting = 0
        for name in self.pieces.deliveries():
            with self.place.store.snapshot() as tx:
                coming = tx.exchange.delivery(office, ActId(name), direction=Direction.IN)
                known = tx.evidence.delivered(office, ActId(name))
            if coming is None or known is not None:
                continue
            header = self.pieces.header(name) or header_of(self.blobs, coming.piece_root)
            waiting += not opens(agefile.parse_header(header), (newest,))
        return waiting

    def _destroy(self, actor: Actor, office: AuthorityId, older: Sequence[Identity]) -> int:
        for identity in older:
            self._note(actor, office, "keys.destroy", identity)
            self.place.keys.destroy_store_identity(office, identity.public)
        return len(older)


_HARMLESS = ("age.no_identity", "blob.absent")
"""What no store key opens, or is not here, needs no older key either."""


def rotation_name(authority: AuthorityId) -> str:
    """Return the name under which it is kept when the newest store key of an office came, and which it is."""
    return f"store-key/{authority}"


def _began(tx: Transaction, office: AuthorityId) -> Instant:
    return Instant(int((tx.node.setting(rotation_name(office)) or b"0").partition(b" ")[0]))
