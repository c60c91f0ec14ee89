from collections import Counter
from dataclasses import replace

import pytest

from comity.exchange import directory as module
from comity.exchange.directory import SKEW, Directory, Standing, trusted_party
from comity.exchange.entries import Entry, PublishedKey, Revocation, Usage, require_entries
from comity.exchange.entry_wire import entry_statement, parse_entry
from comity.exchange.roots import root_statement, sign
from comity.kernel.clock import DAY, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import AuthorityId, Fingerprint, KeyId, OfficerName
from comity.kernel.signing import Ed25519Signer, key_id
from comity.storage.memory.exchange import MemoryExchangeStore
from tests.simulator.parties import END, START, T0, make_party, pin_party, root_of

PARTY = make_party("XAA")
AUTHORITY = PARTY.office.authority
ROOT = PARTY.root.json
FIRST = PARTY.signed_entry().json
ACT = key_id(PARTY.act.public)


def with_key(entry: Entry, key: PublishedKey) -> Entry:
    (office,) = entry.authorities
    return replace(entry, authorities=(replace(office, keys=(*office.keys, key)),))


def signed(entry: Entry, signers=None) -> bytes:
    return sign(entry_statement(entry), signers or PARTY.entry_signers[:2]).json


def later(version: int = 2, **changes) -> Entry:
    return replace(PARTY.entry, version=version, issued_at=Instant(T0 + DAY), **changes)


def fresh_store() -> MemoryExchangeStore:
    store = MemoryExchangeStore()
    pin_party(store, PARTY)
    return store


def test_an_entry_says_what_was_put_into_it():
    assert parse_entry(PARTY.signed_entry()) == PARTY.entry


def test_keys_are_found_by_usage_authority_and_time():
    party = trusted_party((ROOT,), (FIRST,))
    assert [key.public for key in party.keys(AUTHORITY, Usage.ACT, at=T0)] == [PARTY.act.public]
    assert party.keys(AuthorityId("XAA/court"), Usage.ACT, at=T0) == ()
    assert party.keys(AUTHORITY, Usage.ACT, at=Instant(START - SKEW - 1)) == ()
    assert party.keys(AUTHORITY, Usage.ACT, at=END) == ()
    assert party.age_recipients(AUTHORITY, at=T0) == (PARTY.office.identities[0].public,)
    assert party.algorithms(at=T0) == {"ed25519"}
    assert party.office(AUTHORITY, at=T0).endpoint == "https://127.0.0.1:8443"
    assert party.officer(OfficerName("a.diallo"), at=T0).roles == {"duty-officer", "head"}
    assert party.officer(OfficerName("nobody"), at=T0) is None


def test_a_revoked_key_is_suspect_from_the_day_it_is_invalid_and_valid_before():
    revoked = Revocation(key=ACT, at=Instant(T0 + DAY), invalid_since=Instant(T0 - DAY // 2))
    party = trusted_party((ROOT,), (FIRST, signed(later(revoked=(revoked,)))))
    assert party.standing(ACT, AUTHORITY, Usage.ACT, at=Instant(T0 - DAY // 2 - 1)) is Standing.VALID
    assert party.standing(ACT, AUTHORITY, Usage.ACT, at=Instant(T0 - DAY // 2)) is Standing.SUSPECT
    assert party.keys(AUTHORITY, Usage.ACT, at=T0) == ()


def test_a_key_is_invalid_for_another_usage_and_where_it_is_not_listed():
    party = trusted_party((ROOT,), (FIRST,))
    assert party.standing(ACT, AUTHORITY, Usage.ACT, at=T0) is Standing.VALID
    assert party.standing(ACT, AUTHORITY, Usage.RECEIPT, at=T0) is Standing.INVALID
    assert party.standing(KeyId("0" * 64), AUTHORITY, Usage.ACT, at=T0) is Standing.INVALID


def test_a_key_of_a_later_entry_is_not_in_force_before_it():
    new = Ed25519Signer.generate(SeededEntropy("new act key"))
    key = PublishedKey(usage=Usage.ACT, public=new.public, not_before=START, not_after=END)
    party = trusted_party((ROOT,), (FIRST, signed(with_key(later(), key))))
    assert len(party.keys(AUTHORITY, Usage.ACT, at=T0)) == 1
    assert len(party.keys(AUTHORITY, Usage.ACT, at=Instant(T0 + DAY))) == 2


def test_expiry_is_judged_at_t():
    short = replace(PARTY.entry, expires_at=Instant(T0 + DAY))
    party = trusted_party((ROOT,), (signed(short),))
    assert party.keys(AUTHORITY, Usage.ACT, at=T0)
    assert party.keys(AUTHORITY, Usage.ACT, at=Instant(T0 + DAY)) == ()
    assert party.standing(ACT, AUTHORITY, Usage.ACT, at=Instant(T0 + DAY)) is Standing.SUSPECT


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (lambda: (signed(PARTY.entry, PARTY.entry_signers[:1]),), "entry.quorum"),
        (lambda: (signed(PARTY.entry, PARTY.root_signers[:2]),), "entry.quorum"),
        (lambda: (signed(replace(PARTY.entry, root=Fingerprint("0" * 64))),), "entry.root"),
        (lambda: (signed(replace(PARTY.entry, root_version=2)),), "entry.root_version"),
        (lambda: (FIRST, signed(later(version=1))), "entry.order"),
        (lambda: (FIRST, signed(replace(later(), issued_at=Instant(START - 1)))), "entry.order"),
    ],
)
def test_a_chain_of_entries_that_does_not_hold(entries, code):
    with pytest.raises(UntrustedError) as caught:
        trusted_party((ROOT,), entries())
    assert caught.value.code == code


def test_after_a_change_of_root_old_entries_still_verify_and_new_ones_need_the_new_keys():
    new_entry_keys = tuple(Ed25519Signer.generate(SeededEntropy(f"entry/{n}")) for n in range(3))
    changed = replace(root_of("XAA", PARTY.root_signers, new_entry_keys, version=2))
    second = sign(root_statement(changed), PARTY.root_signers[:2]).json
    new = later(root_version=2)
    party = trusted_party((ROOT, second), (FIRST, signed(new, new_entry_keys[:2])))
    assert len(party.entries) == 2
    with pytest.raises(UntrustedError):
        trusted_party((ROOT, second), (FIRST, signed(new)))
    store, directory = fresh_store(), Directory()
    directory.learn_root(store, PARTY.fingerprint, second)
    with pytest.raises(UntrustedError) as caught:
        directory.learn_entry(store, PARTY.fingerprint, signed(later()))
    assert caught.value.code == "entry.old_root"
    assert directory.learn_entry(store, PARTY.fingerprint, signed(new, new_entry_keys[:2]))


def test_only_a_pinned_party_is_answered_for():
    store = MemoryExchangeStore()
    store.put_root(PARTY.fingerprint, version=1, envelope=ROOT)
    store.put_entry(PARTY.fingerprint, version=1, envelope=FIRST)
    with pytest.raises(UntrustedError) as caught:
        Directory().party(store, PARTY.fingerprint)
    assert caught.value.code == "party.unpinned"


def test_a_stored_root_that_is_not_the_pinned_one_is_refused():
    store, other = fresh_store(), make_party("XAB")
    store._roots[PARTY.fingerprint] = {1: other.root.json}
    store._entries[PARTY.fingerprint] = {1: other.signed_entry().json}
    with pytest.raises(UntrustedError) as caught:
        Directory().party(store, PARTY.fingerprint)
    assert caught.value.code == "root.fingerprint"


def test_a_newer_entry_is_learnt_once_and_an_older_one_never():
    store, directory = fresh_store(), Directory()
    newer = signed(later(version=3))
    assert directory.learn_entry(store, PARTY.fingerprint, newer)
    assert not directory.learn_entry(store, PARTY.fingerprint, newer)
    assert not directory.learn_entry(store, PARTY.fingerprint, signed(later(version=2)))
    assert len(store.entries(PARTY.fingerprint)) == 2


def test_what_was_checked_once_is_not_checked_again(monkeypatch):
    store, directory = fresh_store(), Directory()
    checked = []

    def counting(pairs, roots, root, *, after=None):
        checked.extend(entry.version for entry, _ in pairs)
        require_entries(pairs, roots, root, after=after)

    monkeypatch.setattr(module, "require_entries", counting)
    for version in range(2, 12):
        assert directory.learn_entry(store, PARTY.fingerprint, signed(later(version)))
    assert len(directory.party(store, PARTY.fingerprint).entries) == 11
    assert max(Counter(checked).values()) <= 2
    assert directory.party(store, PARTY.fingerprint) == Directory().party(store, PARTY.fingerprint)


def test_a_party_that_is_continued_still_holds_each_entry_against_the_one_before():
    store, directory = fresh_store(), Directory()
    assert directory.learn_entry(store, PARTY.fingerprint, signed(later(2)))
    revoked = Revocation(key=ACT, at=Instant(T0 + DAY), invalid_since=T0)
    assert directory.learn_entry(store, PARTY.fingerprint, signed(later(3, revoked=(revoked,))))
    for entry, code in (
        (replace(later(4), issued_at=START), "entry.order"),
        (later(4, root_version=2), "entry.root_version"),
        (later(4, root=Fingerprint("0" * 64)), "entry.root"),
    ):
        with pytest.raises(UntrustedError) as caught:
            directory.learn_entry(store, PARTY.fingerprint, signed(entry))
        assert caught.value.code == code
    with pytest.raises(UntrustedError) as caught:
        directory.learn_entry(store, PARTY.fingerprint, signed(later(4), PARTY.entry_signers[:1]))
    assert caught.value.code == "entry.quorum"
    assert len(store.entries(PARTY.fingerprint)) == 3
    assert directory.party(store, PARTY.fingerprint).keys(AUTHORITY, Usage.ACT, at=T0) == ()


def test_two_entries_of_one_version_are_two_faces():
    store, directory = fresh_store(), Directory()
    other = signed(replace(PARTY.entry, single_approval_in_emergency=True))
    with pytest.raises(UntrustedError) as caught:
        directory.learn_entry(store, PARTY.fingerprint, other)
    assert caught.value.code == "entry.two_versions"


def test_a_caller_is_found_by_transport_key_only():
    store, directory = fresh_store(), Directory()
    transport = PARTY.office.transport.public
    party, authority, public = directory.by_transport_key(store, key_id(transport), at=T0)
    assert (party.fingerprint, authority, public) == (PARTY.fingerprint, AUTHORITY, transport)
    assert directory.by_transport_key(store, ACT, at=T0) is None
    assert directory.by_transport_key(store, key_id(transport), at=END) is None


def test_what_no_entry_can_be():
    (office,) = PARTY.entry.authorities
    key = office.keys[0]
    for change in (
        {"authorities": ()},
        {"authorities": (office, office)},
        {"authorities": (replace(office, id=AuthorityId("XAB/contact-point")),)},
        {"authorities": (replace(office, keys=(key, replace(key, usage=Usage.LOG))),)},
        {"algorithms": ()},
        {"version": 0},
    ):
        with pytest.raises(MalformedError):
            replace(PARTY.entry, **change)
    with pytest.raises(MalformedError):
        replace(office, endpoint="http://127.0.0.1")
    with pytest.raises(MalformedError):
        replace(key, not_after=key.not_before)


def test_a_name_is_one_officer_and_a_key_has_one_owner():
    (office,) = PARTY.entry.authorities
    (officer,) = office.officers
    key = Ed25519Signer.generate(SeededEntropy("another officer")).public
    second = replace(officer, name=OfficerName("b.okoye"), public=key)
    court = replace(office, id=AuthorityId("XAA/court"), keys=(), officers=(second,))
    assert replace(PARTY.entry, authorities=(office, court)).authority(court.id) == court
    for officers, code in (
        ((replace(officer, public=key),), "entry.officer_twice"),
        ((replace(second, public=officer.public),), "entry.key_twice"),
        ((replace(second, public=office.keys[0].public),), "entry.key_twice"),
    ):
        with pytest.raises(MalformedError) as caught:
            replace(PARTY.entry, authorities=(office, replace(court, officers=officers)))
        assert caught.value.code == code
    with pytest.raises(MalformedError) as caught:
        replace(
            PARTY.entry,
            authorities=(replace(office, officers=(officer, replace(second, public=officer.public))),),
        )
    assert caught.value.code == "entry.key_twice"
