"""What the entries of the two Parties say when a request is judged, read in the same transaction."""

from dataclasses import dataclass, field

from comity.cases.acts import parse_act
from comity.cases.approvals import parse_approval
from comity.cases.attested import told
from comity.cases.ports import Address, PendingRecord, RequestMatter
from comity.cases.single import persons_for
from comity.cases.wire import parse_signed_act
from comity.exchange.directory import TrustedParty
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import Envelope, parse_envelope
from comity.node.founding import own_root
from comity.node.noticing import StatedLaws
from comity.node.ports import Transaction
from comity.node.workplace import Workplace
from comity.requests.published import NOTHING_PUBLISHED, PartyPage, Published, page_of

HEARD = "directory/heard/"
"""Setting: when a register last showed that a Party's entry is its newest, in decimal microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPages:
    """Pages of Parties for one office, in one transaction.

    Attributes:
        authority: Our office.
        pending: The draft that is judged; None where there is none.
        to: Where a request would go that is no draft yet.
    """

    place: Workplace = field(repr=False)
    tx: Transaction = field(repr=False)
    authority: AuthorityId
    pending: PendingRecord | None = None
    to: Address | None = None

    def of(self, request: RequestMatter | None) -> Published:
        """Return what is known of both sides: of a received request, else of our own.

        Basis: PROTOCOL 7, 13
        """
        return self._own() if request is None else self._received(request)

    def page(self, root: Fingerprint) -> PartyPage | None:
        """Return the page of a pinned Party by its newest entry; None for any other."""
        try:
            party = self.place.directory.party(self.tx.exchange, root)
        except UntrustedError:
            return None
        entry = party.in_force(self.place.clock.now()) or party.entries[-1]
        ours = root == own_root(self.tx)
        return page_of(entry, heard_at=None if ours else self.heard_at(party))

    def heard_at(self, party: TrustedParty) -> Instant:
        """Return when a Party last showed its entry: signed one, answered a call, or was in a register."""
        root = party.fingerprint
        newest = party.entries[-1]
        answered = (
            self.tx.exchange.peer_state(ours, root, to=office.id).last_contact_at
            for ours in self.place.authorities(self.tx)
            for office in newest.authorities
        )
        listed = self.tx.node.setting(f"{HEARD}{root}")
        return max((newest.issued_at, *answered, Instant(int(listed or b"0"))))

    def _own(self) -> Published:
        to = self.to
        if self.pending is not None:
            to = parse_act(_payload(self.pending)).to
        now = self.place.clock.now()
        return Published(
            requesting=self.page(own_root(self.tx)),
            requested=None if to is None else self.page(to.root),
            sender=self.authority,
            addressee="" if to is None else to.authority,
            at=now,
            signers=self._signers(),
            zones=self.place.zones,
            laws=StatedLaws(place=self.place, tx=self.tx),
        )

    def _signers(self) -> tuple[str, ...] | None:
        """Return who approved the draft, once nobody is missing."""
        pending = self.pending
        if pending is None:
            return None
        needed = persons_for(pending.kind, single=parse_act(_payload(pending)).single)
        if len(pending.approvals) < max(1, needed):
            return None
        return tuple(parse_approval(parse_envelope(parse_ijson(data))).officer for data in pending.approvals)

    def _received(self, request: RequestMatter) -> Published:
        record = self.tx.acts.get(self.authority, request.act_id)
        if record is None:
            return NOTHING_PUBLISHED
        signed = parse_signed_act(record.signed)
        what = told(signed.act)
        act = what.act
        return Published(
            requesting=self.page(act.sender.root),
            requested=self.page(act.to.root),
            sender=act.sender.authority,
            addressee=act.to.authority,
            at=self.place.clock.now(),
            signed_on=to_date(act.at),
            signers=None if what.attestation else tuple(one.officer for one in signed.approvals),
            zones=self.place.zones,
            laws=StatedLaws(place=self.place, tx=self.tx),
        )


def _payload(pending: PendingRecord) -> Envelope:
    return Envelope(payload_type=pending.payload_type, payload=pending.payload)
