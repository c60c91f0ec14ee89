"""An office of ours as the exchange needs it: who it is, and the keys it answers with."""

from dataclasses import dataclass, field

from comity.exchange.envelope import End
from comity.kernel.agefile import Identity
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.realms import Realm
from comity.kernel.signing import Signer
from comity.ledger.checkpoint import log_key
from comity.ledger.notes import VerifierKey
from comity.ledger.origins import peer_log_origin, witness_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One authority of our Party.

    Attributes:
        root: Fingerprint of our own Party root.
        incarnation: Which life of this office the acts and logs belong to, from 1.
        receipt: Signs receipts; ``log`` signs heads and cosignatures, ``transport`` signs calls.
        identities: age keys to open messages with, newest first.
    """

    authority: AuthorityId
    root: Fingerprint
    realm: Realm
    receipt: Signer = field(repr=False)
    log: Signer = field(repr=False)
    transport: Signer = field(repr=False)
    identities: tuple[Identity, ...] = field(repr=False)
    incarnation: int = 1

    @property
    def end(self) -> End:
        """This office as one end of a channel."""
        return End(authority=self.authority, root=self.root)

    @property
    def witness(self) -> str:
        """Name under which it co-signs the logs of others."""
        return witness_name(self.realm, authority=self.authority)

    def origin(self, peer: Fingerprint) -> str:
        """Return the name of the log that it shares with a peer."""
        return peer_log_origin(
            self.realm, authority=self.authority, peer_root=peer, incarnation=self.incarnation
        )

    def log_key(self, peer: Fingerprint) -> VerifierKey:
        """Return the public half that its heads of that log are checked with."""
        return log_key(self.origin(peer), public=self.log.public)
