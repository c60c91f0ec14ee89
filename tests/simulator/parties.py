"""Practice Parties with roots, entries and offices, made from a seed; shared by the exchange's tests."""

from dataclasses import dataclass, replace
from functools import cache

from comity.exchange.entries import Entry, PublishedAuthority, PublishedKey, PublishedOfficer, Usage
from comity.exchange.entry_wire import entry_statement
from comity.exchange.office import Office
from comity.exchange.ports import DirectoryStore, Pin
from comity.exchange.roots import Root, fingerprint, root_statement, sign
from comity.kernel.agefile import Identity
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, Fingerprint, OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, Envelope

T0 = Instant(1_790_000_000 * SECOND)
START = Instant(T0 - DAY)
END = Instant(T0 + 365 * DAY)


@dataclass(frozen=True, kw_only=True, eq=False)
class TestParty:
    """Everything one Party has, private keys included."""

    __test__ = False

    code: PartyCode
    root_signers: tuple[Ed25519Signer, ...]
    entry_signers: tuple[Ed25519Signer, ...]
    act: Ed25519Signer
    officer: Ed25519Signer
    root: Envelope
    entry: Entry
    office: Office

    @property
    def fingerprint(self) -> Fingerprint:
        return fingerprint(self.root)

    def signed_entry(self, **changes: object) -> Envelope:
        return sign(entry_statement(replace(self.entry, **changes)), self.entry_signers[:2])


def root_of(
    code: str,
    root_signers: tuple[Ed25519Signer, ...],
    entry_signers: tuple[Ed25519Signer, ...],
    *,
    version: int = 1,
    realm: Realm = Realm.PRACTICE,
) -> Root:
    return Root(
        party=PartyCode(code),
        realm=realm,
        version=version,
        issued_at=START,
        threshold=2,
        keys=tuple(signer.public for signer in root_signers),
        entry_threshold=2,
        entry_keys=tuple(signer.public for signer in entry_signers),
    )


@cache
def make_party(code: str, seed: int = 1, *, name: str = "contact-point") -> TestParty:
    entropy = SeededEntropy(f"party/{code}/{seed}")
    roots = tuple(Ed25519Signer.generate(entropy) for _ in range(3))
    entries = tuple(Ed25519Signer.generate(entropy) for _ in range(3))
    act, receipt, log, transport, officer = (Ed25519Signer.generate(entropy) for _ in range(5))
    identity = Identity.generate(entropy)
    root = sign(root_statement(root_of(code, roots, entries)), roots[:2])
    authority = AuthorityId(f"{code}/{name}")
    keys = (
        (Usage.ACT, act.public),
        (Usage.RECEIPT, receipt.public),
        (Usage.LOG, log.public),
        (Usage.TRANSPORT, transport.public),
        (Usage.AGE, identity.public),
    )
    published = PublishedAuthority(
        id=authority,
        names={"en": f"Contact point of {code}"},
        roles=("contact-point",),
        endpoint="https://127.0.0.1:8443",
        callback=b'{"telephone":"+000 0 000"}',
        keys=tuple(
            PublishedKey(usage=usage, public=public, not_before=START, not_after=END)
            for usage, public in keys
        ),
        officers=(
            PublishedOfficer(
                name=OfficerName("a.diallo"),
                roles=("duty-officer", "head"),
                public=officer.public,
                not_before=START,
                not_after=END,
            ),
        ),
    )
    entry = Entry(
        party=PartyCode(code),
        realm=Realm.PRACTICE,
        root=fingerprint(root),
        root_version=1,
        version=1,
        issued_at=START,
        expires_at=END,
        authorities=(published,),
    )
    office = Office(
        authority=authority,
        root=fingerprint(root),
        realm=Realm.PRACTICE,
        receipt=receipt,
        log=log,
        transport=transport,
        identities=(identity,),
    )
    return TestParty(
        code=PartyCode(code),
        root_signers=roots,
        entry_signers=entries,
        act=act,
        officer=officer,
        root=root,
        entry=entry,
        office=office,
    )


@cache
def _published(party: TestParty) -> tuple[bytes, bytes]:
    return party.root.json, party.signed_entry().json


def pin_party(store: DirectoryStore, party: TestParty, *, ours: bool = False) -> None:
    """Keep root and entry of a Party and pin it."""
    root, entry = _published(party)
    store.put_root(party.fingerprint, version=1, envelope=root)
    store.put_entry(party.fingerprint, version=1, envelope=entry)
    store.pin(
        Pin(
            fingerprint=party.fingerprint,
            party=party.code,
            realm=Realm.PRACTICE,
            pinned_at=T0,
            officers=(OfficerName("a.diallo"),),
            channel="voice",
            ours=ours,
        )
    )
